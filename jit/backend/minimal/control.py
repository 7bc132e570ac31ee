"""The composer's control instructions: written inline, so that every branch is an instruction of its own to predict.

Spec: `syntax-instr-control`.  The stack's height at each label is known, so a branch is: move what it carries, drop
what lies between, B.  Falling into an `end` moves nothing: the values already lie where the block's results go.
"""

from collections.abc import Sequence

from ...a64.labels import Label
from ...a64.operands import CC, W, X
from ...abi import SLOT, udf_code
from ...wasm.types import FuncType, TrapKind, ValType
from .abi import TOP, A, B, slots
from .compiler import Block, FunctionCompiler
from .handlers.control import IMPORTED

Types = Sequence[ValType]
Reachable = bool
"""Whether control falls into an `else` or `end`."""


def unreachable(c: FunctionCompiler) -> None:
    """Spec: `exec-unreachable`."""
    c.mark()
    c.asm.udf(udf_code(TrapKind.UNREACHABLE))


def nop(_c: FunctionCompiler) -> None:
    """Spec: `exec-nop`."""


def _open(c: FunctionCompiler, params: Types, results: Types) -> Block:
    block = Block(c.height - slots(params), slots(params), slots(results))
    c.blocks.append(block)
    return block


def block(c: FunctionCompiler, params: Types, results: Types) -> None:
    """Spec: `exec-block`."""
    _open(c, params, results)


def loop(c: FunctionCompiler, params: Types, results: Types) -> None:
    """Spec: `exec-loop`.  A branch to it carries its parameters."""
    opened = _open(c, params, results)
    opened.arity = opened.params
    c.bind(opened.label)


def if_(c: FunctionCompiler, params: Types, results: Types) -> None:
    """Spec: `exec-if`."""
    c.mark()
    c.pop_condition()
    otherwise = Label()
    c.branch_if_zero(otherwise)
    _open(c, params, results).otherwise = otherwise


def else_(c: FunctionCompiler, reachable: Reachable) -> None:
    """Spec: `exec-if`."""
    opened = c.blocks[-1]
    if reachable:
        c.mark()
        c.asm.b(opened.label)
    assert opened.otherwise is not None, "an else belongs to an if"
    c.bind(opened.otherwise)
    opened.otherwise = None
    c.height = opened.height + opened.params


def end(c: FunctionCompiler, reachable: Reachable) -> None:
    """Spec: `exec-instr-seq-exit`, and `exec-invoke-exit` for the function's own.

    An `if` without an `else` has its parameters as results, so its false condition comes here as well.
    """
    closed = c.blocks.pop()
    if not c.blocks:
        _end_function(c, closed, reachable)
        return
    if closed.otherwise is not None:
        c.bind(closed.otherwise)
    if not closed.label.is_bound:  # a loop's is its beginning
        c.bind(closed.label)
    c.height = closed.height + closed.results


def _end_function(c: FunctionCompiler, function: Block, reachable: Reachable) -> None:
    if reachable:
        c.mark()
        c.carry(function.results, c.distance(function))
    is_used = bool(function.label.fixups)
    c.bind(function.label)
    if reachable or is_used:
        c.frame.leave(c.asm)


def _jump(c: FunctionCompiler, target: Block) -> None:
    """Carries the values of a branch and takes it; out of the function it returns on the spot."""
    c.carry(target.arity, c.distance(target))
    if target is c.blocks[0]:
        c.frame.leave(c.asm)
    else:
        c.asm.b(target.label)


def br(c: FunctionCompiler, depth: int) -> None:
    """Spec: `exec-br`."""
    c.mark()
    _jump(c, c.blocks[-1 - depth])


def return_(c: FunctionCompiler) -> None:
    """Spec: `exec-return`."""
    c.mark()
    _jump(c, c.blocks[0])


def br_if(c: FunctionCompiler, depth: int) -> None:
    """Spec: `exec-br-if`.  One conditional branch when nothing moves; else the opposite one around the moves."""
    c.mark()
    c.pop_condition()
    target = c.blocks[-1 - depth]
    if c.distance(target) == 0:
        c.branch_if_nonzero(target.label)
        return
    skip = Label()
    c.asm.cbz(W, A, skip)
    _jump(c, target)
    c.bind(skip)


def br_table(c: FunctionCompiler, depths: Sequence[int]) -> None:
    """Spec: `exec-br-table`.  The index is clamped to the default's place, the last, in a table of distances.

    A target to which values must be moved gets a landing behind the table, shared by all entries that name it.
    """
    c.mark()
    targets = list(dict.fromkeys(depths))
    if len(targets) == 1:
        c.asm.sub_imm(X, TOP, TOP, SLOT)
        c.height -= 1
        _jump(c, c.blocks[-1 - targets[0]])
        return
    asm = c.asm
    c.pop_condition()
    landings: dict[int, Label] = {}
    entries: dict[int, Label] = {}
    for depth in targets:
        target = c.blocks[-1 - depth]
        if c.distance(target) == 0:
            entries[depth] = target.label
        else:
            entries[depth] = landings[depth] = Label()
    table = Label()
    asm.mov_imm(W, B, len(depths) - 1)
    asm.cmp(W, A, B)
    asm.csel(W, A, A, B, CC)
    asm.adr(B, table)
    asm.ldrsw_reg(A, B, A, scale=2)
    asm.add(X, B, B, A)
    asm.br(B)
    c.bind(table)
    for depth in depths:
        asm.word_distance(entries[depth], table)
    for depth, landing in landings.items():
        c.bind(landing)
        _jump(c, c.blocks[-1 - depth])


def call(c: FunctionCompiler, index: int, type: FuncType) -> None:
    """Spec: `exec-call`.  A function of the module is called directly, an imported one through its FuncRef."""
    change = slots(type.results) - slots(type.params)
    if index < c.module.imported_funcs:
        c.handler_with("call" + IMPORTED, change, c.layout.imported_func(index))
        return
    c.mark()
    c.asm.call(index)
    c.height += change


def call_indirect(c: FunctionCompiler, type_index: int, table: int, type: FuncType) -> None:
    """Spec: `exec-call-indirect`."""
    change = slots(type.results) - slots(type.params) - 1
    c.handler_with("call_indirect", change, c.layout.table(table), c.layout.type_id(type_index))
