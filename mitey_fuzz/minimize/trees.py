"""Which stretch of a body computes what: instruction lists seen as trees, without leaving the list.

`tree` finds every stretch of instructions that, as a whole, takes nothing from the stack and leaves exactly some
results there: an instruction with all its operands, or a whole block.  A pass can replace such a stretch by anything of
the same results.  Code after an unconditional branch has no units until its block ends.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jit.wasm.body import BLOCKS, Instr, block_type, const
from jit.wasm.module import Module
from jit.wasm.opcodes import BY_NAME, Family, Op
from jit.wasm.types import BY_CODE, FUNCREF, I32, NULL, FuncType, ValType

_JUMPS = frozenset(BY_NAME[name] for name in ("br", "br_table", "return", "unreachable"))
_BR_TABLE = BY_NAME["br_table"]
_IF = BY_NAME["if"]
_ELSE = BY_NAME["else"]
_END = BY_NAME["end"]
_DROP = BY_NAME["drop"]
_READS = frozenset(BY_NAME[name] for name in ("local.get", "global.get", "ref.null", "ref.func")) | frozenset(
    row for row in BY_NAME.values() if row.family in (Family.CONST, Family.VECTOR_CONST)
)
"""Rows that push a value and do nothing else."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Instructions `start` to `end` inclusive leave `results`; `operands` are the units of its topmost instruction."""

    start: int
    end: int
    results: tuple[ValType, ...]
    operands: tuple["Unit", ...] = ()


Stack = tuple[ValType, ...]
"""Types of operands, the topmost last, down to where the block around begins."""


@dataclass(slots=True)
class _Entry:
    """A value on the simulated stack and the unit that left it; None where no unit does (block parameters).

    `made` is the instruction it comes from, -1 for parameters of blocks, and `place` which of its results it is.
    """

    type: ValType
    unit: Unit | None
    made: int
    place: int


@dataclass(slots=True)
class _Frame:
    """An open block: where it starts, its type, the stack height below its parameters, their units."""

    start: int
    type: FuncType
    height: int
    operands: tuple[Unit, ...] | None
    dead: bool = False


