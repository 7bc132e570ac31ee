"""The abstract state: its invariants hold after any sequence of what emitters do, and are worth something."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from jit.a64.masm import MacroAssembler
from jit.a64.operands import EQ
from jit.backend.baseline.abi import LAZY_ACROSS_CALLS, OPERANDS
from jit.backend.baseline.frame import Frame
from jit.backend.baseline.state import State
from jit.backend.baseline.values import (
    V_TYPES,
    Const,
    Flags,
    InReg,
    Local,
    OnStack,
    flags,
    in_reg,
    is_slot,
    slot_place,
    x_place,
)
from jit.wasm.types import F64, I32, I64, V128, FuncType

TYPES = (I32, I64, F64, V128) * 8
"""More of each class than there are homes."""


def new_state() -> State:
    frame = Frame.of(FuncType((), ()), TYPES, calls=True)
    state = State()
    state.begin(MacroAssembler(), frame.types, frame.places, frame.slots)
    return state


class Emitters(RuleBasedStateMachine):
    """Does what emitters do, in any order; each rule is an instruction."""

    def __init__(self) -> None:
        super().__init__()
        self.state = new_state()

    def done(self) -> None:
        self.state.registers.release()

    @rule(local=st.integers(0, len(TYPES) - 1))
    def get(self, local: int) -> None:
        self.state.push(Local(TYPES[local], local))

    @rule(bits=st.integers(0, 0xFFFF_FFFF))
    def const(self, bits: int) -> None:
        self.state.push(Const(I32, bits))

    @rule(bits=st.integers(0, (1 << 128) - 1))
    def vector_const(self, bits: int) -> None:
        self.state.push(Const(V128, bits))

    @precondition(lambda self: self.state.stack)
    @rule()
    def drop(self) -> None:
        self.state.pop()
        self.done()

    @precondition(
        lambda self: (
            self.state.depth >= 2 and (self.state.stack[-1].type in V_TYPES) == (self.state.stack[-2].type in V_TYPES)
        )
    )
    @rule()
    def binary(self) -> None:
        state = self.state
        is_float = state.stack[-1].type in V_TYPES
        right, left = state.pop(), state.pop()
        if is_float:
            u, v = state.float(left), state.float(right)
            state.push_float(left.type, state.float_result(u, v))
        else:
            a, b = state.general(left), state.general(right)
            state.push_general(I64, state.result(a, b))
        self.done()

    @precondition(lambda self: self.state.stack)
    @rule()
    def duplicate(self) -> None:
        """Two entries in one register, as `local.tee` makes them."""
        state = self.state
        value = state.pop()
        if value.type in V_TYPES:
            reg = state.float(value)
            state.push_float(value.type, reg) if not isinstance(value, Local) else state.push(value)
        elif isinstance(value, Local):
            state.push(value)
        else:
            reg_ = state.general(value)
            state.push_general(value.type, reg_)
            state.push_general(value.type, reg_)
        self.done()

    @rule()
    def compare(self) -> None:
        self.state.keep_flags()
        self.done()
        self.state.push(flags(EQ))

    @rule(local=st.integers(0, len(TYPES) - 1))
    def set_local(self, local: int) -> None:
        self.state.part(local)
        self.done()
        assert not any(isinstance(value, Local) and value.index == local for value in self.state.stack)

    @rule(arguments=st.integers(0, 3))
    def call(self, arguments: int) -> None:
        state = self.state
        below = state.depth - min(arguments, state.depth)
        state.flush(below, lazy=LAZY_ACROSS_CALLS)
        self.done()
        for position, value in enumerate(state.stack[:below]):
            is_lazy = state.slot(position) >= state.slot(below) - LAZY_ACROSS_CALLS
            outlasts = isinstance(value, Const) or (isinstance(value, Local) and not is_slot(state.locals[value.index]))
            assert isinstance(value, OnStack) or (is_lazy and outlasts), (position, value)

    @rule(above=st.integers(0, 3))
    def block(self, above: int) -> None:
        end = max(0, self.state.depth - above)
        self.state.flush(end)
        self.done()
        assert all(isinstance(value, OnStack) for value in self.state.stack[:end])
        assert self.state.settled >= end

    @invariant()
    def invariants_hold(self) -> None:
        self.state.check()


def test_the_invariants_hold_whatever_emitters_do() -> None:
    run_state_machine_as_test(Emitters, settings=settings(max_examples=100, stateful_step_count=40, deadline=None))


def test_a_register_may_have_any_number_of_aliases_and_loses_them_together() -> None:
    state = new_state()
    reg = state.registers.borrow_general()
    for _ in range(20):
        state.push_general(I64, reg)
    state.registers.release()
    state.check()
    state.spill(x_place(reg))
    assert [value for value in state.stack if isinstance(value, InReg)] == []
    state.check()


def test_the_register_used_longest_ago_is_taken_when_none_is_free() -> None:
    state = new_state()
    regs = []
    for _ in OPERANDS:
        regs.append(state.registers.borrow_general())
        state.push_general(I64, regs[-1])
    state.registers.release()
    assert sorted(regs) == sorted(OPERANDS)
    taken = state.registers.borrow_general()
    assert taken == regs[0]
    assert isinstance(state.stack[0], OnStack)
    assert isinstance(state.stack[1], InReg)


def test_what_an_instruction_reads_is_not_taken_from_it() -> None:
    state = new_state()
    for _ in OPERANDS:
        state.push_general(I64, state.registers.borrow_general())
    state.registers.release()
    read = state.general(state.pop())
    borrowed = {state.registers.borrow_general() for _ in range(len(OPERANDS) - 1)}
    assert read not in borrowed
    assert len(borrowed) == len(OPERANDS) - 1


def test_at_most_one_condition_is_pending() -> None:
    state = new_state()
    state.push(flags(EQ))
    with pytest.raises(AssertionError, match="pending"):
        state.push(flags(EQ))
    state.keep_flags()
    state.push(flags(EQ))
    state.registers.release()
    assert [type(value) for value in state.stack] == [InReg, Flags]
    state.check()


@pytest.mark.parametrize("broken", ["slot", "holder", "alias", "flags", "depth", "width", "settled", "borrowed"])
def test_check_sees_what_is_wrong(broken: str) -> None:
    state = new_state()
    state.push_settled(I32)
    state.push_general(I32, state.registers.borrow_general())
    state.registers.release()
    state.push(Local(I32, 0))
    state.check()
    match broken:
        case "slot":
            state.stack[0] = OnStack(I32, state.locals[-1])
        case "holder":
            state.stack[1] = in_reg(I32, x_place(OPERANDS[-1]))
        case "alias":
            state.stack[2] = Const(I32, 0)
        case "flags":
            state.flags_at = 0
        case "depth":
            state.stack.append(Const(I32, 0))
        case "width":
            state.stack[0] = OnStack(V128, slot_place(state.slot(0)))
        case "settled":
            state.settled = 2
        case _:
            state.registers.borrow_general()
    with pytest.raises(AssertionError):
        state.check()
