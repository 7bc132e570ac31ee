"""What `mitey-fuzz bench` measures: how fast the harness is."""