class _Walk:
    """Simulates one body; what it finds is described by `Tree`."""

    def __init__(self, module: Module, type: FuncType, locals: Sequence[ValType]) -> None:
        self.module = module
        self.locals = locals
        self.stack: list[_Entry] = []
        self.frames = [_Frame(-1, FuncType((), type.results), 0, None)]
        self.found: list[Unit] = []
        self.top: list[Unit | None] = []
        self.stacks: list[Stack | None] = []
        self.taken: dict[int, tuple[Unit | None, ...]] = {}
        self.takers: dict[tuple[int, int], int] = {}
        self.at = -1

    def pop(self, count: int) -> tuple[Unit, ...] | None:
        """Takes values; the units that left them in order, or None where one is not to be had."""
        frame = self.frames[-1]
        taken = [self.stack.pop() for _ in range(min(count, len(self.stack) - frame.height))][::-1]
        self.taken[self.at] = tuple(entry.unit for entry in taken)
        self.takers.update(((entry.made, entry.place), self.at) for entry in taken)
        units: list[Unit] = []
        for entry in taken:
            if entry.unit is None:
                return None
            if not units or units[-1] is not entry.unit:
                units.append(entry.unit)
        whole = sum(len(u.results) for u in units) == count and len(taken) == count
        return tuple(units) if whole else None

    def push(self, start: int, end: int, results: tuple[ValType, ...], operands: tuple[Unit, ...] | None) -> None:
        unit = None
        if operands is not None:
            unit = Unit(operands[0].start if operands else start, end, results, operands)
            self.found.append(unit)
        self.stack.extend(_Entry(t, unit, end, place) for place, t in enumerate(results))

    def step(self, at: int, instr: Instr) -> None:
        row = instr.op
        frame = self.frames[-1]
        self.at = at
        self.stacks.append(self._stack(row, frame))
        if row is _END or row is _ELSE:
            self._close(at, row)
        elif row in BLOCKS:
            self._open(at, instr)
        elif frame.dead:
            return
        elif row in _JUMPS:
            operands = self.pop(1) if row is _BR_TABLE else ()
            if operands is not None:  # what it carries stays where it is: without the jump it falls through
                self.found.append(Unit(operands[0].start if operands else at, at, (), operands))
            frame.dead = True
        else:
            count, results = self._signature(instr)
            if count > len(self.stack) - frame.height:
                frame.dead = True  # not valid: no units here
                return
            self.push(at, at, results, self.pop(count))

    def _stack(self, row: Op, frame: _Frame) -> Stack | None:
        if not frame.dead:
            return tuple([entry.type for entry in self.stack[frame.height :]])
        return frame.type.results if row is _END or row is _ELSE else None

    def _open(self, at: int, instr: Instr) -> None:
        type = block_type(instr.immediates[0], self.module.types)
        frame = self.frames[-1]
        operands = None if frame.dead else self.pop(len(type.params) + (instr.op is _IF))
        inner = _Frame(at, type, len(self.stack), operands, frame.dead)
        self.stack.extend(_Entry(t, None, -1, 0) for t in type.params)
        self.frames.append(inner)

    def _close(self, at: int, row: Op) -> None:
        frame = self.frames[-1]
        if len(self.frames) == 1:
            self.top = [] if frame.dead else [entry.unit for entry in self.stack]
            return
        del self.stack[frame.height :]
        if row is _ELSE:
            frame.dead = self.frames[-2].dead
            self.stack.extend(_Entry(t, None, -1, 0) for t in frame.type.params)
            return
        self.frames.pop()
        if not self.frames[-1].dead:
            self.push(frame.start, at, frame.type.results, frame.operands)

    def _signature(self, instr: Instr) -> tuple[int, tuple[ValType, ...]]:
        """How many values an instruction takes and which it leaves, stack permitting."""
        row = instr.op
        if row.params is not None and row.results is not None:
            return len(row.params), row.results
        return _BY_RULE[row.name](self, instr.immediates)

    def called(self, type: FuncType, extra: int) -> tuple[int, tuple[ValType, ...]]:
        return len(type.params) + extra, type.results

    def selected(self) -> tuple[int, tuple[ValType, ...]]:
        return 3, tuple(entry.type for entry in self.stack[-3:-2])


_Rule = Callable[[_Walk, tuple[int, ...]], tuple[int, tuple[ValType, ...]]]

# fmt: off
_BY_RULE: dict[str, _Rule] = {
    "local.get":     lambda w, imms: (0, (w.locals[imms[0]],)),
    "local.set":     lambda _w, _imms: (1, ()),
    "local.tee":     lambda w, imms: (1, (w.locals[imms[0]],)),
    "global.get":    lambda w, imms: (0, (w.module.global_types[imms[0]].type,)),
    "global.set":    lambda _w, _imms: (1, ()),
    "drop":          lambda _w, _imms: (1, ()),
    "br_if":         lambda _w, _imms: (1, ()),  # the values it may carry stay where they are
    "select":        lambda w, _imms: w.selected(),
    "select t":      lambda w, _imms: w.selected(),
    "call":          lambda w, imms: w.called(w.module.func_types[imms[0]], 0),
    "call_indirect": lambda w, imms: w.called(w.module.types[imms[0]], 1),
    "ref.null":      lambda _w, imms: (0, (BY_CODE[imms[0]],)),
    "ref.func":      lambda _w, _imms: (0, (FUNCREF,)),
    "ref.is_null":   lambda _w, _imms: (1, (I32,)),
    "table.get":     lambda w, imms: (1, (w.module.table_types[imms[0]].element,)),
    "table.set":     lambda _w, _imms: (2, ()),
    "table.grow":    lambda _w, _imms: (2, (I32,)),
    "table.fill":    lambda _w, _imms: (3, ()),
}
"""Values taken and left by the rows that the table types by rule, control instructions aside."""
# fmt: on


