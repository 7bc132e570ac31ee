"""Baseline: calls (spec: `exec-call`, `exec-call-indirect`, `exec-invoke`) and the builtins that instructions become.

No register of the operand stack survives a call, so what lies below the arguments is in its slots by then, but for what
`flush` leaves unwritten: of any call, as recursion may be through a table or another instance as well (see
`abi.LAZY_ACROSS_CALLS`).  All functions are called in the register convention (`convention`): those of the module
directly, others through their FuncRef, with its MEMORY and CONTEXT; ours come back from the save area.  Every FuncRef
has a fast entry, that of a host function too (see `jit.abi`), so nothing is asked at run time.
"""

from collections.abc import Sequence
from typing import Final

from ...a64.operands import (
    LDR_W,
    LDR_X,
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
from ...abi import SLOT, Builtin, FuncRef, VMLayout
from ...wasm.types import I32, I64, FuncType, TrapKind, ValType
from .abi import CALLEE, CONTEXT, ENTRY, FRAME, LAZY_ACROSS_CALLS, MEMORY, SAVE_AREA, SAVE_FRAME
from .blocks import merged
from .compiler import FunctionCompiler
from .convention import argument_places, stub
from .elements import find_elements
from .fusion import shorten
from .moves import Move, move_all
from .values import Const, x_place

assert FuncRef.VMCTX == FuncRef.MEMORY + 8, "memory and context are loaded as a pair"
assert FuncRef.FAST == FuncRef.TYPE + 8, "type and entry are loaded as a pair"

_ARGUMENTS: Final[tuple[XReg, ...]] = (X0, X1, X2, X3, X4, X5)


def call(c: FunctionCompiler, index: int, type: FuncType) -> None:
    """Spec: `exec-call`.  A function of the module is called directly, an imported one through its FuncRef."""
    c.begin_call()
    base = _pass_arguments(c, type)
    if index >= c.module.imported_funcs:
        c.asm.add_const(X, FRAME, FRAME, SLOT * base)
        c.asm.symbols.append((c.asm.position, index))
        c.asm.put(0x94000000 | len(stub(type)))  # bl, behind the stub at the entry that the symbol stands for
    else:
        c.asm.load(LDR_X, CALLEE, CONTEXT, c.layout.imported_func(index))
        c.asm.ldr_imm(X, ENTRY, CALLEE, FuncRef.FAST)
        _enter_callee(c, base)
    _take_results(c, type, base)


def call_indirect(c: FunctionCompiler, type_index: int, table: int, type: FuncType) -> None:
    """Spec: `exec-call-indirect`.  The checks come before the arguments move, as the index is in any register."""
    c.begin_call()
    c.state.keep_flags()
    _look_up(c, c.state.general(c.state.pop()), table, type_index)
    base = _pass_arguments(c, type)
    _enter_callee(c, base)
    _take_results(c, type, base)


def _look_up(c: FunctionCompiler, index: XReg, table: int, type_index: int) -> None:
    """Brings CALLEE and ENTRY of an element, after it was found in bounds, not null, and of the type.

    There is no test for null: type and entry are loaded at once, which faults near 0 (see `jit.abi`).  Types are equal
    exactly when their ids are.
    """
    asm = c.asm
    find_elements(c, table, index, CALLEE, ENTRY, TrapKind.UNDEFINED_ELEMENT)
    asm.ldr_reg(X, CALLEE, CALLEE, index, UXTW, 3)
    with asm.scratch() as expected:
        asm.load(LDR_W, expected, CONTEXT, c.layout.type_id(type_index))
        with asm.scratch() as actual:
            asm.ldp_imm(X, actual, ENTRY, CALLEE, FuncRef.TYPE)
            c.may_fault(TrapKind.UNINITIALIZED_ELEMENT)
            asm.cmp(W, actual, expected)
    c.branch(NE, c.trap(TrapKind.INDIRECT_MISMATCH))


def _pass_arguments(c: FunctionCompiler, type: FuncType) -> int:
    """Brings the topmost values to where arguments are passed; gives the slot where the callee's frame begins.

    That is where the arguments' slots begin, too.
    """
    state = c.state
    below = state.depth - len(type.params)
    state.flush(below, lazy=LAZY_ACROSS_CALLS)
    base = state.slot(below)
    sources = [state.source(value) for value in state.stack[below:]]
    move_all(c.asm, shorten(state, list(zip(type.params, argument_places(type.params, base), sources, strict=True))))
    return base


def _enter_callee(c: FunctionCompiler, base: int) -> None:
    """Calls CALLEE at ENTRY, in its instance, and returns to ours.

    Comparing the instances would take as many instructions as it saves.
    """
    c.uses_area = True
    c.asm.add_const(X, FRAME, FRAME, SLOT * base)
    c.asm.ldp_imm(X, MEMORY, CONTEXT, CALLEE, FuncRef.MEMORY)
    c.asm.blr(ENTRY)
    c.asm.ldp_imm(X, MEMORY, CONTEXT, SP, SAVE_AREA)


def _take_results(c: FunctionCompiler, type: FuncType, base: int) -> None:
    """Brings FRAME back, and has the results lie where they came."""
    c.asm.sub_const(X, FRAME, FRAME, SLOT * base)
    c.state.truncate(c.state.depth - len(type.params))
    c.state.receive(type.results, merged(type.results, base))


def call_builtin(
    c: FunctionCompiler,
    which: Builtin,
    *,
    indices: Sequence[int] = (),
    operands: Sequence[Size] = (),
    result: ValType | None = None,
) -> None:
    """Calls a builtin with CONTEXT, indices, and popped operands zero-extended from the widths given.

    A builtin preserves only what is callee-saved, so FRAME waits in the save area, where MEMORY and CONTEXT are.
    """
    c.begin_call()
    c.uses_area = True
    asm, state = c.asm, c.state
    state.keep_flags()
    registers = [state.general(state.pop()) for _ in operands][::-1]
    state.flush(state.depth, lazy=LAZY_ACROSS_CALLS)
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
