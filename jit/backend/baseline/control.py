"""Baseline: blocks and branches (spec: `syntax-instr-control`), and the discipline of merging.

Code that reaches a label from several places must find one state there.  So:

 - what lies below a block's parameters is in its slots from the block's beginning on, and stays there: nothing inside
   can reach it;
 - the values that branches carry to a label are in the label's places (see `blocks`), moved there by each branch and
   by whatever falls into it; nothing else is in a register;
 - locals are in their homes or slots, everywhere;
 - no flags are pending at a label.

A label that no branch names is no label: its block ends in whatever state it is in.
"""

from collections.abc import Sequence

from ...a64.labels import Label
from ...a64.operands import CC, EQ, GE, Cond, Reg, Size, W, X, invert
from ...abi import udf_code
from ...wasm.types import TrapKind, ValType
from .blocks import Block, merged
from .compiler import Bit, FunctionCompiler
from .fusion import shorten, take_bit
from .moves import Move, move_all, needs_code
from .values import Const, Flags

Types = Sequence[ValType]
Reachable = bool
"""Whether control falls into an `else` or `end`."""


class Condition:
    """A popped condition: constant (`always`), of the flags (`cond`), or whether a bit or a register is set.

    `is_zero` inverts the last.
    """

    __slots__ = ("always", "bit", "cond", "is_zero", "reg", "sf")

    def __init__(self) -> None:
        self.always: bool | None = None
        self.bit: Bit | None = None
        self.cond: Cond | None = None
        self.sf: Size = W
        self.reg: Reg | None = None
        self.is_zero = False


def pop_condition(c: FunctionCompiler) -> Condition:
    """Pops an i32 as what is cheapest to branch on; until the branch nothing may be borrowed."""
    condition = Condition()
    value = c.state.pop()
    if type(value) is Const:
        condition.always = value.bits != 0
        return condition
    if type(value) is Flags:
        tested = c.take_zero_test(value.cond)
        if tested is None:
            condition.cond = value.cond
            return condition
        if isinstance(tested, Bit):
            condition.bit = tested
        else:
            condition.sf, condition.reg = tested
        condition.is_zero = value.cond in (EQ, GE)
        return condition
    condition.bit = take_bit(c, W, value)
    if condition.bit is None:
        condition.reg = c.state.general(value)
    return condition


def branch_if(c: FunctionCompiler, condition: Condition, target: Label, *, holds: bool) -> None:
    """Branches when a condition holds, or when it does not."""
    if condition.always is not None:
        if condition.always == holds:
            c.asm.b(target)
    elif condition.cond is not None:
        c.branch(condition.cond if holds else invert(condition.cond), target)
    elif condition.bit is not None:
        c.branch_if_bit(condition.bit, target, is_set=holds != condition.is_zero)
    else:
        assert condition.reg is not None
        if holds != condition.is_zero:
            c.branch_if_nonzero(condition.sf, condition.reg, target)
        else:
            c.branch_if_zero(condition.sf, condition.reg, target)


def unreachable(c: FunctionCompiler) -> None:
    """Spec: `exec-unreachable`."""
    c.asm.udf(udf_code(TrapKind.UNREACHABLE))


def nop(_c: FunctionCompiler) -> None:
    """Spec: `exec-nop`."""


def _open(c: FunctionCompiler, params: Types, results: Types) -> Block:
    height = c.state.depth - len(params)
    block = Block(height, params, results, merged(results, c.state.slot(height)))
    c.blocks.append(block)
    return block


def block(c: FunctionCompiler, params: Types, results: Types) -> None:
    """Spec: `exec-block`.  Nothing is merged at its beginning, so the parameters stay where they are."""
    c.state.keep_flags()
    c.state.flush(c.state.depth - len(params))
    _open(c, params, results)


def loop(c: FunctionCompiler, params: Types, results: Types) -> None:
    """Spec: `exec-loop`.  A branch to it carries its parameters, and so does falling into it."""
    c.state.keep_flags()
    c.state.flush(c.state.depth - len(params))
    opened = _open(c, params, results)
    opened.carried = params
    opened.places = merged(params, c.state.slot(opened.height))
    _merge(c, opened)
    c.asm.bind(opened.label)
    _expect(c, opened)


def if_(c: FunctionCompiler, params: Types, results: Types) -> None:
    """Spec: `exec-if`.  The parameters wait in their slots, where both arms find them."""
    condition = pop_condition(c)
    c.state.flush(c.state.depth)
    opened = _open(c, params, results)
    opened.otherwise = Label()
    branch_if(c, condition, opened.otherwise, holds=False)


def else_(c: FunctionCompiler, reachable: Reachable) -> None:
    """Spec: `exec-if`."""
    opened = c.blocks[-1]
    if reachable:
        _merge(c, opened)
        opened.is_joined = True
        c.asm.b(opened.label)
    _bind_otherwise(c, opened)


def _bind_otherwise(c: FunctionCompiler, opened: Block) -> None:
    assert opened.otherwise is not None, "an else belongs to an if"
    c.asm.bind(opened.otherwise)
    opened.otherwise = None
    c.state.forget_written()
    c.addresses.clear()
    c.state.truncate(opened.height)
    c.state.registers.release()
    for type in opened.params:
        c.state.push_settled(type)


