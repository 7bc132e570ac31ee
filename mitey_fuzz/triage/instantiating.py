"""What in a module engines differ about before any of it is called: the first instruction, or the first other part.

Whether it is valid or can be linked, and what its segments and globals come to.  No engine is asked where it stumbled:
each says so in its own words, or not at all.  The module is cut down, from its bodies to its imports, for as long as
they differ in the same way.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.encode import encode, kind_of
from jit.wasm.features import WASM_2
from jit.wasm.module import Module
from jit.wasm.text_body import instr_text
from oracles.protocol import Engine, Outcome, Phase, Rejected, Trapped

from ..case import Case
from ..compare.differ import describe, differing
from ..compare.rules import Pair
from ..compare.verdict import Divergence, DivergenceKind
from .bodies import Bodies, Way
from .cause import Cause, Certainty, Effect
from .compiling import Bounded
from .report import in_states
from .search import Run, differ_in, flip

Difference = tuple[DivergenceKind, Phase | None, Phase | None]
"""In what two engines differ, and when they refuse the module; None for one that takes it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A kind of thing that a module has besides instructions.

    `first` is the module with the first few of them, and `imported` how many indices imports have before theirs.
    """

    name: str
    count: Callable[[Module], int]
    first: Callable[[Module, int], Module]
    imported: Callable[[Module], int] = lambda _: 0


_PARTS = (
    _Part("custom", lambda m: len(m.customs), lambda m, n: replace(m, customs=m.customs[:n])),
    _Part("export", lambda m: len(m.exports), lambda m, n: replace(m, exports=m.exports[:n])),
    _Part("data", lambda m: len(m.datas), lambda m, n: replace(m, datas=m.datas[:n], data_count=None)),
    _Part("elem", lambda m: len(m.elems), lambda m, n: replace(m, elems=m.elems[:n])),
    _Part(
        "global",
        lambda m: len(m.globals),
        lambda m, n: replace(m, globals=m.globals[:n]),
        lambda m: m.imported_globals,
    ),
    _Part(
        "func",
        lambda m: len(m.functions),
        lambda m, n: replace(m, functions=m.functions[:n], codes=m.codes[:n]),
        lambda m: m.imported_funcs,
    ),
    _Part(
        "memory",
        lambda m: len(m.memories),
        lambda m, n: replace(m, memories=m.memories[:n]),
        lambda m: m.imported_memories,
    ),
    _Part(
        "table",
        lambda m: len(m.tables),
        lambda m, n: replace(m, tables=m.tables[:n]),
        lambda m: m.imported_tables,
    ),
    _Part("import", lambda m: len(m.imports), lambda m, n: replace(m, imports=m.imports[:n])),
    _Part("type", lambda m: len(m.types), lambda m, n: replace(m, types=m.types[:n])),
)
"""What refers to others stands before these, so that taking away leaves nothing that refers to what is gone."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What is to blame, and the least that shows it."""

    function: int | None
    offset: int | None
    mnemonic: str
    text: str
    case: Case


def instantiating(case: Case, divergence: Divergence, engines: Sequence[Engine], run: Bounded) -> Cause | None:
    """What two engines differ about; None where a module cannot be read, or nothing in it alone shows it."""
    by_name = {engine.name: engine for engine in engines}
    one, other = by_name.get(divergence.oracle), by_name.get(divergence.subject)
    if one is None or other is None:
        return None

    def difference(case: Case) -> Difference | None:
        return _difference(run(one, case), run(other, case), divergence.kind)

    for name, single in _modules(case):
        seen = difference(single)
        if seen is None:
            continue
        try:
            found = _find(single, seen, difference)
        except WasmError:
            return None
        return None if found is None else _cause(name, found, divergence, engines, run)
    return None


def _difference(expected: Run, actual: Run, kind: DivergenceKind) -> Difference | None:
    found = differ_in(expected, actual)
    if found is None or found[0] is not kind:
        return None
    return kind, _phase(expected.step.outcome), _phase(actual.step.outcome)


def _phase(outcome: Outcome) -> Phase | None:
    return outcome.phase if isinstance(outcome, Rejected) else None


