"""Engines whose own interface loses bits, driven by functions without parameters from a process of their own.

JavaScript quiets NaNs and cannot see vectors; the C API of an older wasmtime aborts on them, and its structures change
from release to release.  What every one of them can do is call a function that takes and gives nothing, and read and
write memory.  So values cross through memory: `shims` generates modules that load arguments, call, and store results,
`driver` talks to the process, and `engine`, `store` and `instance` are the protocol's faces over both.
"""

from .engine import DrivenEngine

__all__ = ["DrivenEngine"]
