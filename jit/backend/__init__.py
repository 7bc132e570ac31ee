"""Code generators: from typed wasm to A64, one package per back end, and what they hand to the linker."""
