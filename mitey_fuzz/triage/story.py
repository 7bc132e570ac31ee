"""The search told as a story: where it first went wrong, followed back to who did it.

Decides in which order ways of looking are tried, and how certain each makes one.
"""

from dataclasses import dataclass, replace

from jit.wasm.opcodes import Family, op
from jit.wasm.types import NULL, ValType, Value
from oracles.protocol import Trapped

from . import waiting
from .cause import Certainty
from .probes import Look
from .search import Glimpse, Search, flip
from .track import CALLS, OUTSIDE

_LOCAL_GET = op("local.get")
_LOCAL_WRITES = frozenset((op("local.set"), op("local.tee")))
_GLOBAL_SET = op("global.set")
_WRITERS = frozenset((Family.STORE, Family.VECTOR_STORE, Family.MEMORY, Family.TABLE))
PADS = (1, 2, 3)
"""Above so many further operands a local is read again, to tell a wrong read from a wrong local."""
MOST_TAPS = 50
"""Instructions that are tapped at most, in the order in which they ran last."""


@dataclass(frozen=True, slots=True)
class Found:
    """The point of the guilty instruction, or, if it is an `entry`, of the first one of the function that is entered.

    `behind` is the point right behind it, None for the end of the run; `glimpse` is what there was to see there that
    is wrong, None where nothing was.  `local` is the local that is wrong, if that is what is wrong.  `passed` is what
    the instruction left instead of trapping, if something else trapped later.
    """

    at: int
    certainty: Certainty
    behind: int | None = None
    glimpse: Glimpse | None = None
    is_entry: bool = False
    local: int | None = None
    passed: tuple[Value, ...] | None = None


def find(search: Search) -> Found:
    """The guilty instruction of a run that goes wrong."""
    points = range(search.track.begins, len(search.track.points))
    doubtful: Found | None = None
    last: int | None = None  # the last point that was right, in any way of looking: some cannot be looked at softly
    for is_soft in (False, True):
        search.is_soft = is_soft
        right, wrong = flip(points, search.is_wrong)
        if wrong is not None:
            found = _followed(search, right, wrong)
            if _is_plausible(search, found):
                return found
            doubtful = doubtful or replace(found, certainty=Certainty.ELIMINATED)
            continue
        last = right if last is None or (right is not None and right > last) else last
        if last is not None and (found_last := _at_end(search, last)) is not None:
            return found_last
    search.is_soft = False
    return doubtful or _by_taps(search)


def _at_end(search: Search, last: int) -> Found | None:
    """The last instruction, where it could have done it: one that traps, and does so rightly, has changed nothing.

    What is wrong behind that was so before, and went right for want of what comes behind the cut.
    """
    certainty = Certainty.OBSERVED if search.outlasts(last) else None
    expected, actual = (step.outcome for step in search.ends())
    if isinstance(expected, Trapped) and isinstance(actual, Trapped):
        passed = search.passed(last)
        if passed is not None:
            return Found(last, certainty or Certainty.LIKELY, passed=passed)
        if search.pair.same_trap(expected, actual) and not _can_write(search, last):
            return None
    return None if certainty is None else Found(last, certainty)


def _is_plausible(search: Search, found: Found) -> bool:
    """Whether the instruction could have done it: memories, tables and globals change where something writes to them.

    Where nothing does, cuts before and behind the instruction made the compiler take different ways.
    """
    glimpse = found.glimpse
    if found.is_entry or glimpse is None or glimpse.found != glimpse.wanted:
        return True
    return _can_write(search, found.at)


def _can_write(search: Search, at: int) -> bool:
    row = search.track.instr(search.track.points[at]).op
    return row.family in _WRITERS or row in CALLS or row is _GLOBAL_SET


def _followed(search: Search, right: int | None, wrong: int) -> Found:
    """The instruction between a right point and the wrong one behind it, or what made it do wrong unseen.

    A local that is wrong is seen only when it is read.  Where it became so, other things may have been wrong already,
    if what was found first was not the first there is.
    """
    while True:
        found = _behind(search, right, wrong)
        if found.is_entry or found.at == right or not search.is_wrong(found.at):
            return found
        right, first = flip(range(search.track.begins, found.at + 1), search.is_wrong)
        assert first is not None, "the last of these points is wrong"
        wrong = first


def _behind(search: Search, right: int | None, wrong: int) -> Found:
    glimpse = _wrong_glimpse(search, wrong)
    if right is None:
        return Found(wrong, Certainty.OBSERVED, wrong, glimpse, is_entry=True)
    is_seen = search.agree(wrong) and search.outlasts(right) and not search.leaves_module(right)
    certainty = Certainty.OBSERVED if is_seen else Certainty.LIKELY
    found = Found(right, certainty, wrong, glimpse)
    if search.track.instr(search.track.points[right]).op is _LOCAL_GET and _is_misread(found):
        return _of_local(search, found)
    if glimpse is not None and glimpse.found is not None:
        waited = waiting.culprit(search, right, glimpse)
        if waited is not None:
            return replace(found, at=waited)
    return _of_caller(search, found)


