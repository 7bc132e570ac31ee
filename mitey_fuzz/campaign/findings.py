"""From a verdict to a finding: the divergence with its texts, as it is stored and shown."""

from collections.abc import Callable

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.text import to_wat

from .. import planted
from ..case import Case
from ..compare.verdict import Divergence, DivergenceKind
from ..store import bucket
from ..store.crashes import Finding, Origin, State
from ..store.layout import JsonObject, outcome_to_json, str_of
from ..triage import Cause
from ..triage.cause import Certainty
from .messages import Explained
from .panel import Panel
from .shrinking import Effort, shrink

#: Candidates judged to find the module in which a linked case goes wrong.
MOST_CUTS = 60

#: Seconds after which it is explained as it is then.
CUT_S = 20.0


def wat_of(wasm: bytes) -> str:
    """The module as text, or a comment that says why there is none."""
    try:
        return to_wat(decode(wasm, WASM_2))
    except WasmError as error:
        return f";; not printable: {error}\n"


def divergence_to_json(divergence: Divergence, case: Case, versions: JsonObject) -> JsonObject:
    """What `divergence.json` holds."""
    call: JsonObject | None = None
    if 0 < divergence.step <= len(case.script):
        step = case.script[divergence.step - 1]
        call = {"call": step.export, "args": [str_of(a) for a in step.args]}
    return {
        "kind": divergence.kind.value,
        "subject": divergence.subject,
        "oracle": divergence.oracle,
        "step": divergence.step,
        "call": call,
        "expected": outcome_to_json(divergence.expected),
        "actual": outcome_to_json(divergence.actual),
        "detail": divergence.detail,
        "odd": list(divergence.odd),
        "versions": versions,
    }


def tagged(panel: Panel, name: str) -> str:
    """A bucket's name with the planted bug in front, if there is one: it never hides a real one, nor another."""
    inject = panel.setup.inject
    return name if inject is None else f"{planted.tag(inject)}-{name}"


def explained(panel: Panel, raw: Finding, divergence: Divergence) -> Explained:
    """What a finding that is not minimized would be called by its cause.

    Only the case's own module is watched, and what goes wrong may be in another: where that has no cause that was
    observed, it is cut down a little, which first of all makes the companion that matters the case's own.
    """
    cause = panel.explain(raw.case, divergence)
    if raw.case.companions and not _is_observed(cause) and divergence.kind is not DivergenceKind.ACCEPTANCE:
        cut = shrink(panel, raw.case, divergence, seconds=CUT_S, most=MOST_CUTS)
        cause = panel.explain(cut.case, cut.divergence) or cause
    named = isinstance(cause, Cause) and cause.certainty is not Certainty.ELIMINATED
    name = tagged(panel, bucket.name(divergence, raw.case, cause)) if isinstance(cause, Cause) and named else None
    return Explained(raw.bucket, bucket.signature(divergence), name, _is_observed(cause))


def _is_observed(cause: Cause | str | None) -> bool:
    return isinstance(cause, Cause) and cause.certainty is Certainty.OBSERVED


def finding(
    panel: Panel,
    divergence: Divergence,
    case: Case,
    original: Case,
    origin: Origin | None,
    state: State,
    effort: Effort | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Finding:
    """Everything there is to say about a divergence.

    One that is not minimized is named by its digest, and its cause is not looked for; of one that is, while nobody says
    `stopped`.
    """
    explained = panel.explain(case, divergence, stopped) if state is State.MINIMIZED else None
    cause = explained if isinstance(explained, Cause) else None
    what = divergence_to_json(divergence, case, panel.versions)
    if isinstance(explained, str):
        what["unexplained"] = explained
    if state is State.MINIMIZED:
        name = bucket.name(divergence, case, cause)
    else:
        word = divergence.kind.value if state is State.FOUND else state.value
        name = f"{bucket.part_of_name(divergence.subject)}-{word}-{original.digest()}"
    return Finding(
        bucket=tagged(panel, name),
        case=case,
        original=original,
        setup=panel.setup,
        divergence=what,
        wat=wat_of(case.wasm),
        companions=tuple(wat_of(companion.wasm) for companion in case.companions),
        listing=panel.listing(divergence, case),
        state=state,
        versions=panel.versions,
        origin=origin,
        minimization=None if effort is None else effort.to_json(),
        cause=cause,
    )
