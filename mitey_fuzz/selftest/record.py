"""What a trial is asked and what it tells: plain records that cross between processes.

A trial plants one fault and runs a campaign until it is found.  Rule 1: a `Task` holds values of built-in types only,
since the process that takes it may import everything else anew (see `patch`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """One trial.

    `inject` is a mutant as TOML text, `patch` a module, its stretch of text and what takes its place; one of them is
    None.  `corpus` are names and modules.  The search may take `budget_s`, the minimization `minimize_s` seconds of the
    process's time on a processor.
    """

    subjects: tuple[str, ...]
    oracles: tuple[str, ...]
    features: str
    inject: str | None
    patch: tuple[str, str, str] | None
    corpus: tuple[tuple[str, bytes], ...]
    seed: int
    budget_s: float
    minimize_s: float
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Found:
    """The fault showed.  `cases` counts up to the one that shows it; `seconds` are processor time until then.

    `effect` is in what the engines differ; `subject` the one that is wrong.
    """

    cases: int
    seconds: float
    subject: str
    effect: str


@dataclass(frozen=True, slots=True)
class Missed:
    """The budget is used.  `changed` words of what was loaded are the mutant's: 0 says that it was never planted,
    None that the fault is none of machine code.
    """

    cases: int
    seconds: float
    changed: int | None


@dataclass(frozen=True, slots=True)
class Minimized:
    """What is left of the case that was found.

    `size` in bytes, of all its modules; `instructions` are those of the longest function, ends of blocks not counted:
    no less than those of the guilty one.  `seconds` are processor time.
    """

    size: int
    instructions: int
    seconds: float
    wat: str


@dataclass(frozen=True, slots=True)
class Unrepeatable:
    """The case that was found does not show the fault on engines that ran nothing before."""


@dataclass(frozen=True, slots=True)
class Named:
    """The instruction that triage blames for what is left of the case, as a campaign's report would.

    `function`, `offset` and `mnemonic` are those of a cause (see `triage.cause`), `effect` and `certainty` its words.
    `is_right` says whether the mutant changed that instruction's code; None for a source fault, of which nobody can
    say where it shows.  `seconds` are processor time.
    """

    function: int | None
    offset: int | None
    mnemonic: str
    effect: str
    certainty: str
    is_right: bool | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Triage names no instruction: there is none to be found, or looking for it failed in the way that `why` says."""

    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The trial itself failed, outside of any engine, with its traceback."""

    traceback: str


FromTrial = Found | Missed | Minimized | Unrepeatable | Named | Unnamed | Failed


@dataclass(frozen=True, slots=True)
class Died:
    """The process that ran the trial died, as a campaign's worker would; `cases` counts up to the one it died of."""

    cases: int
    seconds: float
    how: str


@dataclass(frozen=True, slots=True)
class Silent:
    """The trial stopped answering and was ended: nothing is known of the case it was busy with."""

    cases: int
    seconds: float