@dataclass(frozen=True, slots=True)
class Tree:
    """`units` of a body in order of their ends, and the units of the values that it ends with (None: not one's own).

    `stacks` are the operands before every instruction; None in dead code, where an `end` or `else` has what its block
    leaves.  `taken` are the units of the operands of every instruction, one for each operand, and `takers` says which
    instruction takes a result: by the instruction that left it and its place among that one's results.
    """

    units: tuple[Unit, ...]
    top: tuple[Unit | None, ...]
    stacks: tuple[Stack | None, ...]
    taken: Mapping[int, tuple[Unit | None, ...]]
    takers: Mapping[tuple[int, int], int]


def tree(module: Module, index: int, instrs: Sequence[Instr]) -> Tree:
    """The units of the `index`-th defined function's body."""
    type = module.types[module.functions[index]]
    locals = [*type.params, *(t for count, t in module.codes[index].locals for _ in range(count))]
    walk = _Walk(module, type, locals)
    for at, instr in enumerate(instrs):
        walk.step(at, instr)
    return Tree(tuple(walk.found), tuple(walk.top), tuple(walk.stacks), walk.taken, walk.takers)


Item = tuple[int, int]
"""First and last instruction of what is whole in itself: an instruction, or a block with all that is in it."""


def sequences(instrs: Sequence[Instr]) -> list[list[Item]]:
    """The items of every block and arm of a body, in the order in which they begin; the body's own come first.

    Every sequence lacks the `end` or `else` that closes it.
    """
    found: list[list[Item]] = [[]]
    opened = [(0, found[0])]  # where the block began, and the sequence at hand in it
    for at, instr in enumerate(instrs):
        row = instr.op
        if row is _END or row is _ELSE:
            start, _ = opened.pop()
            if row is _ELSE:
                found.append([])
                opened.append((start, found[-1]))
            elif opened:
                opened[-1][1].append((start, at))
        elif row in BLOCKS:
            found.append([])
            opened.append((at, found[-1]))
        else:
            opened[-1][1].append((at, at))
    return found


def bridge(before: Stack, after: Stack, bits: Mapping[int, int]) -> tuple[Instr, ...]:
    """What makes one operand stack into another: drops and constants, zero but where `bits` says otherwise.

    `bits` are by place in `after`.  What both have in common at the bottom stays.
    """
    same = 0
    while same < min(len(before), len(after)) and before[same] is after[same]:
        same += 1
    drops = [Instr(_DROP)] * (len(before) - same)
    return (*drops, *(zero(t) if t.is_ref else const(t, bits.get(at, 0)) for at, t in enumerate(after) if at >= same))


def tidy(instrs: Sequence[Instr]) -> tuple[Instr, ...]:
    """The same instructions without constants and reads that the `drop` directly behind takes away."""
    out: list[Instr] = []
    for instr in instrs:
        if instr.op is _DROP and out and out[-1].op in _READS:
            out.pop()
        else:
            out.append(instr)
    return tuple(out)


def zero(type: ValType) -> Instr:
    """The constant zero, or null."""
    return const(type, NULL if type.is_ref else 0)


def matching(instrs: Sequence[Instr], start: int) -> tuple[int | None, int]:
    """Where the `else` (None without one) and the `end` of the block opened at `start` stand."""
    depth, middle = 0, None
    for at in range(start, len(instrs)):
        row = instrs[at].op
        if row in BLOCKS:
            depth += 1
        elif row is _ELSE and depth == 1:
            middle = at
        elif row is _END:
            depth -= 1
            if depth == 0:
                return middle, at
    raise ValueError("block without end")


def relabel(instrs: Sequence[Instr], target: int, by: int) -> tuple[Instr, ...] | None:
    """Instructions taken out of (`by` = -1) or put into (+1) a block that stands `target` levels around them.

    None when one branches to the very block that goes away.
    """
    out, depth = [], target
    for instr in instrs:
        row = instr.op
        if row is _END:
            depth -= 1
        if row.name in ("br", "br_if", "br_table"):
            if by < 0 and depth in instr.immediates:
                return None
            instr = instr._replace(immediates=tuple(i + by if i > depth else i for i in instr.immediates))
        if row in BLOCKS:
            depth += 1
        out.append(instr)
    return tuple(out)