def _modules(case: Case) -> Iterator[tuple[str, Case]]:
    """Every module of a case with those before it, in the order in which they are instantiated, and without calls."""
    bare = replace(case, script=(), choices=None)
    for at, companion in enumerate(case.companions):
        yield companion.name, replace(bare, wasm=companion.wasm, companions=case.companions[:at])
    yield "", bare


def _find(case: Case, wanted: Difference, difference: Callable[[Case], Difference | None]) -> _Found | None:
    module = decode(case.wasm, WASM_2)

    def of(module: Module) -> Case:
        return replace(case, wasm=encode(module))

    def way(module: Module) -> Difference | None:
        seen = difference(of(module))
        return seen if seen == wanted else None

    if way(replace(module, source=b"")) is None:
        return None
    bodies = Bodies(module)
    place = bodies.first(way)
    if place is not None:
        instr = bodies.instr(place)
        least = of(bodies.cut(place._replace(number=place.number + 1)))
        function = place.function + module.imported_funcs
        return _Found(function, instr.offset, instr.op.name, instr_text(instr), least)
    if way(bodies.emptied) is None:
        return None if module.start is None else _Found(None, None, "start", f"start {module.start}", of(module))
    part = _part(bodies.emptied, way, is_seen=wanted[0] is DivergenceKind.STATE)
    return None if part is None else _Found(None, None, *_named(*part), of(part[1]))


def _part(module: Module, way: Way, *, is_seen: bool) -> tuple[str, Module] | None:
    """The kind of the first thing outside of bodies that is to blame, and the module of which it is the last such.

    What `is_seen` is state, which has to be exported.
    """
    for part in _PARTS:
        if is_seen and part.name == "export":
            continue
        less = part.first(module, 0)
        if way(less) is not None:
            module = less
            continue
        shortest = _shortest([part.first(module, count) for count in range(part.count(module) + 1)], way)
        return None if shortest is None else (part.name, shortest)
    return None


def _shortest(forms: Sequence[Module], way: Way) -> Module | None:
    """The first of some modules, each of which has more than the one before, that shows it."""
    _, guilty = flip(range(len(forms)), lambda at: way(forms[at]) is not None)
    return None if guilty is None else forms[guilty]


def _named(part: str, module: Module) -> tuple[str, str]:
    """What the last of a kind of thing is called in names and in texts."""
    known = next(known for known in _PARTS if known.name == part)
    index = known.imported(module) + known.count(module) - 1
    if part != "import":
        return part, f"{part} {index}"
    entry = module.imports[-1]
    return f"import.{kind_of(entry.type).name.lower()}", f'import {index} ("{entry.module}" "{entry.name}")'


def _cause(name: str, found: _Found, divergence: Divergence, engines: Sequence[Engine], run: Bounded) -> Cause:
    runs = {engine.name: run(engine, found.case) for engine in engines}
    expected, actual = runs[divergence.oracle], runs[divergence.subject]
    effect, wanted, got = _told(expected, actual)
    return Cause(
        culprit=divergence.subject,
        effect=effect,
        function=found.function,
        offset=found.offset,
        mnemonic=found.mnemonic,
        instruction=f"{found.text} of {name}" if name else found.text,
        occurrence=0,
        operands=(),
        expected=wanted,
        actual=got,
        certainty=Certainty.OBSERVED,
        right=tuple(engine for engine, seen in runs.items() if differ_in(seen, expected) is None),
        wrong=tuple(engine for engine, seen in runs.items() if differ_in(seen, actual) is None),
    )


def _told(expected: Run, actual: Run) -> tuple[Effect, str, str]:
    """The effect, what was expected, and what happened."""
    one, other = expected.step.outcome, actual.step.outcome
    states = differing(expected.step, actual.step, Pair(expected.can, actual.can))
    if type(one) is type(other) and states is not None:
        return in_states(*states[1:])
    if isinstance(other, Rejected) or isinstance(one, Rejected):
        effect = Effect.REFUSED if isinstance(other, Rejected) else Effect.ACCEPTED
        wanted, got = (describe(told) if isinstance(told, Rejected) else "accepted" for told in (one, other))
        return effect, wanted, got
    if isinstance(other, Trapped) or isinstance(one, Trapped):
        return Effect.TRAP if isinstance(other, Trapped) else Effect.NO_TRAP, describe(one), describe(other)
    return Effect.CRASH, describe(one), describe(other)
