"""The ratchet of known failures."""

from pathlib import Path

import pytest

from mitey_fuzz.conformance.expectations import ExpectationError, Expected, check, load
from mitey_fuzz.conformance.results import Check, Failed, Passed, ScriptResult, SuiteResult

ENTRY = """
[[expected]]
engine = "jit:minimal"
suite = "wasm-2.0"
script = "a.wast"
line = 3
issue = 41
why = "wrong"
"""
KNOWN = Expected("jit:minimal", "wasm-2.0", "a.wast", 3, 41, "wrong")


def result(*failing: int, engine: str = "jit:minimal", script: str = "a.wast") -> SuiteResult:
    checks = [
        Check(line, "assert_return", Failed("returned ()", "trap: unreachable") if line in failing else Passed())
        for line in range(1, 6)
    ]
    return SuiteResult(engine, "wasm-2.0", (ScriptResult(script, tuple(checks)),))


def test_a_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    path.write_text(ENTRY, encoding="utf-8")
    assert load(path) == (KNOWN,)
    path.write_text("", encoding="utf-8")
    assert load(path) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ENTRY.replace("issue = 41\n", ""), "entry 1: issue"),
        (ENTRY.replace("issue = 41", 'issue = "41"'), "entry 1: issue"),
        (ENTRY.replace("line = 3", "line = true"), "entry 1: line"),
        (ENTRY + 'who = "me"\n', "entry 1: who"),
        (ENTRY + ENTRY, "entry 2 comes twice"),
        ("[[expected", "list.toml"),
    ],
)
def test_a_list_that_says_too_little_or_too_much_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "list.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExpectationError, match=message):
        load(path)


def test_a_known_failure_is_as_expected() -> None:
    assert check(result(3), "wasm-2.0", [KNOWN]) == ()


def test_an_unknown_failure_is_wrong() -> None:
    assert check(result(3, 4), "wasm-2.0", [KNOWN]) == (
        "a.wast:4: assert_return: expected returned (), got trap: unreachable",
    )


def test_an_unexpected_pass_is_wrong() -> None:
    assert check(result(), "wasm-2.0", [KNOWN]) == ("a.wast:3: does not fail any more; delete its entry (issue 41)",)


def test_an_entry_holds_for_its_engine_suite_and_script_only() -> None:
    assert len(check(result(3, engine="interp"), "wasm-2.0", [KNOWN])) == 1
    assert len(check(result(3), "wasm-1.0", [KNOWN])) == 1
    assert len(check(result(3, script="b.wast"), "wasm-2.0", [KNOWN])) == 1
    assert check(result(script="b.wast"), "wasm-2.0", [KNOWN]) == ()
