"""Faults of calls into other instances are found by linked cases, and stay found when those are minimized and stored.

Nothing here depends on the clock: what is bounded is the number of cases and the size of what is left.
"""

from pathlib import Path

import pytest

from jit.backend.mutants import dumps
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.types import FuncType, TableType
from mitey_fuzz.campaign import findings
from mitey_fuzz.campaign.cases import make
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.campaign.shrinking import shrink
from mitey_fuzz.case import Case
from mitey_fuzz.compare.verdict import Agreed, Divergence
from mitey_fuzz.selftest import catalogue
from mitey_fuzz.store import bucket
from mitey_fuzz.store.crashes import Crashes, Setup, State, read

CASES = 60
BYTES = 300
MUTANT = catalogue.machine()["callee-keeps-the-callers-memory"]
PLANTED = Setup(("jit:baseline",), ("wasmtime",), str(WASM_2), dumps(MUTANT))
CLEAN = Setup(("jit:baseline",), ("wasmtime",), str(WASM_2))


def _wrong_value(panel: Panel) -> tuple[Case, Divergence]:
    """The first case in which the fault makes a wrong value: only a wasm function of another instance can do that."""
    for number in range(CASES):
        case = make(3, number, WASM_2, (), profile="linked").case
        verdict = panel.judge(case)
        if isinstance(verdict, Divergence) and bucket.signature(verdict).effect == "value":
            return case, verdict
    raise AssertionError(f"no wrong value within {CASES} cases")


@pytest.mark.slow
def test_a_callee_with_its_callers_memory_is_found_minimized_explained_and_replayed(tmp_path: Path) -> None:
    with Panel(PLANTED, deadline_s=2.0) as panel:
        case, verdict = _wrong_value(panel)
        shrunk = shrink(panel, case, verdict, seconds=300.0)
        small = shrunk.case
        found = findings.finding(panel, shrunk.divergence, small, case, None, State.MINIMIZED, shrunk.effort)
    assert shrunk.effort.deterministic
    assert len(small.companions) == 1, "what is called is in another instance"
    assert sum(map(len, small.modules)) <= BYTES
    imports = decode(small.wasm, WASM_2).imports
    shared = [i.type for i in imports if i.module == small.companions[0].name]
    assert len(shared) == 1
    assert isinstance(shared[0], FuncType | TableType), "it is called directly, or through a table"
    assert found.cause is not None
    assert found.cause.mnemonic in ("call", "call_indirect")
    place, _ = Crashes(tmp_path).add(found)
    again = read(place)
    assert (place / f"companion-{small.companions[0].name}.wat").is_file()
    with Panel(again.setup, deadline_s=2.0) as panel:
        assert isinstance(panel.judge(again.case), Divergence)
    with Panel(CLEAN, deadline_s=2.0) as panel:
        assert isinstance(panel.judge(again.case), Agreed), "without the mutant the minimized case must agree"
