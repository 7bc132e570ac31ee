"""What ran before a case does not show in it: a wrong program that reads a stale address reads the same one again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jit.host.emulator import EmulatorHost
from jit.runtime.arena import CHUNK
from jit.wasm.features import WASM_2
from mitey_fuzz.campaign.cases import make
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.case import Case
from mitey_fuzz.store.corpus import load
from mitey_fuzz.store.crashes import Setup

CORPUS = load(Path("corpus"), WASM_2)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, int]]]:
    """The addresses that hosts give, but for blocks of records: an engine keeps its first for the next case."""
    seen: list[tuple[str, int]] = []

    def listened(name: str) -> Callable[[EmulatorHost, object], int]:
        give: Callable[[EmulatorHost, object], int] = getattr(EmulatorHost, name)

        def listening(host: EmulatorHost, what: object) -> int:
            address = give(host, what)
            if (name, what) != ("reserve", CHUNK):
                seen.append((name, address))
            return address

        return listening

    for name in ("reserve", "allocate_code", "thunk"):
        monkeypatch.setattr(EmulatorHost, name, listened(name))
    yield seen


@pytest.mark.parametrize("subject", ["jit:minimal", "jit:baseline", "jit:baseline:perturbed-3"])
def test_addresses_in_a_case_do_not_depend_on_the_cases_before(subject: str, given: list[tuple[str, int]]) -> None:
    setup = Setup((f"{subject}@emulator",), ("interp",), "wasm-2.0", None)

    def addresses(panel: Panel, case: Case) -> list[tuple[str, int]]:
        given.clear()
        panel.judge(case)
        return given.copy()

    with Panel(setup, deadline_s=60) as used:
        for number in range(1000, 1060):
            case = make(1, number, WASM_2, CORPUS).case
            late = addresses(used, case)
            if number % 6 == 0:
                with Panel(setup, deadline_s=60) as fresh:
                    assert addresses(fresh, case) == late
