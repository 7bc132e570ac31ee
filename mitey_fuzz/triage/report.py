"""What the search found, in the words of a `Cause`: operands, effects, code, and the vote."""

import re
from collections.abc import Sequence
from contextlib import suppress

from jit.wasm.body import Instr, parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.opcodes import Family
from jit.wasm.text_body import instr_text
from jit.wasm.types import Value
from oracles.protocol import Crashed, Engine, Returned, Snapshot, TimedOut, Trapped

from ..case import Case
from ..compare.differ import Step, describe, differing
from ..subject import JitEngine
from .cause import ENTRY, Cause, Effect
from .search import Glimpse, Search, differ_in
from .story import Found

_CALL = re.compile(r"\bbl\s+(\S.*)$")
_WIDEST = 16
"""Bytes of memory that are shown."""


def cause(search: Search, found: Found, original: Case, others: Sequence[Engine]) -> Cause:
    """The cause that a search found.  `original` is the case as reported, whose offsets count; `others` get a vote."""
    track = search.track
    site = track.points[found.at]
    instr = _in_module(original, site.function, site.number)
    effect, expected, actual = _told(search, found)
    right, wrong = _vote(search, found, others)
    return Cause(
        culprit=search.suspect.name,
        effect=effect,
        function=site.function,
        offset=None if found.is_entry else instr.offset,
        mnemonic=ENTRY if found.is_entry else instr.op.name,
        instruction=ENTRY if found.is_entry else instr_text(instr),
        occurrence=track.occurrence(found.at),
        operands=() if found.is_entry else _operands(search, found),
        expected=expected,
        actual=actual,
        certainty=found.certainty,
        right=right,
        wrong=wrong,
        code=_code(search.suspect, original, site.function, None if found.is_entry else instr.offset),
    )


def _in_module(case: Case, function: int, number: int) -> Instr:
    module = decode(case.wasm, WASM_2)
    code = module.codes[function - module.imported_funcs]
    return parse(code.body, code.offset)[number]


def _operands(search: Search, found: Found) -> tuple[Value, ...]:
    """What the instruction took; the suspect had the same as the reference there."""
    takes = search.shape(found.at).takes
    seen = search.glimpses(found.at, search.stack(found.at)) if takes else ()
    return seen[0].wanted[-takes:] if seen else ()


# --- effects


def _told(search: Search, found: Found) -> tuple[Effect, str, str]:
    """The effect that differs, what was expected and what happened."""
    if found.glimpse is not None and found.behind is not None:
        return _behind(search, found, found.glimpse)
    expected, actual = search.ends()
    if found.passed is not None:
        return Effect.NO_TRAP, describe(expected.outcome), _going_on(found.passed)
    return _by_outcome(search, found, expected, actual)


def _behind(search: Search, found: Found, glimpse: Glimpse) -> tuple[Effect, str, str]:
    wanted, had = glimpse.wanted, glimpse.found
    if had is None:
        effect, _, actual = _by_outcome(search, found, glimpse.expected, glimpse.actual)
        return effect, _going_on(wanted), actual
    if found.local is not None:
        return Effect.LOCAL, f"local {found.local} = {wanted[-1]}", f"local {found.local} = {had[-1]}"
    if had == wanted:
        return _by_state(search, glimpse.expected, glimpse.actual)
    leaves = 0 if found.is_entry else search.shape(found.at).leaves
    fresh = len(wanted) - leaves
    if had[:fresh] == wanted[:fresh]:
        return Effect.VALUE, _listed(wanted[fresh:]), _listed(had[fresh:])
    return Effect.OPERAND, f"{_listed(wanted[:fresh])} still waiting", f"{_listed(had[:fresh])} waiting"


def _by_outcome(search: Search, found: Found, expected: Step, actual: Step) -> tuple[Effect, str, str]:
    """The effect where the culprit did not come to the point, or where there is none behind."""
    words = describe(expected.outcome), describe(actual.outcome)
    row = search.track.instr(search.track.points[found.at]).op
    steers = row.family is Family.CONTROL and not row.traps
    match actual.outcome:
        case Crashed():
            return Effect.CRASH, *words
        case TimedOut():
            return Effect.HANG, *words
        case Trapped() if words[0] != words[1] and not steers:
            return Effect.TRAP, *words
        case Returned() if isinstance(expected.outcome, Trapped) and found.behind is None:
            return Effect.NO_TRAP, *words
    if found.behind is not None:
        return Effect.CONTROL, *words
    if words[0] == words[1]:
        return _by_state(search, expected, actual)
    return Effect.VALUE, *words


