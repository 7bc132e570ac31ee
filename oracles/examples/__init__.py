"""What an engine of your own can start from."""
