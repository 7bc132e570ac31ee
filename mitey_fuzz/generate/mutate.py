"""Modules from elsewhere, changed and recombined as typed structures: what was valid stays valid.

Every mutation replaces something by something of the same type: a constant, a row, a callee, a body, or a stretch of
code that computes one value (`stretches`), taken from any function of the module.  Two modules are first joined to one
(`graft`), so that the same mutations cross them over.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from jit.wasm.body import Instr, assemble, parse
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.module import Code, Module
from jit.wasm.opcodes import ROWS, Imm, Op, op
from jit.wasm.types import BY_LETTER, ValType

from ..case import Case
from ..choices import Choices
from .foreign import case_for
from .graft import can_merge, merge
from .literals import value_bits
from .stretches import Stretch, stretches

FUEL: Final = 1_000
"""Iterations and counted calls: loops whose counters a mutation has taken away are many, and burn all that there is."""
MOST_MUTATIONS: Final = 12
LONGEST: Final = 120
"""Instructions of a stretch that is copied elsewhere."""
_CALL: Final = op("call")
_CONSTANTS: Final = {op(f"{BY_LETTER[letter].name}.const"): letter for letter in "ilfdv"}
_LOCALS: Final = frozenset(map(op, ("local.get", "local.set", "local.tee")))


def recombine(choices: Choices, sources: Sequence[bytes], features: Features) -> Case:
    """A case of one or two of these valid modules, joined and changed."""
    with choices.span("recombine"):
        module = _pick(choices, sources, features)
        if choices.integer(0, 2):
            other = _pick(choices, sources, features)
            if can_merge(module, other, features):
                module = merge(module, other)
        module = mutate(choices, module, features)
    return case_for(choices, encode(module), features, fuel=FUEL)


def _pick(choices: Choices, sources: Sequence[bytes], features: Features) -> Module:
    return decode(sources[choices.integer(0, len(sources) - 1)], features)


def mutate(choices: Choices, module: Module, features: Features) -> Module:
    """The module after a few mutations; one that finds nothing to change leaves things as they are."""
    draft = _Draft(choices, module, features)
    if draft.bodies:
        for _ in range(choices.integer(2, MOST_MUTATIONS)):
            _MUTATIONS[choices.integer(0, len(_MUTATIONS) - 1)](draft)
    return draft.module()


class _Draft:
    """The bodies of a module as instructions, and their stretches as far as somebody asked."""

    def __init__(self, choices: Choices, module: Module, features: Features) -> None:
        self.draw = choices.integer
        self.choices = choices
        self.source = module
        self.features = features
        self.bodies = [parse(code.body) for code in module.codes]
        self.added: list[list[ValType]] = [[] for _ in module.codes]
        self.known: dict[int, list[Stretch]] = {}

    def module(self) -> Module:
        codes = [
            Code((*code.locals, *((1, kind) for kind in added)), assemble(body))
            for code, added, body in zip(self.source.codes, self.added, self.bodies, strict=True)
        ]
        return replace(self.source, codes=tuple(codes), source=b"")

    def some_function(self) -> int:
        return self.draw(0, len(self.bodies) - 1)

    def locals(self, function: int) -> list[ValType]:
        code, type = self.source.codes[function], self.source.types[self.source.functions[function]]
        own = [kind for count, kind in code.locals for _ in range(count)]
        return [*type.params, *own, *self.added[function]]

    def stretches(self, function: int) -> list[Stretch]:
        if function not in self.known:
            code = self.source.codes[function]
            locals_ = (*code.locals, *((1, kind) for kind in self.added[function]))
            codes = list(self.source.codes)
            codes[function] = Code(locals_, code.body)
            changed = replace(self.source, codes=tuple(codes))
            self.known[function] = stretches(changed, function, self.bodies[function])
        return self.known[function]

    def some_stretch(self, function: int) -> Stretch | None:
        found = self.stretches(function)
        return found[self.draw(0, len(found) - 1)] if found else None

    def splice(self, function: int, start: int, end: int, code: Sequence[Instr]) -> None:
        self.bodies[function][start:end] = code
        self.known.pop(function, None)

    def some_instr(self, function: int, wanted: Callable[[Instr], bool]) -> int | None:
        """Where an instruction stands that is wanted; None where none is."""
        places = [at for at, instr in enumerate(self.bodies[function]) if wanted(instr)]
        return places[self.draw(0, len(places) - 1)] if places else None

    def some_donor(self, function: int, letter: str) -> list[Instr] | None:
        """A copy of a stretch of this type from any function, its locals made those of `function`."""
        giver = self.some_function()
        found = [s for s in self.stretches(giver) if s.letter == letter and s.is_closed and s.end - s.start <= LONGEST]
        if not found:
            return None
        start, end, _, _ = found[self.draw(0, len(found) - 1)]
        code = self.bodies[giver][start:end]
        return code if giver == function else self._with_locals_of(function, self.locals(giver), code)

    def _with_locals_of(self, function: int, theirs: Sequence[ValType], code: Sequence[Instr]) -> list[Instr]:
        """Code of another function, each of its locals one of `function`'s of the same type; made where none is."""
        mapped: dict[int, int] = {}
        out = []
        for instr in code:
            if instr.op in _LOCALS:
                index = instr.immediates[0]
                if index not in mapped:
                    mapped[index] = self._local(function, theirs[index])
                instr = instr._replace(immediates=(mapped[index],))
            out.append(instr)
        return out

    def _local(self, function: int, kind: ValType) -> int:
        locals_ = self.locals(function)
        same = [index for index, own in enumerate(locals_) if own is kind]
        if same:
            return same[self.draw(0, len(same) - 1)]
        self.added[function].append(kind)
        self.known.pop(function, None)
        return len(locals_)


