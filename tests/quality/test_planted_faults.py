"""The faults of the catalogue change words that the back ends really emit, into other instructions."""

import pytest

from jit.a64.listing import disassemble
from jit.backend.mutants import Mutant
from jit.engine import Engine
from mitey_fuzz.selftest import catalogue
from support.emitted import emitted_words

MUTANTS = {**catalogue.machine(), **catalogue.vector(), **catalogue.unobservable()}


def text_of(word: int) -> str:
    ((_, text),) = disassemble(word.to_bytes(4, "little"), 0, ())
    return text


def hits(mutant: Mutant) -> list[int]:
    """The emitted words that a mutant is about."""
    concerned = (backend for backend in Engine.backends() if mutant.concerns(backend))
    return sorted(word for backend in concerned for word in emitted_words(backend) if mutant.hits(word))


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_fault_turns_emitted_instructions_into_other_instructions(name: str) -> None:
    mutant = MUTANTS[name]
    words = hits(mutant)
    assert words, "no such word is emitted"
    for word in words[:200]:
        old, new = text_of(word), text_of(word ^ mutant.xor)
        assert old != new
        assert not new.startswith((".inst", "udf")) or old.startswith("udf"), f"{old} became no instruction"
