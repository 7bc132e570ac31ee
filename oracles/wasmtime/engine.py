"""Wasmtime as an engine of the protocol: the face; `compiler`, `store` and `instance` do the work."""

from importlib.metadata import version

from jit.wasm.features import Features

from ..protocol import Capabilities, Rejected
from . import config
from .compiler import Compiler
from .store import WasmtimeStore


class WasmtimeEngine:
    """Wasmtime with deterministic NaNs, one engine per thread: its entries are watched one at a time.

    `features` says what modules may use; `can.features` what the library really has on, which includes sign extension
    and saturating conversions in any case.  `compiler` is Cranelift for this machine, or for the library's interpreter
    Pulley, or the baseline compiler Winch, whose NaNs the module makes canonical; `opt` is Cranelift's level.
    """

    __slots__ = ("_compiler", "can", "name")

    def __init__(
        self, features: Features, *, opt: config.Opt = "none", compiler: config.Compiler = "cranelift"
    ) -> None:
        self.name = "wasmtime" if compiler == "cranelift" else f"wasmtime:{compiler}"
        if opt != "none":
            self.name += f":{opt}"
        if compiler == "winch":
            features = Features.of(features.names - config.NOT_IN_WINCH)
        self.can = Capabilities(config.in_force(features), front_end="wasmparser", tells_phases=False, calls_back=True)
        self._compiler = Compiler(features, opt, compiler)

    @property
    def version(self) -> str:
        return version("wasmtime")

    def validate(self, wasm: bytes) -> Rejected | None:
        return self._compiler.validate(bytes(wasm))

    def open(self) -> WasmtimeStore:
        return WasmtimeStore(self._compiler)

    def close(self) -> None:
        """Stops the deadline thread and frees the library's engine; stores keep what they need of it alive."""
        self._compiler.close()
