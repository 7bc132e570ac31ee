"""Modules as data that between them have every row of the table and every form of every section.

They are well-formed, not all valid: printing and encoding do not ask.
"""

from jit.wasm.body import BLOCKS, ELSE, EMPTY, END, IF, Instr, assemble, block_code, const, expr
from jit.wasm.module import Code, Custom, Data, Elem, Export, Expr, ExternKind, Global, Import, Mode, Module
from jit.wasm.opcodes import ROWS, Imm, Op, op
from jit.wasm.types import (
    EXTERNREF,
    F32,
    F64,
    FUNCREF,
    I32,
    I64,
    NULL,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    ValType,
)

VOID = FuncType((), ())
MANY = FuncType((I32, I64, F32, F64), (F64, I32))

# fmt: off
_IMMEDIATES: dict[Imm, tuple[tuple[int, ...], ...]] = {
    Imm.BLOCK:    ((EMPTY,), (block_code(I64),), (1,)),
    Imm.LABEL:    ((0,), (200,)),
    Imm.LABELS:   ((0,), (1, 0), (2, 1, 300, 0)),
    Imm.FUNC:     ((0,), (1,)),
    Imm.TYPE:     ((0,), (1,)),
    Imm.TABLE:    ((0,), (1,)),
    Imm.LOCAL:    ((0,), (130,)),
    Imm.GLOBAL:   ((0,), (1,)),
    Imm.ELEM:     ((0,), (1,)),
    Imm.DATA:     ((0,), (1,)),
    Imm.MEMORY:   ((0,),),
    Imm.MEMARG:   ((0, 0), (1, 1), (0, 0xFFFFFFFF)),
    Imm.I32:      ((0,), (63,), (64,), (0x7FFFFFFF,), (0x80000000,), (0xFFFFFFFF,)),
    Imm.I64:      ((0,), (1 << 63,), ((1 << 63) - 1,), ((1 << 64) - 1,)),
    Imm.F32:      ((0,), (0x80000000,), (0x3FC00000,), (1,), (0x7FFFFF,), (0x7F7FFFFF,), (0x7F800000,), (0xFF800000,),
                   (0x7FC00000,), (0xFFC00000,), (0x7F800001,), (0xFFFFFFFF,), (0x40490FDB,)),
    Imm.F64:      ((0,), (1 << 63,), (0x3FF8 << 48,), (1,), ((1 << 52) - 1,), (0x7FEFFFFFFFFFFFFF,), (0x7FF0 << 48,),
                   (0x7FF8 << 48,), (0xFFF8 << 48,), (0x7FF0000000000001,), ((1 << 64) - 1,), (0x400921FB54442D18,)),
    Imm.REFTYPE:  ((FUNCREF.code,), (EXTERNREF.code,)),
    Imm.VALTYPES: ((I32.code,), (EXTERNREF.code,)),
    Imm.V128:     ((0,), ((1 << 128) - 1,), (0x0F0E0D0C_0B0A0908_07060504_03020100,)),
    Imm.LANE:     ((0,), (1,)),
    Imm.LANES:    ((0,) * 16, tuple(range(16, 32)), tuple(range(1, 32, 2))),
}
# fmt: on


def instrs_of(row: Op) -> list[Instr]:
    """The row with immediates of every shape."""
    choices: list[tuple[int, ...]] = [()]
    for kind in row.immediates:
        choices = [before + more for before in choices for more in _IMMEDIATES[kind]]
    return [Instr(row, immediates) for immediates in choices]


def body_of(instr: Instr) -> bytes:
    """A body with one instruction, and what it needs to nest properly."""
    closing = [Instr(END)] * 2 if instr.op in BLOCKS else [Instr(END)]
    if instr.op is ELSE:
        return assemble([Instr(IF, (EMPTY,)), instr, *[Instr(END)] * 2])
    return assemble([*closing] if instr.op is END else [instr, *closing])


def module_of(bodies: list[bytes]) -> Module:
    """A module with these bodies, two types, and enough of everything that indices 0 and 1 exist."""
    return Module(
        types=(VOID, MANY),
        functions=(0,) * len(bodies),
        codes=tuple(Code((), body) for body in bodies),
        tables=(TableType(FUNCREF, Limits(1, None)), TableType(EXTERNREF, Limits(1, None))),
        memories=(MemoryType(Limits(1, None)),),
        globals=(Global(GlobalType(I32, mutable=True), expr(const(I32, 0))),) * 2,
        elems=(Elem(Mode.PASSIVE, FUNCREF, ()),) * 2,
        datas=(Data(Mode.PASSIVE, b""),) * 2,
    )


EVERY_ROW = {row.name: module_of([body_of(instr) for instr in instrs_of(row)]) for row in ROWS}

