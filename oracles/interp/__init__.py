"""The reference interpreter: the specification's execution rules, legible first.

It shares the front end with the subject (`jit.wasm`: decoder, validator, and the numeric definitions), which its
capabilities declare, and nothing of what compiles or runs there.
"""

from .engine import InterpEngine

__all__ = ["InterpEngine"]
