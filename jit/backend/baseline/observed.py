"""What the compiler knows when it comes to an instruction, told to who watches: see `Situation` in `..code`.

Watching wraps the emitters of one compiler, so a compiler that nobody watches does not know of it.  Rule 1: nothing
here changes the state, so that watched code is the same code.

Rows of any number of operands (calls, branches and ends that carry values) tell of their uppermost `MOST_CARRIED`.
"""

from collections.abc import Callable, Sequence
from typing import Final

from ...wasm.opcodes import BY_INDEX, Op
from ...wasm.sink import Emitter
from ..code import Observer, Situation
from .compiler import FunctionCompiler
from .state import NOWHERE
from .values import V_TYPES, Const, Flags, InReg, Local, Value, is_slot

MOST_CARRIED: Final = 2
FEW: Final = 2
"""So many free registers or fewer are few."""

# fmt: off
_TAKEN: Final[dict[str, Callable[..., int]]] = {
    "block":         lambda _c, params, _results: min(len(params), MOST_CARRIED),
    "loop":          lambda _c, params, _results: min(len(params), MOST_CARRIED),
    "if":            lambda _c, params, _results: min(len(params) + 1, MOST_CARRIED),
    "else":          lambda c, reachable: min(len(c.blocks[-1].results), MOST_CARRIED) if reachable else 0,
    "end":           lambda c, reachable: min(len(c.blocks[-1].results), MOST_CARRIED) if reachable else 0,
    "br":            lambda c, depth: min(len(c.blocks[~depth].carried), MOST_CARRIED),
    "br_if":         lambda c, depth: min(len(c.blocks[~depth].carried) + 1, MOST_CARRIED),
    "br_table":      lambda c, depths: min(len(c.blocks[~depths[-1]].carried) + 1, MOST_CARRIED),
    "return":        lambda c: min(len(c.blocks[0].results), MOST_CARRIED),
    "call":          lambda _c, _index, type: min(len(type.params), MOST_CARRIED),
    "call_indirect": lambda _c, _index, _table, type: min(len(type.params) + 1, MOST_CARRIED),
    "drop":          lambda _c, _type: 1,
    "select":        lambda _c, _type: 3,
    "select t":      lambda _c, _type: 3,
    "local.set":     lambda _c, _index: 1,
    "local.tee":     lambda _c, _index: 1,
    "global.set":    lambda _c, _index: 1,
    "ref.is_null":   lambda _c, _type: 1,
    "table.get":     lambda _c, _table: 1,
    "table.set":     lambda _c, _table: 2,
    "table.grow":    lambda _c, _table: 2,
    "table.fill":    lambda _c, _table: 3,
}
"""How many operands a row typed by rule tells of, asked with the compiler and what the sink hears; of others none."""
# fmt: on


def observed(c: FunctionCompiler, emit: Sequence[Emitter | None], observer: Observer) -> list[Emitter | None]:
    """The emitters of a compiler, each preceded by what the observer is to hear."""
    return [emitter and _observed(c, BY_INDEX[index], emitter, observer) for index, emitter in enumerate(emit)]


def _observed(c: FunctionCompiler, row: Op | None, emitter: Emitter, observer: Observer) -> Emitter:
    assert row is not None, "only rows have emitters"
    taken = _taken(row)
    pools = _pools(row)

    def tell(*operands: object) -> None:
        state = c.state
        count = taken(c, *operands)
        depth = len(state.stack)
        pending = state.flags_at != NOWHERE and state.flags_at < depth - count
        observer(Situation(row, _places(c, state.stack[depth - count :]), _pressure(c, pools), pending))
        emitter(*operands)

    return tell


def _taken(row: Op) -> Callable[..., int]:
    if row.params is None:
        return _TAKEN.get(row.name, lambda *_: 0)
    count = len(row.params)
    return lambda *_: count


def _pools(row: Op) -> tuple[bool, bool]:
    """Whether a row's types ask for general registers, and whether for SIMD and floating-point ones; by rule, both."""
    if row.params is None or row.results is None:
        return True, True
    types = {*row.params, *row.results}
    return not types <= V_TYPES, not types.isdisjoint(V_TYPES)


def _pressure(c: FunctionCompiler, pools: tuple[bool, bool]) -> int:
    free = [count for count, asked in zip(c.state.registers.count_free(), pools, strict=True) if asked]
    return sum(min(free, default=FEW + 1) <= few for few in (0, FEW))


def _places(c: FunctionCompiler, values: Sequence[Value]) -> str:
    """A letter for each value, and whether two of them are one."""
    letters = "".join([_letter(c, value) for value in values])
    if len(values) < 2:
        return letters
    held = [value.place if isinstance(value, InReg) else ~value.index for value in values
            if isinstance(value, (InReg, Local))]  # fmt: skip
    return letters + "=" if len(set(held)) < len(held) else letters


def _letter(c: FunctionCompiler, value: Value) -> str:
    match value:
        case Const():
            return "C"
        case InReg():
            return "R"
        case Local():
            return "L" if is_slot(c.state.locals[value.index]) else "H"
        case Flags():
            return "F"
        case _:
            return "S"
