"""What `mitey-fuzz bench` measures: how fast the harness is, and how good the code that the subject generates."""
