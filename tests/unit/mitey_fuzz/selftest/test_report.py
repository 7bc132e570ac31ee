"""The report: what counts, medians, who is blamed, and which promise is kept."""

from dataclasses import replace

import pytest

from jit.backend.mutants import Mutant
from mitey_fuzz.selftest.record import Died, Failed, Found, Minimized, Missed, Named, Silent, Unnamed, Unrepeatable
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

RIGHT = Named(0, 35, "i32.shr_s", "value", "observed", True, 0.25)
WRONG = replace(RIGHT, is_right=False)
UNKNOWN = replace(RIGHT, is_right=None)

RESULTS = (
    Result("a", Found(10, 0.5, "jit:minimal", "value"), Minimized(40, 4, 1.0, "(module)"), RIGHT),
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
    told = Summary("machine", RESULTS).as_json()
    assert (told["planted"], told["found"], told["share"]) == (5, 3, 0.6)
    assert (told["missed"], told["never_planted"], told["failed"]) == (["c", "g"], ["d"], ["e"])
    assert told["unrepeatable"] == ["b"]


def test_medians_are_of_what_counts_and_of_what_was_minimized() -> None:
    told = Summary("machine", RESULTS).as_json()
    assert (told["median_cases"], told["median_seconds"]) == (10.0, 1.5)
    assert (told["median_size"], told["median_instructions"], told["median_minimize"]) == (40.0, 4.0, 1.0)


def test_nothing_has_no_share() -> None:
    told = Summary("machine", (RESULTS[3],)).as_json()
    assert (told["planted"], told["share"], told["median_seconds"]) == (0, None, None)


def test_levels_are_told_apart() -> None:
    results = (*RESULTS, Result("s", Found(1, 0.1, "jit:baseline", "crash")))
    told = summaries(FAULTS, results)
    assert [(level, len(summary.results)) for level, summary in told.items()] == [("machine", 7), ("source", 1)]
    assert level_of(SOURCE) == "source"


@pytest.mark.parametrize(("found", "missed", "kept"), [(97, 3, True), (96, 4, False), (0, 0, True)])
def test_of_machine_code_faults_97_in_100_must_be_found(found: int, missed: int, *, kept: bool) -> None:
    results = (RESULTS[0],) * found + (RESULTS[2],) * missed + (RESULTS[3],)
    assert keeps_promise({"machine": Summary("machine", results)}) is kept


def test_of_source_faults_90_in_100_must_be_found() -> None:
    assert keeps_promise({"source": Summary("source", (RESULTS[0],) * 9 + (RESULTS[2],))})
    assert not keeps_promise({"source": Summary("source", (RESULTS[0],) * 8 + (RESULTS[2],))})


def test_each_result_has_its_word() -> None:
    words = ["found", "unrepeatable", "missed", "never planted", "failed", "found", "silent"]
    assert [status(result) for result in RESULTS] == words
    assert [line(result).split("  ")[0] for result in RESULTS] == words


def test_a_result_as_json_says_what_it_is_of() -> None:
    assert result_to_json(mutant("a"), RESULTS[0]) == {
        "id": "a", "level": "machine", "why": "w", "backend": ["minimal"], "status": "found", "cases": 10,
        "seconds": 0.5, "subject": "jit:minimal", "effect": "value", "size": 40, "instructions": 4,
        "minimize_seconds": 1.0, "wat": "(module)", "explain_seconds": 0.25,
        "named": {"function": 0, "offset": 35, "mnemonic": "i32.shr_s", "effect": "value", "certainty": "observed",
                  "right": True},
    }  # fmt: skip
    assert result_to_json(mutant("e"), RESULTS[4])["traceback"] == "Traceback: oh"


def test_the_text_names_what_was_not_found() -> None:
    text = to_text({"machine": Summary("machine", RESULTS)})
    assert text.splitlines() == [
        "machine: found 3 of 5 (60.0%)",
        "  found after      10.0 cases, 1.5 s (medians)",
        "  minimized to     40.0 bytes, 4.0 instructions, in 1.0 s",
        "  blamed           1 on an instruction, 1 rightly (100.0%)",
        "  missed           c, g",
        "  never planted    d",
        "  unrepeatable     b",
        "  failed           e",
        "  promise broken   share is 0.6, less than 0.97",
    ]


def blamed(*named: Named | Unnamed | None) -> tuple[Result, ...]:
    """Results of faults that were minimized and blamed on these."""
    return tuple(replace(RESULTS[0], id=str(number), named=name) for number, name in enumerate(named))


def test_a_case_that_is_blamed_on_nothing_is_blamed_wrongly() -> None:
    told = Summary("machine", blamed(RIGHT, WRONG, Unnamed("none", 0.1), None)).as_json()
    assert (told["named"], told["right"], told["share_right"]) == (2, 1, 0.25)
    assert told["misnamed"] == ["1", "2", "3"]


@pytest.mark.parametrize(("right", "wrong", "kept"), [(19, 1, True), (18, 2, False), (0, 0, True)])
def test_of_machine_code_faults_95_in_100_must_be_blamed_rightly(right: int, wrong: int, *, kept: bool) -> None:
    assert keeps_promise({"machine": Summary("machine", blamed(*(RIGHT,) * right, *(WRONG,) * wrong))}) is kept


def test_nobody_says_whether_a_source_fault_is_blamed_rightly() -> None:
    told = Summary("source", blamed(UNKNOWN, Unnamed("none", 0.1))).as_json()
    assert (told["named"], told["right"], told["share_right"], told["misnamed"]) == (1, None, None, [])
    assert told["broken"] == []


@pytest.mark.parametrize(
    ("search", "minimized", "broken"),
    [
        ({"seconds": 4.9}, {"size": 80, "instructions": 8, "seconds": 9.9}, []),
        ({"seconds": 5.0}, {}, ["median_seconds is 5, not under 5"]),
        ({}, {"size": 81}, ["median_size is 81, more than 80"]),
        ({}, {"instructions": 9}, ["median_instructions is 9, more than 8"]),
        ({}, {"seconds": 10.0}, ["median_minimize is 10, not under 10"]),
    ],
)
def test_each_median_has_its_limit(search: dict[str, float], minimized: dict[str, float], broken: list[str]) -> None:
    found = Found(10, search.get("seconds", 0.5), "jit:minimal", "value")
    size, instructions = int(minimized.get("size", 40)), int(minimized.get("instructions", 4))
    result = Result("a", found, Minimized(size, instructions, minimized.get("seconds", 1.0), ""), RIGHT)
    for level in ("machine", "source"):
        assert Summary(level, (result,)).as_json()["broken"] == broken


def test_a_line_says_what_a_case_is_blamed_on() -> None:
    ends = [line(result).rpartition("  ")[2] for result in blamed(RIGHT, WRONG, UNKNOWN, Unnamed("none", 0.1))]
    assert ends == ["0: i32.shr_s, right", "1: i32.shr_s, wrong", "2: i32.shr_s", "3: no instruction named"]


def test_why_no_instruction_is_named_is_told() -> None:
    (result,) = blamed(Unnamed("Traceback: oh", 0.1))
    told = result_to_json(mutant("0"), result)
    assert (told["named"], told["unnamed"], told["explain_seconds"]) == (None, "Traceback: oh", 0.1)
