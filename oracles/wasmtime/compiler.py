"""Wasmtime's compiler: accepts or refuses bytes, and compiles them.  Owns the library's engine.

Acceptance is the library's own verdict, in two steps, since its validator alone lets pass what its compiler's parser
does not (limits in LEB128 with more than five bytes): the bytes as they came are validated, then read by `reader`,
given export names for referable functions, and compiled.
"""

import ctypes
from dataclasses import dataclass

from jit.wasm.features import Features

from .. import nans, reader
from ..limits import is_limit
from ..protocol import Outcome, Phase, Rejected, Unsupported
from . import config, ffi, labels
from .watch import Watch

_MALFORMED = "failed to parse WebAssembly module"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled module: `pointer` is owned by the holder, `names` are export names by function index.

    `wasm` is the module as it came; code lies `shift` bytes further in what was compiled.
    """

    pointer: int
    wasm: bytes
    shift: int
    outline: reader.Outline
    names: dict[int, str]


class Compiler:
    __slots__ = ("_canonical_nans", "_engine", "features", "watch")

    def __init__(self, features: Features, opt: config.Opt, compiler: config.Compiler) -> None:
        self.features = features
        self._canonical_nans = compiler != "winch"
        self._engine = ffi.engine_new(config.make(features, opt, compiler))
        self.watch = Watch(self._interrupt)

    def _interrupt(self) -> None:
        ffi.increment_epoch(self._engine)

    def validate(self, wasm: bytes) -> Rejected | None:
        """The library's verdict; and a refusal of extended constant expressions, which it cannot switch off."""
        compiled = self.compile(wasm, "")
        if isinstance(compiled, Compiled):
            ffi.module_delete(compiled.pointer)
        return compiled if isinstance(compiled, Rejected) else None

    def _judge(self, wasm: bytes) -> reader.Outline | Rejected | Unsupported:
        error = ffi.module_validate(self._engine, wasm, len(wasm))
        if error:
            message = ffi.take_error(error)
            return Unsupported(message) if is_limit(message) else Rejected(Phase.VALIDATE, message)
        try:
            outline = reader.read(wasm)
        except reader.Unreadable as unreadable:
            return Unsupported(f"wasmtime accepts the module, its adapter cannot read it: {unreadable}")
        if outline.extended_constants:
            return Rejected(Phase.VALIDATE, "constant expression required")
        if not self.features.reference_types and labels.differ(wasm, config.in_force(self.features)):
            return Rejected(Phase.VALIDATE, "type mismatch")
        return outline

    def compile(self, wasm: bytes, title: str) -> Compiled | Outcome:
        """Validates and compiles under a name, by which a trap's origin is told; the outcome says why not."""
        outline = self._judge(wasm)
        if not isinstance(outline, reader.Outline):
            return outline
        if not self._canonical_nans:
            wasm = nans.canonical(wasm)
            outline = reader.read(wasm)  # bodies lie elsewhere now
        named, names = reader.with_names(wasm, outline)
        titled = reader.with_title(named, title)
        module = ffi.words(1)
        error = ffi.module_new(self._engine, titled, len(titled), ctypes.addressof(module))
        if error:
            message = ffi.take_error(error)
            if message.startswith(_MALFORMED):
                return Rejected(Phase.VALIDATE, message)
            return Unsupported(f"compilation: {message}")  # valid, so this is a limit of the code generator's
        return Compiled(module[0], wasm, len(named) - len(wasm), outline, names)

    def new_store(self) -> int:
        return ffi.store_new(self._engine, 0, 0)

    def close(self) -> None:
        self.watch.close()
        ffi.engine_delete(self._engine)
