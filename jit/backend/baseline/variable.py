"""Baseline: locals and globals (spec: `syntax-instr-variable`).

Reading a local emits nothing: its value is the local, until somebody needs it elsewhere or the local changes.
A global's cell is in the VMContext when the module defines it, and at an address held there when it is imported.
"""

from ...a64.operands import LDR_D, LDR_S, LDR_W, LDR_X, STR_D, STR_S, STR_W, STR_X, X16, Load, Store, X, XReg
from ...wasm.types import F32, F64, I32, ValType
from .abi import CONTEXT
from .compiler import FunctionCompiler
from .rows import Rows
from .values import FIRST_FLOAT, FLOATS, InReg, Local, Value, is_float, is_slot, v_place, v_reg, x_place

ROWS = Rows()


@ROWS.emits("local.get", None)
def local_get(c: FunctionCompiler, _shape: None, index: int) -> None:
    """Spec: `exec-local-get`."""
    c.state.push(Local(c.frame.types[index], index))


def _assign(c: FunctionCompiler, index: int, value: Value) -> None:
    """Writes a popped value to a local."""
    state = c.state
    if type(value) is Local and value.index == index:
        return
    state.part(index)
    place = state.place(index)
    if _redirect(c, index, value):
        return
    state.load(place, state.source(value))


def _redirect(c: FunctionCompiler, index: int, value: Value) -> bool:
    """Lets the instruction that computed the value write it to the local's home, if it was the last one.

    Whoever pushes by `push_written` promises that the low five bits of the word are its destination and nothing else.
    """
    state = c.state
    home = state.locals[index]
    if type(value) is not InReg or not state.is_written(value.place) or is_slot(home):
        return False
    if is_float(home) != is_float(value.place) or not state.registers.may_overwrite(value.place):
        return False
    word = c.asm.words.pop()
    assert word & 31 == value.place % FIRST_FLOAT, "the last word wrote the value"
    c.asm.put(word & ~31 | home % FIRST_FLOAT)
    state.forget_written()
    return True


@ROWS.emits("local.set", None)
def local_set(c: FunctionCompiler, _shape: None, index: int) -> None:
    """Spec: `exec-local-set`."""
    _assign(c, index, c.state.pop())


@ROWS.emits("local.tee", None)
def local_tee(c: FunctionCompiler, _shape: None, index: int) -> None:
    """Spec: `exec-local-tee`.  What is in a register stays there when the local has no home."""
    value = c.state.pop()
    _assign(c, index, value)
    if type(value) is InReg and is_slot(c.state.locals[index]):
        c.state.push(value)
    else:
        c.state.push(Local(c.frame.types[index], index))


def _cell(c: FunctionCompiler, index: int) -> tuple[XReg, int]:
    """Where a global's cell is; X16 may be part of it."""
    if index >= c.module.imported_globals:
        return CONTEXT, c.layout.global_(index)
    c.asm.load(LDR_X, X16, CONTEXT, c.layout.imported_global(index))
    return X16, 0


_LOADS: dict[ValType, Load] = {I32: LDR_W}
_STORES: dict[ValType, Store] = {I32: STR_W, F32: STR_W}
"""By type, where it is not 64 bits wide."""


@ROWS.emits("global.get", X)
def global_get(c: FunctionCompiler, _sf: object, index: int) -> None:
    """Spec: `exec-global-get`.  The register comes first: what it spills to make room may need X16 for its address."""
    type = c.module.global_types[index].type
    if type in FLOATS:
        float = c.state.registers.borrow_float()
        base, offset = _cell(c, index)
        c.asm.load_v(LDR_S if type is F32 else LDR_D, float, base, offset)
        c.state.push_written(type, v_place(float))
    else:
        result = c.state.result()
        base, offset = _cell(c, index)
        c.asm.load(_LOADS.get(type, LDR_X), result, base, offset)
        c.state.push_written(type, x_place(result))


@ROWS.emits("global.set", X)
def global_set(c: FunctionCompiler, _sf: object, index: int) -> None:
    """Spec: `exec-global-set`.  A float that is in no register goes through a general one."""
    type = c.module.global_types[index].type
    value = c.state.pop()
    source = c.state.source(value)
    if isinstance(source, int) and is_float(source):
        base, offset = _cell(c, index)
        c.asm.store_v(STR_S if type is F32 else STR_D, v_reg(source), base, offset)
    else:
        assert type is not F64 or not isinstance(source, int) or is_slot(source)
        reg = c.state.general_or_zero(value)
        base, offset = _cell(c, index)
        c.asm.store(_STORES.get(type, STR_X), reg, base, offset)
