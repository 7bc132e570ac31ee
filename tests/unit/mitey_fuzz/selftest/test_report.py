"""The report: what counts, medians, and which promise is kept."""

import pytest

from jit.backend.mutants import Mutant
from mitey_fuzz.selftest.record import Died, Failed, Found, Minimized, Missed, Silent, Unrepeatable
from mitey_fuzz.selftest.report import (
    Summary,
    keeps_promise,
    level_of,
    line,
    result_to_json,
    status,
    summaries,
    to_text,
)
from mitey_fuzz.selftest.runner import Result
from mitey_fuzz.selftest.sources import SourceFault

RESULTS = (
    Result("a", Found(10, 0.5, "jit:minimal", "value"), Minimized(40, 4, 1.0, "(module)")),
    Result("b", Found(30, 1.5, "jit:minimal", "trap"), Unrepeatable()),
    Result("c", Missed(900, 60.0, 17)),
    Result("d", Missed(900, 60.0, 0)),
    Result("e", Failed("Traceback: oh")),
    Result("f", Died(5, 0.1, "exit status 7")),
    Result("g", Silent(7, 99.0)),
)


def mutant(id: str) -> Mutant:
    return Mutant(id, "w", 0xFF, 0x11, 0x100, ("minimal",))


SOURCE = SourceFault("s", "w", "jit.abi", "a", "b")
FAULTS = {"s": SOURCE, **{result.id: mutant(result.id) for result in RESULTS}}


def test_what_was_never_planted_or_failed_does_not_count() -> None:
    told = Summary(RESULTS).as_json()
    assert (told["planted"], told["found"], told["share"]) == (5, 3, 0.6)
    assert (told["missed"], told["never_planted"], told["failed"]) == (["c", "g"], ["d"], ["e"])
    assert told["unrepeatable"] == ["b"]


def test_medians_are_of_what_counts_and_of_what_was_minimized() -> None:
    told = Summary(RESULTS).as_json()
    assert (told["median_cases"], told["median_seconds"]) == (10.0, 1.5)
    assert (told["median_size"], told["median_instructions"], told["median_minimize"]) == (40.0, 4.0, 1.0)


def test_nothing_has_no_share() -> None:
    told = Summary((RESULTS[3],)).as_json()
    assert (told["planted"], told["share"], told["median_seconds"]) == (0, None, None)


def test_levels_are_told_apart() -> None:
    results = (*RESULTS, Result("s", Found(1, 0.1, "jit:baseline", "crash")))
    told = summaries(FAULTS, results)
    assert [(level, len(summary.results)) for level, summary in told.items()] == [("machine", 7), ("source", 1)]
    assert level_of(SOURCE) == "source"


@pytest.mark.parametrize(("found", "missed", "kept"), [(97, 3, True), (96, 4, False), (0, 0, True)])
def test_of_machine_code_faults_97_in_100_must_be_found(found: int, missed: int, *, kept: bool) -> None:
    results = (RESULTS[0],) * found + (RESULTS[2],) * missed + (RESULTS[3],)
    assert keeps_promise({"machine": Summary(results)}) is kept


def test_of_source_faults_90_in_100_must_be_found() -> None:
    assert keeps_promise({"source": Summary((RESULTS[0],) * 9 + (RESULTS[2],))})
    assert not keeps_promise({"source": Summary((RESULTS[0],) * 8 + (RESULTS[2],))})


def test_each_result_has_its_word() -> None:
    words = ["found", "unrepeatable", "missed", "never planted", "failed", "found", "silent"]
    assert [status(result) for result in RESULTS] == words
    assert [line(result).split("  ")[0] for result in RESULTS] == words


def test_a_result_as_json_says_what_it_is_of() -> None:
    assert result_to_json(mutant("a"), RESULTS[0]) == {
        "id": "a", "level": "machine", "why": "w", "backend": ["minimal"], "status": "found", "cases": 10,
        "seconds": 0.5, "subject": "jit:minimal", "effect": "value", "size": 40, "instructions": 4,
        "minimize_seconds": 1.0, "wat": "(module)",
    }  # fmt: skip
    assert result_to_json(mutant("e"), RESULTS[4])["traceback"] == "Traceback: oh"


def test_the_text_names_what_was_not_found() -> None:
    text = to_text({"machine": Summary(RESULTS)})
    assert text.splitlines() == [
        "machine: found 3 of 5 (60.0%)",
        "  found after      10.0 cases, 1.5 s (medians)",
        "  minimized to     40.0 bytes, 4.0 instructions, in 1.0 s",
        "  missed           c, g",
        "  never planted    d",
        "  unrepeatable     b",
        "  failed           e",
    ]
