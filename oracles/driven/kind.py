"""What is known about a driven engine before it runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from jit.wasm.features import Features

from .words import Words


@dataclass(frozen=True, slots=True)
class Kind:
    """It has all of `features` on, whatever is asked for.

    `references`: its driver can hold references and tell functions apart; else they cross only as null or not, and
    references to host objects do not.  `patience_s` is how much longer than its
    deadline a call may take before the process is ended: the way through pipes.
    """

    name: str
    command: Sequence[str]
    features: Features
    front_end: str
    words: Words
    references: bool
    patience_s: float = 1.0
