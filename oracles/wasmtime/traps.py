"""What wasmtime's trap codes mean in the specification's words.

One code covers two of the specification's kinds: TABLE_OUT_OF_BOUNDS is "undefined element" where `call_indirect`
raised it and "out of bounds table access" everywhere else.  The instruction that trapped decides.
"""

from collections.abc import Iterable

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.opcodes import ROWS, Traps, op
from jit.wasm.types import TrapKind

from ..protocol import Crashed, Exhausted, Outcome, TimedOut, Trapped
from .compiler import Compiled
from .ffi import Origin

_CALL_INDIRECT = op("call_indirect").code
_TABLE_INSTRUCTIONS = {row.prefix or row.code for row in ROWS if row.traps & Traps.OOB_TABLE} | {_CALL_INDIRECT}
"""First bytes of the instructions that reach into tables."""

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


def is_indirect_call(origin: Origin | None, modules: Iterable[Compiled]) -> bool:
    """Whether the instruction a trap came from is a `call_indirect`; None: it came from no instruction.

    The library does not say which module the offset is in.  It is one whose body of that function starts where this one
    does; should several fit, they are told apart by having a table instruction at the place at all: not merely a byte
    like one, inside of another instruction.
    """
    if origin is None:
        return False
    for compiled in modules:
        bodies = compiled.outline.bodies
        body = origin.function - compiled.outline.imported_functions
        offset = origin.offset - compiled.shift
        if 0 <= body < len(bodies) and bodies[body] == offset - origin.offset_in_function:
            code = compiled.wasm[offset]
            if code in _TABLE_INSTRUCTIONS and _begins(compiled.wasm, body, offset):
                return code == _CALL_INDIRECT
    return False


def _begins(wasm: bytes, body: int, offset: int) -> bool:
    """Whether an instruction of this body begins at the offset."""
    code = decode(wasm, WASM_2).codes[body]
    return any(instr.offset == offset for instr in parse(code.body, code.offset))
