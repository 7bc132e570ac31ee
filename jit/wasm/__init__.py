"""The WebAssembly format and its static rules: no machine, no code generation."""
