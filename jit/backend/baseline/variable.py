"""Baseline: locals and globals (spec: `syntax-instr-variable`).

Reading a local emits nothing: its value is the local, until somebody needs it elsewhere or the local changes.
A global's cell is in the VMContext when the module defines it, and at an address held there when it is imported.
"""

from typing import Final

from ...a64.lending import Loan
from ...a64.operands import (
    LDR_D,
    LDR_Q,
    LDR_S,
    LDR_W,
    LDR_X,
    STR_D,
    STR_Q,
    STR_S,
    STR_W,
    STR_X,
    Load,
    Store,
    VLoad,
    VStore,
    X,
    XReg,
)  # fmt: skip
from ...wasm.types import F32, F64, I32, V128, ValType
from .abi import CONTEXT
from .compiler import FunctionCompiler
from .fusion import redirect
from .rows import Rows
from .values import V_TYPES, InReg, Local, Value, is_float, is_slot, v_place, x_place

ROWS: Final[Rows] = Rows()


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
    c.addresses.forget(index)
    place = state.place(index)
    if _redirect(c, index, value):
        return
    state.load(value.type, place, state.source(value))


def _redirect(c: FunctionCompiler, index: int, value: Value) -> bool:
    """Lets the instruction that computed the value write it to the local's home, if it was the last one."""
    if type(value) is not InReg or not c.state.registers.may_overwrite(value.place):
        return False
    return redirect(c.state, value.place, c.state.locals[index])


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


def _cell(c: FunctionCompiler, index: int) -> Loan[tuple[XReg, int]]:
    """Where a global's cell is, base and offset."""
    if index >= c.module.imported_globals:
        return Loan((CONTEXT, c.layout.global_(index)))
    scratch = c.asm.scratch()
    cell = scratch.take()
    c.asm.load(LDR_X, cell, CONTEXT, c.layout.imported_global(index))
    return Loan((cell, 0), scratch)


_LOADS: Final[dict[ValType, Load]] = {I32: LDR_W}
_STORES: Final[dict[ValType, Store]] = {I32: STR_W, F32: STR_W}
"""By type, where it is not 64 bits wide."""
_V_LOADS: Final[dict[ValType, VLoad]] = {F32: LDR_S, F64: LDR_D, V128: LDR_Q}
_V_STORES: Final[dict[ValType, VStore]] = {F32: STR_S, F64: STR_D, V128: STR_Q}


@ROWS.emits("global.get", X)
def global_get(c: FunctionCompiler, _sf: object, index: int) -> None:
    """Spec: `exec-global-get`."""
    type = c.module.global_types[index].type
    if type in V_TYPES:
        vector = c.state.registers.borrow_float()
        with _cell(c, index) as (base, offset):
            c.asm.load_v(_V_LOADS[type], vector, base, offset)
        c.state.push_written(type, v_place(vector))
    else:
        result = c.state.result()
        with _cell(c, index) as (base, offset):
            c.asm.load(_LOADS.get(type, LDR_X), result, base, offset)
        c.state.push_written(type, x_place(result))


@ROWS.emits("global.set", X)
def global_set(c: FunctionCompiler, _sf: object, index: int) -> None:
    """Spec: `exec-global-set`.  A float that is in no register goes through a general one."""
    type = c.module.global_types[index].type
    value = c.state.pop()
    source = c.state.source(value)
    if type is V128 or (isinstance(source, int) and is_float(source)):
        vector = c.state.float(value)
        with _cell(c, index) as (base, offset):
            c.asm.store_v(_V_STORES[type], vector, base, offset)
    else:
        reg = c.state.general_or_zero(value)
        with _cell(c, index) as (base, offset):
            c.asm.store(_STORES.get(type, STR_X), reg, base, offset)
