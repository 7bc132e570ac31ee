"""Termination, in the wasm itself: a pass over a finished module, whoever made it.

Two mutable globals are appended.  *Fuel* is taken at the head of every loop and before every counted call, ahead of its
arguments where the generator says where these begin; *depth* says how many counted calls are under way.  Where either
runs out the code traps, and the next call of the script starts afresh: that bounds the work between two such traps, and
the depth of the stack at any time.  (A trap elsewhere leaves depth as high as it was; that costs at worst one early
trap.)

What stands at the heads of loops and before calls is part of the program: an `if` settles all that waits on a
compiler's stack, and nothing would ever wait there.  So there are several `Way`s of counting.  One tests with `if`,
fills up and executes `unreachable`.  Two divide by what is left modulo a power of two, without any branch: it is zero
once, and full again for the next call.  And loops that the generator counts itself need no fuel; then calls take more.

Counted are indirect calls, calls that may come back to their caller, and calls that open a large tree of others; what
is left is shallow and short by itself.  Instances that call one another each have counters of their own: a trap unwinds
all of them at once, so what all may do between two traps, and how deep they nest, is the sum of what each may.
Instructions of the module are kept as they are: nothing is renumbered, no branch is changed, and most functions grow by
nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum
from itertools import pairwise
from typing import Final, NamedTuple

from jit.wasm.body import EMPTY, Instr, assemble, const, expr, parse
from jit.wasm.module import Code, Export, ExternKind, Global, Module
from jit.wasm.opcodes import Op, op
from jit.wasm.types import I32, GlobalType

FUEL: Final = 100_000
LARGEST_TREE: Final = 100
"""Calls, nested ones included, that a function may make uncounted each time it is entered."""
DEPTH: Final = 128
"""Deep enough to move every spill slot and window of registers, shallow enough for 64 KiB of stack and large frames."""

PRICE: Final = 32
"""Fuel that a counted call takes where loops take none."""


class Way(Enum):
    """How running is counted: with branches or without, and loops or calls alone."""

    BRANCHING = "branching"
    STRAIGHT = "straight"
    CALLS = "calls"


_LOOP: Final = op("loop")
_CALL: Final = op("call")
_CALL_INDIRECT: Final = op("call_indirect")
_NOBODY: Final[Mapping[int, int]] = {}


class Site(NamedTuple):
    """An instruction at which running is counted: its first byte in the body, the byte behind it, and what it calls.

    `callee` is a function index, or `LOOP` or `INDIRECT`.  Of a call `start` may come earlier, where its arguments
    begin.  Then what is between is balanced, holds no other site, and is left by no branch: depth that is taken before
    is given back behind.
    """

    start: int
    end: int
    callee: int


LOOP: Final = -1
INDIRECT: Final = -2


def sites(body: bytes) -> list[Site]:
    """All loops and calls of a body, in order."""
    found = []
    instrs = parse(body)
    for (row, immediates, start), (_, _, end) in pairwise(instrs):
        if row is _LOOP or row is _CALL or row is _CALL_INDIRECT:
            callee = LOOP if row is _LOOP else INDIRECT if row is _CALL_INDIRECT else immediates[0]
            found.append(Site(start, end, callee))
    return found


def ensure_termination(
    module: Module,
    fuel: int = FUEL,
    depth: int = DEPTH,
    *,
    known: Sequence[Sequence[Site]] | None = None,
    outside: Mapping[int, int] = _NOBODY,
    way: Way = Way.BRANCHING,
) -> Module:
    """The module, made to end: after `fuel` loop iterations and counted calls, and at most `depth` of these deep.

    Needs a valid module.  `known` are the sites of each body where the caller has them.  `outside` are imported
    functions that run wasm, of other instances or back in this one, and how many levels of depth a call of each takes.
    Other host functions are trusted to return.  Where a `way` has no branches, both bounds are powers of two, the next
    that are not greater; one that counts `CALLS` alone is for modules whose loops all end.

    # FAST: parsing a body for its sites costs as much as generating it.
    """
    found = [sites(code.body) for code in module.codes] if known is None else known
    counted = _counted(module.imported_funcs, found, outside)
    first = len(module.global_types)
    if way is not Way.BRANCHING:
        fuel, depth = _floor(fuel), _floor(depth)
    spend = _spend(first, fuel, way)
    head = b"" if way is Way.CALLS else spend
    around = {by: _around(spend, first + 1, depth, by, way) for by in {1, *outside.values()}}
    codes = []
    for code, places, callees in zip(module.codes, found, counted, strict=True):
        out, done = bytearray(), 0
        for start, end, callee in places:
            if callee == LOOP:
                out += code.body[done:end] + head
                done = end
            elif callee == INDIRECT or callee in callees:
                before, after = around[outside.get(callee, 1)]
                out += code.body[done:start] + before + code.body[start:end] + after
                done = end
        codes.append(Code(code.locals, bytes(out + code.body[done:])))
    counters = (_counter(fuel), _counter(0))
    return replace(module, codes=tuple(codes), globals=module.globals + counters, source=b"")


def _counter(value: int) -> Global:
    return Global(GlobalType(I32, mutable=True), expr(const(I32, value)))


def _count(index: int, row: Op, by: int = 1) -> bytes:
    """Counts a global up or down."""
    get, set_ = Instr(op("global.get"), (index,)), Instr(op("global.set"), (index,))
    return assemble([get, Instr(op("i32.const"), (by,)), Instr(row), set_])


def _around(spend: bytes, index: int, depth: int, by: int, way: Way) -> tuple[bytes, bytes]:
    """What stands before and behind a counted call that takes so many levels of depth."""
    if way is Way.BRANCHING:
        return spend + _descend(index, depth, by), _count(index, op("i32.sub"), by)
    by = max(1, min(by, depth // 2))  # more would never be left
    return spend + _count(index, op("i32.add"), by) + _divide(index, depth, by), _count(index, op("i32.sub"), by)


def _floor(bound: int) -> int:
    """The greatest power of two that is no greater."""
    return 1 << bound.bit_length() - 1


def _divide(index: int, full: int, least: int) -> bytes:
    """Traps where a global, modulo a power of two, is less than this: where counting has passed a multiple."""
    return assemble(
        [
            Instr(op("i32.const"), (1,)),
            Instr(op("global.get"), (index,)),
            Instr(op("i32.const"), (full - 1,)),
            Instr(op("i32.and")),
            Instr(op("i32.const"), (least,)),
            Instr(op("i32.ge_u")),
            Instr(op("i32.div_u")),
            Instr(op("drop")),
        ]
    )


def _refill_and_trap(index: int, full: int) -> list[Instr]:
    """An arm, for a condition on the stack, that sets a global and traps."""
    return [
        Instr(op("if"), (EMPTY,)),
        Instr(op("i32.const"), (full,)),
        Instr(op("global.set"), (index,)),
        Instr(op("unreachable")),
        Instr(op("end")),
    ]


def _spend(index: int, fuel: int, way: Way) -> bytes:
    """Takes fuel, and traps where there is none."""
    if way is not Way.BRANCHING:
        price = max(1, min(PRICE if way is Way.CALLS else 1, fuel // 2))
        return _count(index, op("i32.sub"), price) + _divide(index, fuel, price)
    get = Instr(op("global.get"), (index,))
    check = [get, Instr(op("i32.eqz")), *_refill_and_trap(index, fuel)]
    return assemble(check) + _count(index, op("i32.sub"))


def _descend(index: int, depth: int, by: int) -> bytes:
    get = Instr(op("global.get"), (index,))
    check = [get, Instr(op("i32.const"), (depth,)), Instr(op("i32.ge_u")), *_refill_and_trap(index, 0)]
    return assemble(check) + _count(index, op("i32.add"), by)


def _counted(first: int, found: Sequence[Sequence[Site]], outside: Mapping[int, int]) -> list[frozenset[int]]:
    """For each function of the module, of which `first` is the first, the functions whose direct calls count."""
    calls: dict[int, list[int]] = {}
    for caller, places in enumerate(found, first):
        calls[caller] = [site.callee for site in places if site.callee >= first]
        if any(site.callee == INDIRECT or site.callee in outside for site in places):
            calls[caller].append(caller)  # it may reach any function: as good as a call of itself
    trees = _trees(calls)
    small = {function for function, size in trees.items() if 0 <= size <= LARGEST_TREE}
    return [(frozenset(callees) - small).union(outside) for callees in calls.values()]


def _trees(calls: dict[int, list[int]]) -> dict[int, int]:
    """How many calls a call of each function makes at most, loops aside; -1 where a cycle can be reached.

    The size of the tree also bounds its height.
    """
    callers: dict[int, list[int]] = {function: [] for function in calls}
    for caller, callees in calls.items():
        for callee in callees:
            callers[callee].append(caller)
    waiting = {function: len(callees) for function, callees in calls.items()}
    trees = dict.fromkeys(calls, -1)
    ready = [function for function, count in waiting.items() if not count]
    for function in ready:
        own = (trees[callee] if trees[callee] <= LARGEST_TREE else 0 for callee in calls[function])
        trees[function] = 1 + sum(own)
        for caller in callers[function]:
            waiting[caller] -= 1
            if not waiting[caller]:
                ready.append(caller)
    return trees


_STATE: Final = {ExternKind.MEMORY: "memory", ExternKind.TABLE: "table", ExternKind.GLOBAL: "global"}


def export_all(module: Module) -> Module:
    """The module with every memory, table and global exported, so that its whole state can be observed.

    What is exported already keeps its names; the others are called `state:memory:0` and so on.
    """
    counts = {
        ExternKind.MEMORY: len(module.memory_types),
        ExternKind.TABLE: len(module.table_types),
        ExternKind.GLOBAL: len(module.global_types),
    }
    taken = {(export.kind, export.index) for export in module.exports}
    names = {export.name for export in module.exports}
    added = [
        Export(_free(f"state:{_STATE[kind]}:{index}", names), kind, index)
        for kind, count in counts.items()
        for index in range(count)
        if (kind, index) not in taken
    ]
    return replace(module, exports=(*module.exports, *added), source=b"")


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "'"
    return name
