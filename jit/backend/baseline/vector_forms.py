"""Baseline: the forms that most vector instructions have, in one word or two.

A row says what the machine does; where wasm has operands the other way round, or wants the opposite, it says that too.
"""

from collections.abc import Callable
from typing import TypeVar

from ...a64.masm import MacroAssembler
from ...a64.operands import VReg
from ...wasm.types import V128
from .compiler import FunctionCompiler
from .rows import Rows
from .values import v_place

A = TypeVar("A")
B = TypeVar("B")
OneSource = Callable[[MacroAssembler, A, VReg, VReg], None]
"""Assembler, arrangement, destination, source."""
TwoSources = Callable[[MacroAssembler, A, VReg, VReg, VReg], None]


def unary(rows: Rows, name: str, arrangement: A, emit: OneSource[A]) -> None:
    """One instruction from a register to another."""

    def emitter(c: FunctionCompiler) -> None:
        operand = c.state.float(c.state.pop())
        result = c.state.float_result(operand)
        emit(c.asm, arrangement, result, operand)
        c.state.push_written(V128, v_place(result))

    rows.row(name, emitter)


def chain(rows: Rows, name: str, first: A, emit: OneSource[A], second: B, emit_next: OneSource[B]) -> None:
    """Two instructions, one upon the other."""

    def emitter(c: FunctionCompiler) -> None:
        operand = c.state.float(c.state.pop())
        result = c.state.float_result(operand)
        emit(c.asm, first, result, operand)
        emit_next(c.asm, second, result, result)
        c.state.push_written(V128, v_place(result))

    rows.row(name, emitter)


def binary(rows: Rows, name: str, arrangement: A, emit: TwoSources[A]) -> None:
    """One instruction from two registers."""

    def emitter(c: FunctionCompiler) -> None:
        right, left = c.state.pop(), c.state.pop()
        a, b = c.state.float(left), c.state.float(right)
        result = c.state.float_result(a, b)
        emit(c.asm, arrangement, result, a, b)
        c.state.push_written(V128, v_place(result))

    rows.row(name, emitter)