# --- mutations


def _tweak(draft: _Draft) -> None:
    """Another constant."""
    function = draft.some_function()
    at = draft.some_instr(function, lambda instr: instr.op in _CONSTANTS)
    if at is not None:
        row = draft.bodies[function][at].op
        draft.bodies[function][at] = Instr(row, (value_bits(draft.choices, _CONSTANTS[row]),))


@cache
def _alike(row: Op, features: Features) -> tuple[Op, ...]:
    """Rows of the same signature that take the same immediates, under these features."""
    allowed = features.names | {""}
    return tuple(
        other
        for other in ROWS
        if (other.sig, other.immediates, other.lanes) == (row.sig, row.immediates, row.lanes)
        and other.feature in allowed
    )


def _exchange(draft: _Draft) -> None:
    """Another row with the same types; an access is aligned to no more than it may be."""
    function = draft.some_function()
    at = draft.some_instr(function, lambda instr: instr.op.params is not None and Imm.DATA not in instr.op.immediates)
    if at is None:
        return
    row, immediates, offset = draft.bodies[function][at]
    rows = _alike(row, draft.features)
    other = rows[draft.draw(0, len(rows) - 1)]
    if other.width:
        natural = (other.width // 8).bit_length() - 1
        immediates = (min(natural, immediates[0]), *immediates[1:])
    draft.bodies[function][at] = Instr(other, immediates, offset)


def _redirect(draft: _Draft) -> None:
    """A call of another function of the same type."""
    function = draft.some_function()
    at = draft.some_instr(function, lambda instr: instr.op is _CALL)
    if at is None:
        return
    types = draft.source.func_types
    type = types[draft.bodies[function][at].immediates[0]]
    same = [index for index, other in enumerate(types) if other == type]
    draft.bodies[function][at] = Instr(_CALL, (same[draft.draw(0, len(same) - 1)],))


def _transplant(draft: _Draft) -> None:
    """A stretch in place of another of its type, from anywhere."""
    function = draft.some_function()
    target = draft.some_stretch(function)
    donor = target and draft.some_donor(function, target.letter)
    if target and donor:
        draft.splice(function, target.start, target.end, donor)


def _combine(draft: _Draft) -> None:
    """A stretch and another of its type, joined by a row that takes both."""
    function = draft.some_function()
    target = draft.some_stretch(function)
    donor = target and draft.some_donor(function, target.letter)
    if not (target and donor):
        return
    joining = _joining(target.letter, draft.features)
    if joining:
        row = joining[draft.draw(0, len(joining) - 1)]
        draft.splice(function, target.end, target.end, [*donor, Instr(row)])


@cache
def _joining(letter: str, features: Features) -> tuple[Op, ...]:
    """Rows that make one value of a type of two of it."""
    kind = BY_LETTER[letter]
    allowed = features.names | {""}
    return tuple(
        row
        for row in ROWS
        if row.params == (kind, kind) and row.results == (kind,) and not row.immediates and row.feature in allowed
    )


def _collapse(draft: _Draft) -> None:
    """A part of a stretch in place of the whole, where both have one type."""
    function = draft.some_function()
    whole = draft.some_stretch(function)
    if whole is None:
        return
    parts = [
        part
        for part in draft.stretches(function)
        if part.letter == whole.letter and whole.start <= part.start and part.end < whole.end and part.is_closed
    ]
    if parts:
        start, end, _, _ = parts[draft.draw(0, len(parts) - 1)]
        draft.splice(function, whole.start, whole.end, draft.bodies[function][start:end])


def _repeat(draft: _Draft) -> None:
    """A stretch in place of a leaf of its type behind it: what was computed once is computed again."""
    function = draft.some_function()
    source = draft.some_stretch(function)
    if source is None or not source.is_closed or source.end - source.start > LONGEST:
        return
    leaves = [
        leaf
        for leaf in draft.stretches(function)
        if leaf.letter == source.letter and leaf.start >= source.end and leaf.end == leaf.start + 1
    ]
    if leaves:
        start, end, _, _ = leaves[draft.draw(0, len(leaves) - 1)]
        draft.splice(function, start, end, draft.bodies[function][source.start : source.end])


def _swap(draft: _Draft) -> None:
    """Two bodies of one type change places."""
    function = draft.some_function()
    functions = draft.source.functions
    types = draft.source.types
    same = [k for k, index in enumerate(functions) if types[index] == types[functions[function]]]
    other = same[draft.draw(0, len(same) - 1)]
    codes = list(draft.source.codes)
    codes[function], codes[other] = codes[other], codes[function]
    draft.bodies[function], draft.bodies[other] = draft.bodies[other], draft.bodies[function]
    draft.added[function], draft.added[other] = draft.added[other], draft.added[function]
    draft.source = replace(draft.source, codes=tuple(codes))
    draft.known.clear()


_MUTATIONS: Final = (
    _tweak, _tweak, _exchange, _exchange, _redirect, _transplant, _transplant, _transplant, _combine, _collapse,
    _repeat, _swap,
)  # fmt: skip