def _wrong_glimpse(search: Search, at: int, look: Look | None = None) -> Glimpse | None:
    """What there is to see that is wrong: rather what the culprit had than that it did not come by."""
    seen = search.glimpses(at, search.stack(at) if look is None else look)
    wrong = [glimpse for glimpse in seen if glimpse.difference is not None]
    return min(wrong, key=lambda glimpse: glimpse.found is None, default=None)


def _is_misread(found: Found) -> bool:
    """Whether the value that a `local.get` left is all that is wrong."""
    glimpse = found.glimpse
    if glimpse is None or glimpse.found is None:
        return False
    return glimpse.found[:-1] == glimpse.wanted[:-1] and glimpse.found != glimpse.wanted


def _of_local(search: Search, found: Found) -> Found:
    """Who made a local wrong that is wrong where it is read: its last write, whoever ran since, or the read itself."""
    track, frame = search.track, search.track.frames[found.at]
    (local,) = track.instr(track.points[found.at]).immediates
    in_frame = [at for at in range(track.begins, found.at + 1) if track.frames[at] == frame]
    writes = [at for at in in_frame[:-1] if _writes(search, at, local)]
    since = [at for at in in_frame if not writes or at > writes[-1]]
    assert found.behind is not None
    type = search.shape(found.behind).stack[-1]
    look = Look((type,), local)
    right, wrong = flip(since, lambda at: search.is_wrong(at, look))
    if wrong is None:
        return found
    glimpse = _wrong_glimpse(search, wrong, look)
    if right is not None:
        return Found(right, found.certainty, wrong, glimpse, local=local)
    if _is_read_wrong(search, wrong, look, first=in_frame[0], is_written=bool(writes)):
        return found
    if writes:
        return Found(writes[-1], found.certainty, wrong, glimpse, local=local)
    caller = track.callers[frame]
    if local < len(_params(search, found.at)) and caller != OUTSIDE:
        return Found(caller, found.certainty, wrong, glimpse, local=local)
    return Found(in_frame[0], found.certainty, wrong, glimpse, is_entry=True, local=local)


def _is_read_wrong(search: Search, at: int, look: Look, *, first: int, is_written: bool) -> bool:
    """Whether it is reading a local that goes wrong, not what made the local.

    It is where the read comes right with more on the stack.  Else, of a local that a write made, where it is read wrong
    already at the function's beginning while all others hold something else; and of one that the call made, where it
    is read wrong even after a write.
    """
    if any(search.is_wrong(at, look._replace(pad=pad)) is False for pad in PADS):
        return True
    function = search.track.points[at].function
    types = [*_params(search, at), *_locals(search, function)]
    marks = tuple((local, _mark(type)) for local, type in enumerate(types) if (local == look.local) != is_written)
    return bool(search.is_wrong(first if is_written else at, look._replace(writes=marks)))


def _params(search: Search, at: int) -> tuple[ValType, ...]:
    return search.module.func_types[search.track.points[at].function].params


def _locals(search: Search, function: int) -> list[ValType]:
    code = search.module.codes[function - search.module.imported_funcs]
    return [type for count, type in code.locals for _ in range(count)]


def _mark(type: ValType) -> Value:
    """A value that no local is likely to have."""
    return Value(type, NULL if type.is_ref else int.from_bytes(b"\x5a\xc3\x96\x69" * 4, "big") & (1 << type.bits) - 1)


def _writes(search: Search, at: int, local: int) -> bool:
    instr = search.track.instr(search.track.points[at])
    return instr.op in _LOCAL_WRITES and instr.immediates == (local,)


def _of_caller(search: Search, found: Found) -> Found:
    """Where a callee's end leaves its results right and something else of its caller wrong, it is the call."""
    track, glimpse = search.track, found.glimpse
    frame = track.frames[found.at]
    caller = track.callers[frame]
    if found.behind is None or track.frames[found.behind] == frame or caller == OUTSIDE:
        return found
    if track.instr(track.points[found.at]).op in CALLS or glimpse is None or glimpse.found is None:
        return found
    leaves = search.shape(caller).leaves
    waiting = len(glimpse.wanted) - leaves
    if glimpse.found[waiting:] == glimpse.wanted[waiting:] and glimpse.found != glimpse.wanted:
        return Found(caller, found.certainty, found.behind, glimpse)
    return found


def _by_taps(search: Search) -> Found:
    """The first instruction whose copied result is wrong while the program stays so; else who comes behind the last
    one that the program does not bear to be watched."""
    track = search.track
    points = range(track.begins, len(track.points))
    last = {track.points[at]: at for at in points}
    shy: int | None = None
    for at in sorted(last.values())[:MOST_TAPS]:
        behind = track.points[at]._replace(number=track.points[at].number + 1)
        if search.shape(at).leaves != 1 or behind not in search.shapes:
            continue
        seen = search.tapped(at, search.shapes[behind].stack[-1])
        if seen is None:
            shy = at
        elif seen[0] != seen[1]:
            return Found(at, Certainty.LIKELY)
    if shy is None:
        return Found(points[-1], Certainty.ELIMINATED)
    return Found(min(shy + 1, points[-1]), Certainty.ELIMINATED)
