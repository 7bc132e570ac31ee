"""What wasmtime's trap codes mean in the specification's words.

One code covers two of the specification's kinds: TABLE_OUT_OF_BOUNDS is "undefined element" where `call_indirect`
raised it and "out of bounds table access" everywhere else.  The instruction that trapped decides.
"""

from collections.abc import Mapping

from jit.wasm.opcodes import op
from jit.wasm.types import TrapKind

from ..protocol import Crashed, Exhausted, Outcome, TimedOut, Trapped
from .compiler import Compiled
from .ffi import Origin

_CALL_INDIRECT = op("call_indirect").code

STACK_OVERFLOW = 0
TABLE_OUT_OF_BOUNDS = 3
_INTERRUPT = 10
_ALLOCATION_TOO_LARGE = 15

# fmt: off
_KINDS = {                                 # wasmtime_trap_code_enum
    1: TrapKind.OOB_MEMORY,                # MEMORY_OUT_OF_BOUNDS
    3: TrapKind.OOB_TABLE,                 # TABLE_OUT_OF_BOUNDS
    4: TrapKind.UNINITIALIZED_ELEMENT,     # INDIRECT_CALL_TO_NULL
    5: TrapKind.INDIRECT_MISMATCH,         # BAD_SIGNATURE
    6: TrapKind.OVERFLOW,                  # INTEGER_OVERFLOW
    7: TrapKind.DIV_ZERO,                  # INTEGER_DIVISION_BY_ZERO
    8: TrapKind.BAD_CONVERSION,            # BAD_CONVERSION_TO_INTEGER
    9: TrapKind.UNREACHABLE,               # UNREACHABLE_CODE_REACHED
}
# fmt: on


def outcome(code: int | None, message: str, *, indirect_call: bool, deadline_s: float) -> Outcome:
    """The outcome of an entry that ended in this trap; `indirect_call`: a `call_indirect` raised it."""
    if code == STACK_OVERFLOW:
        return Exhausted(TrapKind.EXHAUSTED.value)
    if code == _INTERRUPT:
        return TimedOut(deadline_s)
    if code == _ALLOCATION_TOO_LARGE:
        return Exhausted("allocation too large")
    if code == TABLE_OUT_OF_BOUNDS and indirect_call:
        return Trapped(TrapKind.UNDEFINED_ELEMENT, message)
    if code in _KINDS:
        return Trapped(_KINDS[code], message)
    return Crashed(f"unexpected trap code {code}: {message}")


def is_indirect_call(origin: Origin | None, modules: Mapping[str, Compiled]) -> bool:
    """Whether the instruction a trap came from is a `call_indirect`; None: it came from no instruction.

    `modules` are those of the store, by the names that they were compiled under.
    """
    if origin is None:
        return False
    compiled = modules[origin.module]
    return compiled.wasm[origin.offset - compiled.shift] == _CALL_INDIRECT
