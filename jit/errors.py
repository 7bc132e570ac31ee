"""The typed errors of the subject's front door.

`MalformedError` and `InvalidError` are the decoder's and validator's refusals, `LimitError` ours, `LinkError` an
instantiation that cannot be wired, `Trap` an execution that ended by the specification's rules.  Everything else
that escapes from `jit` is a bug in it.
"""

from .wasm.types import TrapKind


class WasmError(Exception):
    """Base of all refusals: a message in the core test suite's wording and the byte offset it speaks of."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message if offset is None else f"{message} (at offset {offset:#x})")
        self.message = message
        self.offset = offset


class MalformedError(WasmError):
    """The bytes are not a module of the binary format."""


class InvalidError(WasmError):
    """The module breaks a static rule (spec: `valid`)."""


class LimitError(WasmError):
    """The module may be valid but passes one of the implementation limits stated in `jit.limits`."""


class LinkError(WasmError):
    """The imports do not match what the module asks for (spec: `exec-instantiation`)."""


class Trap(Exception):
    """Execution trapped (spec: `trap`).

    `function` is the index of the wasm function and `offset` the byte offset in the module of the instruction that
    trapped, where they are known.
    """

    def __init__(self, kind: TrapKind, function: int | None = None, offset: int | None = None) -> None:
        place = "" if function is None else f" in function {function}"
        place += "" if offset is None else f" at offset {offset:#x}"
        super().__init__(kind.value + place)
        self.kind = kind
        self.function = function
        self.offset = offset
