"""The reference engine in the `wasmtime` package, through its C API."""

from .engine import WasmtimeEngine

__all__ = ["WasmtimeEngine"]
