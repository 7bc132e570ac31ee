"""Results as JUnit XML."""

from xml.etree import ElementTree

from mitey_fuzz.conformance.junit import render
from mitey_fuzz.conformance.results import Check, Failed, Passed, ScriptResult, Skipped, SuiteResult

RESULT = SuiteResult(
    "jit:minimal",
    "wasm-1.0",
    (
        ScriptResult(
            "a.wast",
            (
                Check(1, "assert_return (invoke '\0<\ud800&é')", Passed()),
                Check(2, "assert_trap (module)", Failed("trap: unreachable", "returned ()")),
                Check(3, "assert_malformed (module)", Skipped("text format")),
            ),
        ),
        ScriptResult("b.wast", ()),
    ),
)


def test_every_script_is_a_suite_and_every_assertion_a_case() -> None:
    root = ElementTree.fromstring(render(RESULT))
    assert root.attrib == {"name": "jit:minimal wasm-1.0", "tests": "3", "failures": "1", "skipped": "1"}
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("a.wast", "3"), ("b.wast", "0")]
    assert [case.get("classname") for case in root.iter("testcase")] == ["a.wast"] * 3


def test_failures_say_what_was_expected_and_what_came() -> None:
    root = ElementTree.fromstring(render(RESULT))
    (failure,) = root.iter("failure")
    assert failure.get("message") == "expected trap: unreachable, got returned ()"
    (skipped,) = root.iter("skipped")
    assert skipped.get("message") == "text format"


def test_names_that_xml_cannot_hold_are_escaped() -> None:
    root = ElementTree.fromstring(render(RESULT))
    case = next(root.iter("testcase"))
    assert case.get("name") == "1: assert_return (invoke '\\x00<\\ud800&é')"
