"""Mutants as the harness carries them: as TOML text, which crosses process borders and is stored with a finding."""

from jit.backend import mutants
from jit.backend.mutants import Mutant


def text_of(reference: str) -> str:
    """The text of the mutant that `FILE.toml#ID` names; `jit.backend.mutants.MutantError` says what is wrong."""
    return mutants.dumps(mutants.parse(reference))


def read(text: str | None) -> tuple[Mutant, ...]:
    """The mutants of a text that `text_of` made; none for None."""
    return () if text is None else tuple(mutants.loads(text, "the planted mutant").values())


def name(text: str | None) -> str | None:
    """The id of the mutant, for people."""
    return next((mutant.id for mutant in read(text)), None)
