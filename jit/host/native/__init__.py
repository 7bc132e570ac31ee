"""The native host: generated code runs in this process, on an arm64 machine, through ctypes alone."""