def end(c: FunctionCompiler, reachable: Reachable) -> None:
    """Spec: `exec-instr-seq-exit`, and `exec-invoke-exit` for the function's own.

    An `if` without an `else` has its parameters as results: its false condition carries them to the label.
    """
    closed = c.blocks[-1]
    if len(c.blocks) == 1:
        _end_function(c, closed, reachable)
        return
    if closed.otherwise is not None:
        if closed.results:
            else_(c, reachable)
        else:
            closed.is_joined = True
            c.asm.bind(closed.otherwise)
        reachable = True
    c.blocks.pop()
    is_loop = closed.label.is_bound
    if closed.is_joined and not is_loop:
        if reachable:
            _merge(c, closed)
        c.asm.bind(closed.label)
        _expect(c, closed)
    elif not reachable:  # nor is what follows, but the type checker goes on all the same
        c.state.truncate(closed.height)
        c.state.registers.release()
        for type in closed.results:
            c.state.push_settled(type)


def _end_function(c: FunctionCompiler, function: Block, reachable: Reachable) -> None:
    if reachable:
        _merge(c, function)
    c.returns = reachable or function.is_joined
    c.asm.bind(function.label)
    c.state.truncate(0)
    c.blocks.pop()


def _carry(c: FunctionCompiler, target: Block) -> list[Move]:
    """The moves of a branch: from where the topmost values are to where the label wants them."""
    count = len(target.places)
    if not count:
        return []
    state = c.state
    return [
        (value.type, place, state.source(value))
        for place, value in zip(target.places, state.stack[-count:], strict=True)
    ]


def _merge(c: FunctionCompiler, target: Block) -> None:
    """Carries the topmost values to a label; what else the state says is not true any more."""
    move_all(c.asm, shorten(c.state, _carry(c, target)))


def _expect(c: FunctionCompiler, target: Block) -> None:
    """The state at a label that was just bound."""
    c.state.forget_written()
    c.addresses.clear()
    c.state.truncate(target.height)
    c.state.receive(target.carried, target.places)


def jump(c: FunctionCompiler, target: Block) -> None:
    """Carries the values of a branch and takes it."""
    _merge(c, target)
    target.is_joined = True
    c.asm.b(target.label)


def br(c: FunctionCompiler, depth: int) -> None:
    """Spec: `exec-br`."""
    jump(c, c.blocks[-1 - depth])


def return_(c: FunctionCompiler) -> None:
    """Spec: `exec-return`."""
    jump(c, c.blocks[0])


def br_if(c: FunctionCompiler, depth: int) -> None:
    """Spec: `exec-br-if`.  One conditional branch when nothing moves; else the opposite one around the moves."""
    condition = pop_condition(c)
    target = c.blocks[-1 - depth]
    moves = _carry(c, target)
    target.is_joined = True
    if not needs_code(moves):
        branch_if(c, condition, target.label, holds=True)
        return
    skip = Label()
    branch_if(c, condition, skip, holds=False)
    move_all(c.asm, moves)
    c.asm.b(target.label)
    c.asm.bind(skip)


def br_table(c: FunctionCompiler, depths: Sequence[int]) -> None:
    """Spec: `exec-br-table`.  The index is clamped to the default's place, the last, in a table of distances.

    A target to which values must be moved gets a landing behind the table, shared by all entries that name it.
    """
    targets = list(dict.fromkeys(depths))
    index = c.state.pop()
    if type(index) is Const:
        targets = [depths[min(index.bits, len(depths) - 1)]]
    if len(targets) == 1:
        jump(c, c.blocks[-1 - targets[0]])
        return
    c.state.keep_flags()
    reg = c.state.general(index)
    landings: dict[int, tuple[Label, list[Move]]] = {}
    entries: dict[int, Label] = {}
    for depth in targets:
        target = c.blocks[-1 - depth]
        target.is_joined = True
        moves = _carry(c, target)
        entries[depth] = target.label
        if needs_code(moves):
            entries[depth] = Label()
            landings[depth] = entries[depth], moves
    _dispatch(c, reg, [entries[depth] for depth in depths])
    for depth, (landing, moves) in landings.items():
        c.asm.bind(landing)
        move_all(c.asm, moves)
        c.asm.b(c.blocks[-1 - depth].label)


def _dispatch(c: FunctionCompiler, index: Reg, entries: Sequence[Label]) -> None:
    """Branches to the entry at the clamped index (Arm: "CSEL", "LDRSW (register)", "BR")."""
    asm = c.asm
    table = Label()
    with asm.scratch() as base, asm.scratch() as chosen:
        asm.mov_imm(W, chosen, len(entries) - 1)
        asm.cmp(W, index, chosen)
        asm.csel(W, chosen, index, chosen, CC)
        asm.adr(base, table)
        asm.ldrsw_reg(chosen, base, chosen, scale=2)
        asm.add(X, base, base, chosen)
        asm.br(base)
    asm.bind(table)
    for entry in entries:
        asm.word_distance(entry, table)
