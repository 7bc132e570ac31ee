"""Baseline: calls (spec: `exec-call`, `exec-call-indirect`, `exec-invoke`) and the builtins that instructions become.

No register of the operand stack survives a call, so what lies below the arguments is in its slots by then.  Functions
of the module are called in the register convention (`convention`), all others in the stack convention of `jit.abi`:
their arguments lie where the callee expects them, topmost below the FRAME that it is given.
"""

from collections.abc import Sequence

from ...a64.operands import (
    LDR_W,
    LDR_X,
    LS,
    NE,
    SP,
    UXTW,
    X0,
    X1,
    X2,
    X3,
    X4,
    X5,
    Size,
    W,
    X,
    XReg,
)  # fmt: skip
from ...abi import SLOT, Builtin, FuncRef, TableRecord, VMLayout
from ...wasm.types import I32, I64, FuncType, TrapKind, ValType
from .abi import CONTEXT, FRAME, LAZY_ACROSS_CALLS, MEMORY, SAVE_AREA, SAVE_FRAME
from .blocks import merged
from .compiler import FunctionCompiler
from .convention import argument_places, stub_size
from .fusion import shorten
from .moves import Move, move_all
from .values import Const, x_place

assert FuncRef.VMCTX == FuncRef.MEMORY + 8, "memory and context are loaded as a pair"
assert TableRecord.LENGTH == TableRecord.BASE + 8, "base and length are loaded as a pair"

_ARGUMENTS = (X0, X1, X2, X3, X4, X5)


def _settle(c: FunctionCompiler, type: FuncType) -> None:
    """Brings everything to its slot; FRAME comes to point behind the arguments."""
    c.state.flush_for_call(len(type.params))
    c.asm.add_const(X, FRAME, FRAME, SLOT * c.state.slot(c.state.depth))


def _resume(c: FunctionCompiler, type: FuncType) -> None:
    """Brings FRAME back from behind the results, and pushes them."""
    c.state.truncate(c.state.depth - len(type.params))
    for result in type.results:
        c.state.push_settled(result)
    c.asm.sub_const(X, FRAME, FRAME, SLOT * c.state.slot(c.state.depth))


def _call_funcref(c: FunctionCompiler, funcref: XReg, type: FuncType) -> None:
    """Calls a function that may be another instance's: with its MEMORY and CONTEXT, while ours wait."""
    c.uses_area = True
    with c.asm.scratch() as code:
        c.asm.ldr_imm(X, code, funcref, FuncRef.CODE)
        c.asm.stp_imm(X, MEMORY, CONTEXT, SP, SAVE_AREA)
        c.asm.ldp_imm(X, MEMORY, CONTEXT, funcref, FuncRef.MEMORY)
        c.asm.blr(code)
    c.asm.ldp_imm(X, MEMORY, CONTEXT, SP, SAVE_AREA)
    _resume(c, type)


def call(c: FunctionCompiler, index: int, type: FuncType) -> None:
    """Spec: `exec-call`.  A function of the module is called directly, an imported one through its FuncRef."""
    if index >= c.module.imported_funcs:
        _call_directly(c, index, type)
        return
    c.begin_call()
    _settle(c, type)
    funcref = c.state.registers.borrow_general()
    c.asm.load(LDR_X, funcref, CONTEXT, c.layout.imported_func(index))
    _call_funcref(c, funcref, type)


def _call_directly(c: FunctionCompiler, index: int, type: FuncType) -> None:
    """Arguments and results in registers; the callee's frame begins where the arguments' slots do."""
    c.begin_call()
    state, asm = c.state, c.asm
    below = state.depth - len(type.params)
    state.flush(below, lazy=LAZY_ACROSS_CALLS)
    base = state.slot(below)
    sources = [state.source(value) for value in state.stack[below:]]
    move_all(asm, shorten(state, list(zip(type.params, argument_places(type.params, base), sources, strict=True))))
    asm.add_const(X, FRAME, FRAME, SLOT * base)
    asm.symbols.append((asm.position, index))
    asm.put(0x94000000 | stub_size(type) >> 2)  # bl, behind the stub at the entry that the symbol stands for
    asm.sub_const(X, FRAME, FRAME, SLOT * base)
    state.truncate(below)
    state.receive(type.results, merged(type.results, base))


def call_indirect(c: FunctionCompiler, type_index: int, table: int, type: FuncType) -> None:
    """Spec: `exec-call-indirect`.  Types are equal exactly when their ids are."""
    c.begin_call()
    asm, state = c.asm, c.state
    state.keep_flags()
    index = state.general(state.pop())
    state.flush_for_call(len(type.params))
    funcref, length = state.registers.borrow_general(), state.registers.borrow_general()
    asm.load(LDR_X, funcref, CONTEXT, c.layout.table(table))
    asm.ldp_imm(X, funcref, length, funcref, TableRecord.BASE)
    asm.cmp_ext(X, length, index, UXTW)
    c.branch(LS, c.trap(TrapKind.UNDEFINED_ELEMENT))
    asm.ldr_reg(X, funcref, funcref, index, UXTW, 3)
    c.branch_if_zero(X, funcref, c.trap(TrapKind.UNINITIALIZED_ELEMENT))
    expected = length
    asm.load(LDR_W, expected, CONTEXT, c.layout.type_id(type_index))
    with asm.scratch() as actual:
        asm.ldr_imm(W, actual, funcref, FuncRef.TYPE)
        asm.cmp(W, actual, expected)
    c.branch(NE, c.trap(TrapKind.INDIRECT_MISMATCH))
    _settle(c, type)
    _call_funcref(c, funcref, type)


def call_builtin(
    c: FunctionCompiler,
    which: Builtin,
    *,
    indices: Sequence[int] = (),
    operands: Sequence[Size] = (),
    result: ValType | None = None,
) -> None:
    """Calls a builtin with CONTEXT, indices, and popped operands zero-extended from the widths given.

    A builtin preserves only what is callee-saved, so MEMORY, CONTEXT and FRAME wait in the save area.
    """
    c.begin_call()
    c.uses_area = True
    asm, state = c.asm, c.state
    state.keep_flags()
    registers = [state.general(state.pop()) for _ in operands][::-1]
    state.flush_for_call(0)
    asm.stp_imm(X, MEMORY, CONTEXT, SP, SAVE_AREA)
    asm.str_imm(X, FRAME, SP, SAVE_FRAME)
    first = 1 + len(indices)
    moves: list[Move] = [(I64, x_place(X0), x_place(CONTEXT))]
    moves += [(I32, x_place(_ARGUMENTS[1 + i]), Const(I32, index)) for i, index in enumerate(indices)]
    moves += [(I64, x_place(_ARGUMENTS[first + i]), x_place(reg)) for i, reg in enumerate(registers)]
    with asm.scratch() as code:
        asm.ldr_imm(X, code, CONTEXT, VMLayout.builtin(which))
        move_all(asm, moves)
        for i, sf in enumerate(operands):
            if sf == W:
                asm.mov(W, _ARGUMENTS[first + i], _ARGUMENTS[first + i])
        asm.blr(code)
    if result is not None:
        reg = state.registers.borrow_general()
        asm.mov(X, reg, X0)
        state.push_general(result, reg)
    asm.ldp_imm(X, MEMORY, CONTEXT, SP, SAVE_AREA)
    asm.ldr_imm(X, FRAME, SP, SAVE_FRAME)
