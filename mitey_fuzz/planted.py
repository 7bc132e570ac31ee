"""Mutants as the harness carries them: as TOML text, which crosses process borders and is stored with a finding."""

import hashlib
import re

from jit.backend import mutants
from jit.backend.mutants import Mutant


def text_of(reference: str) -> str:
    """The text of the mutant that `FILE.toml#ID` names; `jit.backend.mutants.MutantError` says what is wrong."""
    return mutants.dumps(mutants.parse(reference))


def read(text: str | None) -> tuple[Mutant, ...]:
    """The mutants of a text that `text_of` made; none for None."""
    return () if text is None else tuple(mutants.loads(text, "the planted mutant").values())


def tag(text: str) -> str:
    """A short name of the mutant for directories: its id, and a digest that tells mutants of equal ids apart."""
    id = next((mutant.id for mutant in read(text)), "")
    safe = re.sub(r"[^A-Za-z0-9_.+-]", "-", id)[:40].lower()
    return f"planted-{safe}-{hashlib.sha256(text.encode()).hexdigest()[:4]}"
