"""Small cases of a module that never becomes an instance, and whose functions are called all the same.

It writes them to a table of another before one of its segments does not fit or its start function traps, and what was
written stays (spec: `exec-instantiation`): so they run in the memory and with the global of a module that failed.
"""

from typing import Final

from jit.wasm.body import const, expr, instruction
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.module import Code, Data, Elem, Export, ExternKind, Global, Import, Mode, Module
from jit.wasm.opcodes import op
from jit.wasm.types import BY_LETTER, FUNCREF, I32, I64, NULL, PAGE, FuncType, GlobalType, Limits, MemoryType, TableType

from ..case import Call, Case, Companion
from ..choices import Choices
from .candidates import constant
from .emit import END, GLOBAL_GET, GLOBAL_SET, LOCAL_GET, UNREACHABLE, i32_const, i64_const, plain
from .script import argument
from .terminate import export_all

_OWNER: Final = "c0"
_NAME: Final = "fallen"
_TABLE: Final = "t"
_CONTENT: Final = bytes(range(0x81, 0x91))

_COUNT: Final = GLOBAL_GET[0] + i64_const(0x1_0000_0001) + plain("i64.add") + GLOBAL_SET[0]
"""Counts a call in a global, in either half."""
_COUNT_IN_MEMORY: Final = (
    i32_const(0) * 2 + instruction(op("i32.load8_u"), 0, 0) + i32_const(1) + plain("i32.add")
    + instruction(op("i32.store8"), 0, 0)
)  # fmt: skip
_READ: Final = i32_const(0) + instruction(op("i64.load"), 0, 0) + GLOBAL_GET[0] + plain("i64.xor")
_RESULTS: Final = {
    "i": _READ + plain("i32.wrap_i64"),
    "l": _READ,
    "f": _READ + plain("f32.convert_i64_s"),
    "d": _READ + plain("f64.convert_i64_s"),
}
"""What is read of memory and global, as a number of each type."""


def some_fallen(choices: Choices, features: Features) -> Case:
    """One module owns a table, the next one fills it and fails, the last one calls what is in it, again and again."""
    letters = "ildf" + "v" * features.simd + "re" * features.reference_types
    types = [_type(choices, letters, features) for _ in range(choices.integer(1, 3))]
    slots = [types[choices.integer(0, len(types) - 1)] for _ in range(choices.integer(1, 6))]
    shared = TableType(FUNCREF, Limits(len(slots), len(slots)))
    owner = Companion(_OWNER, encode(_owner(choices, shared, slots)))
    fallen = Companion(_NAME, encode(_fallen(choices, shared, slots)))
    script = []
    for _ in range(choices.integer(4, 12)):
        at = choices.integer(0, len(slots) - 1)
        script.append(Call(f"f{at}", tuple([argument(choices, param.letter) for param in slots[at].params])))
    caller = export_all(_caller(shared, slots))
    return Case(encode(caller), tuple(script), choices=choices.record, companions=(owner, fallen))


def _type(choices: Choices, letters: str, features: Features) -> FuncType:
    """Up to three parameters, and as many results as there may be."""
    drawn = [
        tuple([BY_LETTER[letters[choices.integer(0, len(letters) - 1)]] for _ in range(choices.integer(0, most))])
        for most in (3, 3 if features.multi_value else 1)
    ]
    return FuncType(*drawn)


def _owner(choices: Choices, shared: TableType, slots: list[FuncType]) -> Module:
    """The table, with functions that give other things in half of its slots."""
    filled = [at for at in range(len(slots)) if choices.integer(0, 1)]
    return Module(
        types=tuple(slots),
        functions=tuple(filled),
        tables=(shared,),
        exports=(Export(_TABLE, ExternKind.TABLE, 0),),
        elems=tuple(_elem(at, slot) for at, slot in enumerate(filled)),
        codes=tuple(Code((), _ones(slots[at]) + END) for at in filled),
    )


def _ones(type: FuncType) -> bytes:
    letters = [result.letter for result in type.results]
    return b"".join(constant(letter, NULL if letter in "re" else 1) for letter in letters)


def _elem(function: int, slot: int) -> Elem:
    return Elem(Mode.ACTIVE, FUNCREF, (function,), 0, expr(const(I32, slot)))


def _fallen(choices: Choices, shared: TableType, slots: list[FuncType]) -> Module:
    """Functions in most slots; then a segment that does not fit, of either kind, or a start function that traps.

    Behind elements that do not fit there is no data: wasmtime has it in memory from the beginning, which is against the
    specification, and shows in nothing but such functions.
    """
    chosen = [at for at in range(len(slots)) if choices.integer(0, 3)] or [0]
    way = choices.integer(0, 2)
    elems = [_elem(index, slot) for index, slot in enumerate(chosen)]
    if way == 0:
        elems.append(_elem(0, len(slots)))
    starts = ((), (0, PAGE - len(_CONTENT) + 1), (0,))[way]
    return Module(
        types=(*slots, FuncType((), ())),
        imports=(Import(_OWNER, _TABLE, shared),),
        functions=(*chosen, len(slots)),
        memories=(MemoryType(Limits(1, 1)),),
        globals=(Global(GlobalType(I64, mutable=True), expr(const(I64, choices.bits(64)))),),
        start=len(chosen) if way == 2 else None,
        elems=tuple(elems),
        codes=(*(Code((), _body(slots[at])) for at in chosen), Code((), _COUNT + UNREACHABLE + END)),
        datas=tuple(Data(Mode.ACTIVE, _CONTENT, 0, expr(const(I32, start))) for start in starts),
    )


def _body(type: FuncType) -> bytes:
    """Counts the call, and returns what it reads, or now and then a parameter of that type; null for references."""
    code = _COUNT + _COUNT_IN_MEMORY
    for at, result in enumerate(type.results):
        if at % 2 and at < len(type.params) and type.params[at] is result:
            code += LOCAL_GET[at]
        elif result.letter == "v":
            code += _READ + plain("i64x2.splat")
        else:
            code += _RESULTS.get(result.letter) or constant(result.letter, NULL)
    return code + END


def _caller(shared: TableType, slots: list[FuncType]) -> Module:
    """A function for each slot that calls through it."""
    codes = []
    for at, type in enumerate(slots):
        gets = b"".join(LOCAL_GET[: len(type.params)])
        codes.append(Code((), gets + i32_const(at) + instruction(op("call_indirect"), at, 0) + END))
    return Module(
        types=tuple(slots),
        imports=(Import(_OWNER, _TABLE, shared),),
        functions=tuple(range(len(slots))),
        exports=tuple(Export(f"f{at}", ExternKind.FUNC, at) for at in range(len(slots))),
        codes=tuple(codes),
    )