def _by_state(search: Search, expected: Step, actual: Step) -> tuple[Effect, str, str]:
    """The effect where states differ: that of the first instance that does, companions' behind the case's own."""
    places = differing(expected, actual, search.pair)
    if places is None:
        return Effect.CONTROL, describe(expected.outcome), describe(actual.outcome)
    name, one, other = places
    effect, wanted, found = in_states(one, other)
    where = f"{name}: " if name else ""
    return effect, where + wanted, where + found


def in_states(one: Snapshot, other: Snapshot) -> tuple[Effect, str, str]:
    """The part of the state in which two differ, and what either has there."""
    if one.memories != other.memories:
        return Effect.MEMORY, *_bytes(one, other)
    if one.globals != other.globals:
        cells = next(pair for pair in zip(one.globals, other.globals, strict=False) if pair[0] != pair[1])
        wanted, found = (f"{name} = {value}" for name, value in cells)
        return Effect.GLOBAL, wanted, found
    if one.tables != other.tables:
        return Effect.TABLE, *_elements(one, other)
    calls = [", ".join(f"{c.name}({_listed(c.args)})" for c in state.host_calls[-1:]) for state in (one, other)]
    return Effect.HOST_CALL, calls[0] or "no host call", calls[1] or "no host call"


def _bytes(one: Snapshot, other: Snapshot) -> tuple[str, str]:
    """The first bytes in which memories differ."""
    for (name, wanted), (_, found) in zip(one.memories, other.memories, strict=False):
        for at, (a, b) in enumerate(zip(wanted, found, strict=False)):
            if a != b:
                end = at + _WIDEST
                return f"{name} at {at:#x}: {wanted[at:end].hex()}", f"{name} at {at:#x}: {found[at:end].hex()}"
        if len(wanted) != len(found):
            return f"{name} of {len(wanted)} bytes", f"{name} of {len(found)} bytes"
    return "", ""


def _elements(one: Snapshot, other: Snapshot) -> tuple[str, str]:
    """The first elements in which tables differ."""
    for (name, wanted), (_, found) in zip(one.tables, other.tables, strict=False):
        for at, (a, b) in enumerate(zip(wanted, found, strict=False)):
            if a != b:
                return f"{name}[{at}] = {a}", f"{name}[{at}] = {b}"
        if len(wanted) != len(found):
            return f"{name} of {len(wanted)} elements", f"{name} of {len(found)} elements"
    return "", ""


def _going_on(values: Sequence[Value]) -> str:
    return f"to go on with {_listed(values)}" if values else "to go on"


def _listed(values: Sequence[Value]) -> str:
    return ", ".join(map(str, values)) or "nothing"


# --- code and vote


def _code(culprit: Engine, case: Case, function: int, offset: int | None) -> tuple[str, ...]:
    """The code that a compiler of ours made of an instruction, or of what stands before the first; with the handlers
    that it calls."""
    if not isinstance(culprit, JitEngine):
        return ()
    lines = [line for row in culprit.listing(case.wasm, function) if row.offset == offset for line in row.lines]
    for name in [match[1] for line in lines if (match := _CALL.search(line))]:
        with suppress(KeyError):  # a function of the module
            lines += [f"{name}:", *culprit.handler_listing(name)]
    return tuple(lines)


def _vote(search: Search, found: Found, others: Sequence[Engine]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who does with this instruction what is expected, the reference first, and who does not."""
    glimpse = found.glimpse
    case = search.case if glimpse is None else glimpse.case
    expected = search.run(search.reference, case)
    sides: tuple[list[str], list[str]] = ([search.reference.name], [search.suspect.name])
    for engine in others:
        if engine.name != search.reference.name:
            differs = differ_in(expected, search.run(engine, case)) is not None
            sides[differs].append(engine.name)
    return tuple(sides[0]), tuple(sides[1])
