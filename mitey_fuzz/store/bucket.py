"""Divergence → bucket: what makes two findings the same bug.

Two levels.  The *signature* is what a divergence looks like from outside; the minimizer keeps it, so a small case
cannot slide from a wrong value to a crash.  The *name* is the cause, where triage found it: whose fault it is, in what,
at which instruction.  Where it did not, the name is the signature and what the minimized module still needs to show the
difference: the instructions that do something, in the functions that are left.  One name is one directory.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from jit.errors import WasmError
from jit.wasm import body
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.opcodes import BY_NAME, Family
from oracles.protocol import Crashed, Outcome, Rejected, Returned, Snapshot, TimedOut, Trapped

from ..case import Case
from ..compare.verdict import Divergence, DivergenceKind
from ..subject_names import without_seed
from ..triage.cause import Cause, Certainty

#: Families whose instructions only move values about or carry control: they name a bug only where nothing else is left.
CARRIERS = frozenset({Family.CONST, Family.VECTOR_CONST, Family.PARAMETRIC, Family.VARIABLE, Family.CONTROL})

#: Names of instructions in a bucket's name; more are summed up by a digest.
MOST_NAMES = 3


#: Letters of one part of a name that are kept; of longer ones the middle becomes a digest.
MOST_LETTERS = 48


@dataclass(frozen=True, slots=True)
class Signature:
    """What a divergence looks like from outside: who, in what way, and what took the place of what."""

    subject: str
    oracle: str
    effect: str  # value, trap, crash, hang, acceptance: a wrong result and a wrong state are one effect
    expected: str
    actual: str


def signature(divergence: Divergence) -> Signature:
    value = divergence.kind in (DivergenceKind.RESULT, DivergenceKind.STATE)
    return Signature(
        divergence.subject,
        divergence.oracle,
        "value" if value else divergence.kind.value,
        "value" if value else _label(divergence.expected),
        "value" if value else _label(divergence.actual),
    )


def _label(outcome: Outcome | Snapshot) -> str:
    match outcome:
        case Trapped(kind):
            return kind.name
        case Rejected(phase):
            return phase.name
        case Returned() | Snapshot():
            return "value"
        case Crashed():
            return "crash"
        case TimedOut():
            return "hang"
        case _:
            return type(outcome).__name__


def operations(case: Case) -> tuple[str, ...]:
    """The mnemonics that stand in a case's bodies, sorted: those that compute, or all where none does."""
    try:
        codes = [code for wasm in case.modules for code in decode(wasm, WASM_2).codes]
        rows = {instr[0] for code in codes for instr in body.parse(code.body)}
    except WasmError:
        return ()
    working = {row.name for row in rows if row.family not in CARRIERS}
    others = {row.name for row in rows if row.name not in ("end", "else")}
    return tuple(sorted(working or others))


def telling(operations: Iterable[str]) -> frozenset[str]:
    """Those of some mnemonics that compute: what a bug can be recognised by."""
    return frozenset(name for name in operations if BY_NAME[name].family not in CARRIERS)


def name(divergence: Divergence, minimal: Case, cause: Cause | None = None) -> str:
    """A directory's name for the bug that this divergence of a minimized case shows."""
    if cause is not None and cause.certainty is not Certainty.ELIMINATED:
        culprit = without_seed(cause.culprit)
        return "-".join(map(part_of_name, (culprit, cause.effect.value, cause.mnemonic))).lower()
    sign = signature(divergence)
    names = list(operations(minimal))
    if len(names) > MOST_NAMES:
        rest = hashlib.sha256(" ".join(names).encode()).hexdigest()[:6]
        names = [*names[:MOST_NAMES], rest]
    effect = sign.effect if sign.effect in ("value", "acceptance") else f"{sign.effect}.{sign.expected}.{sign.actual}"
    who = part_of_name(without_seed(sign.subject))
    return "-".join([who, part_of_name(effect), *map(part_of_name, names or ["module"])]).lower()


def part_of_name(text: str) -> str:
    """A text as part of a directory's name; an engine's may hold a path or a whole command line."""
    safe = re.sub(r"[^A-Za-z0-9_.+-]", "-", text)
    if len(safe) <= MOST_LETTERS:
        return safe
    return f"{safe[: MOST_LETTERS // 2]}-{hashlib.sha256(text.encode()).hexdigest()[:6]}-{safe[-MOST_LETTERS // 2 :]}"
