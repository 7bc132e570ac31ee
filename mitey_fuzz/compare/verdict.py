"""What a comparison can say: agreed, poisoned with a reason, or a divergence.

Plain data.  A divergence knows what was expected and what happened, not why: causes are found by `store.bucket` and the
minimizer.
"""

from dataclasses import dataclass
from enum import Enum

from jit.wasm.types import TrapKind
from oracles.protocol import Outcome, Snapshot


class DivergenceKind(Enum):
    """In what two engines differ; the value is used in names of buckets."""

    ACCEPTANCE = "acceptance"  # one takes the module, the other refuses it
    RESULT = "result"  # values returned
    TRAP = "trap"  # one traps and the other does not, or with another kind
    STATE = "state"  # memories, globals, tables or the trace of host calls after a step
    CRASH = "crash"  # an engine failed in itself
    HANG = "hang"  # an engine did not end where the other did
    HOST_SPLIT = "host-split"  # any of these, but the same code is right on another host: the host is a suspect too


@dataclass(frozen=True, slots=True)
class Agreed:
    """`steps` counts the instantiation and the calls; `traps` are the kinds of those that trapped, in order."""

    steps: int
    traps: tuple[TrapKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Poisoned:
    """The engines may legally differ from `step` on; `reason` is one of `rules.POISONS`."""

    reason: str
    step: int


@dataclass(frozen=True, slots=True)
class Divergence:
    """`subject` differs from `oracle` in `step` (0 is the instantiation, n the n-th call of the script).

    `expected` is the oracle's, `actual` the subject's: two outcomes, or two snapshots for STATE.  `detail` names the
    first difference.  `odd` names the engines in the minority where at least three ran; empty when two ran.
    """

    kind: DivergenceKind
    subject: str
    oracle: str
    step: int
    expected: Outcome | Snapshot
    actual: Outcome | Snapshot
    detail: str
    odd: tuple[str, ...] = ()


Verdict = Agreed | Poisoned | Divergence
