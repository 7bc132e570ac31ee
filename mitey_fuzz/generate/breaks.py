"""What breaks the types of a module: one wrong thing in a structure that is otherwise right.

A break is not sure to make the module invalid: dropping an instruction from dead code, say, does not.  Which it is, is
for the engines to agree on.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from jit.wasm.body import BLOCKS, EMPTY, Instr, assemble, const, expr, parse
from jit.wasm.module import Code, Data, Elem, Export, ExternKind, Global, Mode, Module
from jit.wasm.opcodes import ROWS, Imm, Op, op
from jit.wasm.types import FUNCREF, I32, VALTYPES, GlobalType, Limits, MemoryType, TableType, ValType

from ..choices import Choices
from .breaks_control import disarm, retarget, retype
from .literals import value_bits


def break_types(choices: Choices, module: Module) -> Module:
    """The module with one thing wrong: twice in three times an instruction, else something around the bodies."""
    if module.codes and choices.integer(0, 2):
        return _break_body(choices, module)
    return _BREAKS[choices.integer(0, len(_BREAKS) - 1)](choices, module)


def _some_type(choices: Choices) -> ValType:
    return VALTYPES[choices.integer(0, len(VALTYPES) - 1)]


# --- in a body


def _break_body(choices: Choices, module: Module) -> Module:
    which = choices.integer(0, len(module.codes) - 1)
    code = module.codes[which]
    body = parse(code.body)
    place = choices.integer(0, len(body) - 1)
    _CHANGES[choices.integer(0, len(_CHANGES) - 1)](choices, module, body, place)
    return with_body(module, which, assemble(body))


def with_body(module: Module, which: int, body: bytes) -> Module:
    """The module with other bytes as one of its bodies, which need not be one that can be read."""
    codes = list(module.codes)
    codes[which] = Code(codes[which].locals, body)
    # said outright, as the encoder would parse bodies to find out
    count = len(module.datas) if module.datas or module.data_count is not None else None
    return replace(module, codes=tuple(codes), data_count=count)


def _drop(_: Choices, _module: Module, body: list[Instr], place: int) -> None:
    del body[place]


def _double(_: Choices, _module: Module, body: list[Instr], place: int) -> None:
    body.insert(place, body[place])


def _move(choices: Choices, _: Module, body: list[Instr], place: int) -> None:
    body.insert(choices.integer(0, len(body) - 1), body.pop(place))


def _insert(choices: Choices, module: Module, body: list[Instr], place: int) -> None:
    body.insert(place, _some_instr(choices, module))


def _replace(choices: Choices, module: Module, body: list[Instr], place: int) -> None:
    body[place] = _some_instr(choices, module)


def _some_instr(choices: Choices, module: Module) -> Instr:
    """Any row; its indices exist mostly, and its other immediates are what the format allows."""
    row = ROWS[choices.integer(0, len(ROWS) - 1)]
    immediates: list[int] = []
    for kind in row.immediates:
        immediates += _some_immediate(choices, module, row, kind)
    return Instr(row, tuple(immediates))


def _some_immediate(choices: Choices, module: Module, row: Op, kind: Imm) -> list[int]:
    draw = choices.integer
    if kind in _NUMBERS:
        return [value_bits(choices, _NUMBERS[kind])]
    if kind is Imm.BLOCK:
        return [EMPTY if draw(0, 1) else _some_type(choices).code - 0x80]
    if kind is Imm.MEMARG:
        return [draw(0, 4), draw(0, 8)]
    if kind is Imm.LANES:
        return [draw(0, 32) for _ in range(16)]
    if kind is Imm.LANE:
        return [draw(0, row.lanes)]
    if kind in (Imm.VALTYPES, Imm.REFTYPE):
        return [_some_type(choices).code for _ in range(draw(0, 2) if kind is Imm.VALTYPES else 1)]
    if kind is Imm.LABELS:
        return [draw(0, 3) for _ in range(draw(1, 3))]
    return [draw(0, _count(module, kind))]


_NUMBERS: Final = {Imm.I32: "i", Imm.I64: "l", Imm.F32: "f", Imm.F64: "d", Imm.V128: "v"}


def _count(module: Module, kind: Imm) -> int:
    """How many things an index of this kind can name; for labels and locals, a guess."""
    counts = {
        Imm.FUNC: len(module.func_types), Imm.TYPE: len(module.types), Imm.TABLE: len(module.table_types),
        Imm.GLOBAL: len(module.global_types), Imm.ELEM: len(module.elems), Imm.DATA: len(module.datas),
        Imm.MEMORY: len(module.memory_types),
    }  # fmt: skip
    return counts.get(kind, 4)


def _misname(choices: Choices, module: Module, body: list[Instr], place: int) -> None:
    """An immediate of the next instruction that has one made wrong: an index, lane or alignment too high."""
    for at in range(place, len(body)):
        row, immediates, _ = body[at]
        if immediates and row not in BLOCKS:
            kind = row.immediates[0]
            changed = list(immediates)
            changed[0] = _wrong(choices, module, kind, immediates[0])
            if len(row.immediates) == 1 and kind in (Imm.LANE, Imm.LANES):
                changed[0] = row.lanes
            body[at] = Instr(row, tuple(changed))
            return


def _wrong(choices: Choices, module: Module, kind: Imm, right: int) -> int:
    if kind in _NUMBERS:
        return right ^ 1
    if kind in (Imm.REFTYPE, Imm.VALTYPES):
        return _some_type(choices).code
    if kind in (Imm.LANE, Imm.LANES, Imm.MEMARG):
        return right + 1
    return (_count(module, kind), right + 1, right + 100, 0xFFFF_FFFF)[choices.integer(0, 3)]


_CHANGES: Final[tuple[Callable[[Choices, Module, list[Instr], int], None], ...]] = (
    _drop, _double, _move, _insert, _insert, _replace, _replace, _misname, _misname, retarget, retarget, retype, retype,
    disarm,
)  # fmt: skip


# --- around the bodies


def _local(choices: Choices, module: Module) -> Module:
    """Locals of another type, or one more or less."""
    codes = list(module.codes)
    places = [k for k, code in enumerate(codes) if code.locals]
    if places:
        which = places[choices.integer(0, len(places) - 1)]
        runs = list(codes[which].locals)
        place = choices.integer(0, len(runs) - 1)
        count, kind = runs[place]
        runs[place] = (max(0, count + choices.integer(-1, 1)), _some_type(choices) if choices.integer(0, 1) else kind)
        codes[which] = Code(tuple(runs), codes[which].body)
    return replace(module, codes=tuple(codes))


def _function_type(choices: Choices, module: Module) -> Module:
    """A function of another type, or of one that does not exist."""
    functions = list(module.functions)
    if functions:
        functions[choices.integer(0, len(functions) - 1)] = choices.integer(0, len(module.types))
    return replace(module, functions=tuple(functions))


def _function_count(choices: Choices, module: Module) -> Module:
    """A function without a body, or a body without a function."""
    return replace(module, functions=module.functions[1:] if choices.integer(0, 1) else (*module.functions, 0))


def _global(choices: Choices, module: Module) -> Module:
    """A global of another type or mutability, or with a wrong initial value."""
    if not module.globals:
        return replace(module, globals=(Global(GlobalType(I32, mutable=False), expr()),))
    globals_ = list(module.globals)
    place = choices.integer(0, len(globals_) - 1)
    type, init = globals_[place].type, globals_[place].init
    which = choices.integer(0, 4)
    if which == 0:
        type = GlobalType(type.type, not type.mutable)
    elif which == 1:
        type = GlobalType(_some_type(choices), type.mutable)
    else:
        code = Instr(op("global.get"), (choices.integer(0, len(module.global_types)),))
        init = (expr(code), expr(const(I32, 0), code), expr(const(I32, 0), Instr(op("i32.eqz"))))[which - 2]
    globals_[place] = Global(type, init)
    return replace(module, globals=tuple(globals_))


def _export(choices: Choices, module: Module) -> Module:
    """An export of what does not exist, or of a name that is taken."""
    if module.exports and choices.integer(0, 1):
        last = len(module.exports) - 1
        taken, item = (module.exports[choices.integer(0, last)] for _ in range(2))
        export = Export(taken.name, item.kind, item.index)
    else:
        export = Export("more", tuple(ExternKind)[choices.integer(0, 3)], choices.integer(0, 3))
    return replace(module, exports=(*module.exports, export))


def _start(choices: Choices, module: Module) -> Module:
    """A start function that takes or gives something, or does not exist."""
    wrong = [k for k, type in enumerate(module.func_types) if type.params or type.results]
    count = len(module.func_types)
    return replace(
        module, start=wrong[choices.integer(0, len(wrong) - 1)] if wrong and choices.integer(0, 1) else count
    )


def _limits(choices: Choices, module: Module) -> Module:
    """A memory or table with limits that contradict each other or pass what there can be, or one too many."""
    which = choices.integer(0, 4)
    limits = (Limits(2, 1), Limits(1, 65_537), Limits(0, 0), Limits(1, (1 << 32) - 1), Limits(65_537, None))[which]
    if choices.integer(0, 1):
        return replace(module, memories=(MemoryType(limits),) * (1 + choices.integer(0, 1)))
    kind = FUNCREF if choices.integer(0, 3) else _some_type(choices)
    return replace(module, tables=(*module.tables, TableType(kind, limits)))


def _segment(choices: Choices, module: Module) -> Module:
    """A segment for what does not exist, with a wrong offset, or of wrong items; or a wrong count of data segments."""
    which = choices.integer(0, 5)
    offset = expr(const(VALTYPES[choices.integer(0, 3)], 0))
    if which == 0:
        return replace(module, datas=(*module.datas, Data(Mode.ACTIVE, b"x", choices.integer(0, 1), offset)))
    if which == 1:
        return replace(module, data_count=len(module.datas) + choices.integer(-1, 1) if module.datas else 1)
    if which == 2:
        return replace(module, elems=(*module.elems, Elem(Mode.ACTIVE, FUNCREF, (), choices.integer(0, 3), offset)))
    if which == 3:
        return replace(module, elems=module.elems[:-1], exports=())  # functions may be undeclared now
    items = (choices.integer(0, len(module.func_types)),)
    mode = (Mode.PASSIVE, Mode.DECLARATIVE)[which - 4]
    return replace(module, elems=(*module.elems, Elem(mode, FUNCREF, items)))


_BREAKS: Final[tuple[Callable[[Choices, Module], Module], ...]] = (
    _local, _local, _function_type, _function_type, _function_count, _global, _global, _export, _start, _limits,
    _segment, _segment,
)  # fmt: skip
