"""The minimal back end: an unrolled interpreter.

Each bytecode that computes becomes a call to its handler, one A64 routine, with its immediates moved into registers
before the call in as few instructions as possible.  What only moves a value is moved in line, and control flow becomes
branches in line.  Values live on a stack of their own that ends in guard space.  `abi` says which register does what,
`handlers` has the routines, and `rows`, `frame`, `variable` and `control` compose functions of them.
"""

from collections.abc import Mapping
from typing import ClassVar

from ...wasm.features import Features
from ...wasm.module import Module
from ...wasm.types import FuncType
from ..code import CodegenOptions, Compiled
from . import blob, rows
from .compiler import FunctionCompiler, ModuleSink

__all__ = ["MinimalBackend"]


class MinimalBackend:
    """The `Backend` named `minimal`."""

    name: ClassVar[str] = "minimal"
    features: ClassVar[Features] = rows.FEATURES

    def __init__(self) -> None:
        self._compiler = FunctionCompiler()
        self._emit = rows.emitters(self._compiler)

    def sink(self, module: Module, _options: CodegenOptions) -> ModuleSink:
        """A compiler for one module's functions, in any order."""
        return ModuleSink(self._compiler, self._emit, module)

    def runtime_code(self, options: CodegenOptions) -> Mapping[str, Compiled]:
        """All handlers and stubs by name."""
        return blob.assemble(options)

    def host_entries(self, _module: Module) -> Mapping[FuncType, Compiled]:
        """None: there is no convention but that of the stack."""
        return {}
