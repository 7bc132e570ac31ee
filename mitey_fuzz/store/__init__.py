"""What is kept on disk: the corpus, and one directory per bug."""
