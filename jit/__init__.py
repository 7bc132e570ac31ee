"""The subject: an arm64 WebAssembly JIT."""
