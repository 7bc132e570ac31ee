"""Modules that are never instantiated: one of their last segments does not fit, or their start function traps.

What comes before that is done, and stays in memories and tables of others (spec: `exec-instantiation`): so behind a
segment that fits comes one that does not, and what is left of the first is seen in the module that exports it.  Element
segments are written before those of data, each kind in order.
"""

from dataclasses import replace
from typing import Final

from jit.wasm.body import const, expr, instruction
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code, Data, Elem, Expr, Mode, Module
from jit.wasm.opcodes import op
from jit.wasm.types import FUNCREF, I32, PAGE, FuncType

from ..choices import Choices
from .emit import END, i32_const, plain
from .plan import MemoryPlan, Plan, TablePlan

ONE_IN: Final = 10
"""Every so many modules that import a memory or table of another are not instantiated."""
ALONE_ONE_IN: Final = 80
"""Every so many of the others with a memory or table: of these one sees no more than that they fail."""
_FAR: Final = (1 << 31, (1 << 31) + PAGE, (1 << 32) - 1)
"""Starts that are negative for those who take them as signed."""


def some_misfit(choices: Choices, wasm: bytes, plan: Plan) -> bytes:
    """The module as it is; or rarely, one that fails when it is instantiated, having written some of its segments."""
    places = [place for place in (plan.memory, *plan.tables[:1]) if place is not None]
    one_in = ONE_IN if any(place.source is not None for place in places) else ALONE_ONE_IN
    if choices.integer(0, one_in - 1) < one_in - 1 or not places:
        return wasm
    return encode(misfit(choices, decode(wasm, WASM_2), plan))


def misfit(choices: Choices, module: Module, plan: Plan) -> Module:
    """The module with segments that fit, and behind them one that does not or a start function that traps."""
    for _ in range(choices.integer(1, 2)):
        module = _with_segment(choices, module, plan, fits=True)
    if choices.integer(0, 3) == 3:
        return _trapping(choices, module, plan)
    return _with_segment(choices, module, plan, fits=False)


def _with_segment(choices: Choices, module: Module, plan: Plan, *, fits: bool) -> Module:
    """The module with one more active segment, in its memory or its first table."""
    if plan.memory is not None and (not plan.tables or choices.integer(0, 1)):
        return _with_data(choices, module, plan.memory, fits=fits)
    return _with_elem(choices, module, plan.tables[0], fits=fits)


def _with_data(choices: Choices, module: Module, memory: MemoryPlan, *, fits: bool) -> Module:
    """Of some bytes, or of none; more often of none where it does not fit, since that is checked all the same."""
    size = choices.integer(0, 3) * choices.integer(0, 5)
    if (memory.size if fits else choices.integer(0, 1)) == 0:
        size = 0
    at = _start(choices, memory.size, size, fits=fits)
    content = bytes(choices.integer(1, 255) for _ in range(size))
    datas = (*module.datas, Data(Mode.ACTIVE, content, 0, at))
    count = None if module.data_count is None else len(datas)
    return replace(module, datas=datas, data_count=count, source=b"")


def _with_elem(choices: Choices, module: Module, table: TablePlan, *, fits: bool) -> Module:
    size = choices.integer(0, 3)
    size = min(size, table.minimum) if fits else size
    functions = tuple(choices.integer(0, len(module.func_types) - 1) for _ in range(size))
    at = _start(choices, table.minimum, size, fits=fits)
    return replace(module, elems=(*module.elems, Elem(Mode.ACTIVE, FUNCREF, functions, 0, at)), source=b"")


def _start(choices: Choices, room: int, size: int, *, fits: bool) -> Expr:
    """Where a segment starts that just fits, or does not."""
    if fits:
        start = choices.integer(0, room - size) if choices.integer(0, 1) else room - size
    else:
        starts = (max(0, room - size + 1), room + 1, *_FAR)
        start = starts[choices.integer(0, len(starts) - 1)]
    return expr(const(I32, start))


def _trapping(choices: Choices, module: Module, plan: Plan) -> Module:
    """With a start function that writes where it can, and traps."""
    code = b""
    if plan.memory is not None and plan.memory.size:
        code += i32_const(choices.integer(0, 64)) + i32_const(-1) + instruction(op("i32.store"), 0, 0)
    return replace(
        module,
        types=(*module.types, FuncType((), ())),
        functions=(*module.functions, len(module.types)),
        codes=(*module.codes, Code((), code + plain("unreachable") + END)),
        start=len(module.func_types),
        source=b"",
    )