_ZERO = expr(const(I32, 0))
_ITEM = expr(Instr(op("ref.func"), (0,)))
_NULL_EXTERN = expr(const(EXTERNREF, NULL))
_ONE_FUNCTION = Module(types=(VOID,), functions=(0,), codes=(Code((), assemble([Instr(END)])),))


def _global(type: ValType, mutable: bool, init: Expr) -> Global:
    return Global(GlobalType(type, mutable), init)


# fmt: off
EVERY_FORM: dict[str, Module] = {
    "empty": Module(),
    "types": Module(types=(VOID, MANY, FuncType((FUNCREF, EXTERNREF), (EXTERNREF,)), VOID)),
    "imports": Module(types=(VOID, MANY), imports=(
        Import("a", "f", MANY, 1),
        Import("a", "t", TableType(EXTERNREF, Limits(1, 2))),
        Import("", "m", MemoryType(Limits(0, None))),
        Import("é\"\\\n\t\0\u202e", "🦀", GlobalType(F64, mutable=False)),
        Import("a", "g", GlobalType(FUNCREF, mutable=True)),
        Import("a", "f", VOID, 0),
    )),
    "limits": Module(
        tables=(TableType(FUNCREF, Limits(0, 0xFFFFFFFF)),),
        memories=(MemoryType(Limits(1, 65536)),),
    ),
    "globals": Module(globals=(
        _global(I64, True, expr(const(I64, 1 << 63))),
        _global(F32, False, expr(const(F32, 0x7F800001))),
        _global(FUNCREF, False, expr(const(FUNCREF, NULL))),
        _global(EXTERNREF, True, _NULL_EXTERN),
        _global(I32, False, expr(Instr(op("global.get"), (0,)))),
    )),
    "exports": Module(
        types=(VOID,), functions=(0,), codes=_ONE_FUNCTION.codes,
        tables=(TableType(FUNCREF, Limits(1, None)),), memories=(MemoryType(Limits(1, None)),),
        globals=(_global(I32, False, _ZERO),),
        exports=(Export("", ExternKind.FUNC, 0), Export("t\"", ExternKind.TABLE, 0),
                 Export("m\u00a0", ExternKind.MEMORY, 0), Export("g", ExternKind.GLOBAL, 0)),
        start=0,
    ),
    "locals": Module(types=(VOID,), functions=(0,), codes=(
        Code(((3, I32), (1, F64), (200, EXTERNREF)), assemble([Instr(END)])),
    )),
    "active elems": Module(tables=(TableType(FUNCREF, Limits(9, None)), TableType(EXTERNREF, Limits(9, None))), elems=(
        Elem(Mode.ACTIVE, FUNCREF, (), 0, _ZERO),
        Elem(Mode.ACTIVE, FUNCREF, (0, 200, 0), 0, expr(const(I32, 0xFFFFFFFF))),
        Elem(Mode.ACTIVE, FUNCREF, (_ITEM, expr(const(FUNCREF, NULL))), 0, _ZERO),
        Elem(Mode.ACTIVE, FUNCREF, (1,), 2, _ZERO),
        Elem(Mode.ACTIVE, EXTERNREF, (_NULL_EXTERN,), 1, _ZERO),
        Elem(Mode.ACTIVE, EXTERNREF, (), 0, expr(Instr(op("global.get"), (0,)))),
    )),
    "other elems": Module(elems=(
        Elem(Mode.PASSIVE, FUNCREF, (0, 1)),
        Elem(Mode.PASSIVE, FUNCREF, (expr(const(FUNCREF, NULL)), _ITEM)),
        Elem(Mode.PASSIVE, EXTERNREF, ()),
        Elem(Mode.DECLARATIVE, FUNCREF, (0,)),
        Elem(Mode.DECLARATIVE, FUNCREF, (expr(const(FUNCREF, NULL)),)),
        Elem(Mode.DECLARATIVE, EXTERNREF, (_NULL_EXTERN,)),
    )),
    "datas": Module(memories=(MemoryType(Limits(1, None)),), datas=(
        Data(Mode.ACTIVE, b"", 0, _ZERO),
        Data(Mode.ACTIVE, bytes(range(256)), 0, _ZERO),
        Data(Mode.PASSIVE, b'"\\'),
        Data(Mode.ACTIVE, b"long" * 50, 1, expr(Instr(op("global.get"), (0,)))),
    )),
    "customs": Module(types=(VOID,), memories=(MemoryType(Limits(1, None)),), customs=(
        Custom("first", b"\0\1\2", 0),
        Custom("", b"", 1),
        Custom("again", b"", 1),
        Custom("last", b'"', 2),
    )),
}
# fmt: on
EVERY_MODULE = EVERY_ROW | EVERY_FORM
