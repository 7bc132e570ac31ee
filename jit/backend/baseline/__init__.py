"""The baseline back end: a single-pass compiler that keeps values in registers.

It walks a body once, as the type checker does, and knows at each instruction where every value lies: in a register, in
its slot, in a local, in the flags, or nowhere yet, being a constant.  `abi` says which register does what, `state`
keeps the knowledge, `moves` and `control` bring it in line where code meets, and a file for each family emits.
"""

from collections.abc import Mapping
from typing import ClassVar

from ...wasm.features import Features
from ...wasm.module import Module
from ...wasm.types import FuncType
from ..code import CodegenOptions, Compiled
from ..host_stub import call_host
from . import families
from .compiler import FunctionCompiler, ModuleSink
from .convention import host_entry

__all__ = ["BaselineBackend"]


class BaselineBackend:
    """The `Backend` named `baseline`."""

    name: ClassVar[str] = "baseline"
    features: ClassVar[Features] = families.FEATURES

    def __init__(self) -> None:
        self._options: CodegenOptions | None = None

    def sink(self, module: Module, options: CodegenOptions) -> ModuleSink:
        """A compiler for one module's functions, in any order.

        Modules that are compiled with the same options, one after the other, share their emitters.
        """
        if options is not self._options:
            self._options = options
            self._compiler = FunctionCompiler(options)
            self._emit = families.emitters(self._compiler)
        return ModuleSink(self._compiler, self._emit, module)

    def runtime_code(self, _options: CodegenOptions) -> Mapping[str, Compiled]:
        """Nothing but the stub for host functions: compiled code does all else in line."""
        return {"call_host": call_host()}

    def host_entries(self, module: Module) -> Mapping[FuncType, Compiled]:
        """From the register convention to `call_host`."""
        types = dict.fromkeys(module.func_types[: module.imported_funcs])
        return {type: host_entry(type) for type in types}
