"""Values that wait outside a block, which no instruction inside can name: how to see them all the same.

When a block ends and what waited below it is wrong, anyone inside may have done it, or the block's beginning.  A *bail*
leaves the block early, with made-up results, and a cut right behind its end shows what waits there by then.
"""

from collections.abc import Sequence
from dataclasses import replace

from jit.wasm import body
from jit.wasm.body import BLOCKS, ELSE, END, LOOP, Instr, block_type
from jit.wasm.opcodes import op
from jit.wasm.types import NULL

from .probes import Cut, inserted
from .search import Glimpse, Search, flip
from .track import Site


def culprit(search: Search, at: int, glimpse: Glimpse) -> int | None:
    """The point of the instruction that changed what waits outside a block which ends between two points.

    `glimpse` shows it wrong, at the point behind `at`.  None where no block ends there, or it was none that waited;
    where the block does not bear to be left early it is the block's beginning.
    """
    track = search.track
    site = track.points[at]
    instrs = track.bodies[site.function].instrs
    opened = _ended(instrs, site.number, _behind(search, at))
    if opened is None:
        return None
    start = Site(site.function, opened)
    frame = track.frames[at]
    begun = [p for p in range(track.begins, at + 1) if track.points[p] == start and track.frames[p] == frame]
    if not begun or not _waits(search, begun[-1], glimpse):
        return None
    if instrs[opened].op is LOOP or track.occurrence(begun[-1]) != 1:
        return begun[-1]
    inside = [p for p in range(begun[-1] + 1, at + 1) if track.frames[p] == frame]
    right, wrong = flip(inside, lambda p: _is_wrong(search, p, opened))
    if wrong is None:
        return right if right is not None else begun[-1]
    return begun[-1] if right is None else right


def _behind(search: Search, at: int) -> int:
    """The number of the instruction at the next point in the same frame; past the end where there is none."""
    track = search.track
    for p in range(at + 1, len(track.points)):
        if track.frames[p] == track.frames[at]:
            return track.points[p].number
    return len(track.bodies[track.points[at].function].instrs)


def _ended(instrs: Sequence[Instr], inside: int, behind: int) -> int | None:
    """The beginning of the outermost block around one instruction that is not around the other, further on."""
    open_: list[int] = []
    around: tuple[int, ...] = ()
    for number, instr in enumerate(instrs[: behind + 1]):
        if number == inside:
            around = tuple(open_)
        if number == behind:
            break
        if instr.op in BLOCKS:
            open_.append(number)
        elif instr.op is END and open_:
            open_.pop()
    return next((start for start in around if start not in open_), None)


def _waits(search: Search, start: int, glimpse: Glimpse) -> bool:
    """Whether what is wrong was on the stack below the block when it began."""
    shape = search.shape(start)
    type = block_type(search.track.instr(search.track.points[start]).immediates[0], search.module.types)
    below = len(shape.stack) - len(type.params) - shape.takes
    found = glimpse.found or ()
    return found[:below] != glimpse.wanted[:below]


def _is_wrong(search: Search, at: int, opened: int) -> bool | None:
    """Whether what waits outside the block is wrong when the block is left at this point."""
    site = search.track.points[at]
    instrs = search.track.bodies[site.function].instrs
    if search.track.occurrence(at) != 1 or instrs[site.number].op is ELSE:
        return None
    ended, depth = _end(instrs, opened), -1
    for instr in instrs[opened : site.number]:
        depth += (instr.op in BLOCKS) - (instr.op is END)
    behind = Site(site.function, ended + 1)
    if behind not in search.shapes:
        return None
    type = block_type(instrs[opened].immediates[0], search.module.types)
    results = [body.const(result, NULL if result.is_ref else 0) for result in type.results]
    bail = [*results, Instr(op("br"), (depth,))]
    module = inserted(search.module, site, bail)
    where = Cut(Site(site.function, ended + 1 + len(bail)), 1, search.look(behind))
    return search.is_wrong_in(replace(module, source=b""), where)


def _end(instrs: Sequence[Instr], opened: int) -> int:
    depth = 0
    for number in range(opened, len(instrs)):
        depth += (instrs[number].op in BLOCKS) - (instrs[number].op is END)
        if not depth:
            return number
    raise AssertionError("every block has an end")
