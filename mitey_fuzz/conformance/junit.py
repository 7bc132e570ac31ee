"""A suite's result as JUnit XML, which every CI system reads: a `testsuite` a script, a `testcase` an assertion."""

from typing import assert_never
from xml.etree import ElementTree

from .results import Check, Failed, Passed, ScriptResult, Skipped, SuiteResult


def render(result: SuiteResult) -> bytes:
    """The document, in UTF-8.  It does not depend on the time or the machine."""
    root = ElementTree.Element(
        "testsuites",
        name=f"{result.engine} {result.features}",
        tests=str(result.assertions),
        failures=str(result.failed),
        skipped=str(result.skipped.total()),
    )
    root.extend(_script(script) for script in result.scripts)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _script(script: ScriptResult) -> ElementTree.Element:
    element = ElementTree.Element(
        "testsuite",
        name=script.script,
        tests=str(len(script.checks)),
        failures=str(script.failed),
        skipped=str(script.skipped.total()),
    )
    element.extend(_case(script.script, check) for check in script.checks)
    return element


def _case(script: str, check: Check) -> ElementTree.Element:
    name = _printable(f"{check.line}: {check.assertion}")
    element = ElementTree.Element("testcase", classname=script, name=name)
    match check.mark:
        case Passed():
            pass
        case Failed(expected, actual):
            message = _printable(f"expected {expected}, got {actual}")
            ElementTree.SubElement(element, "failure", message=message)
        case Skipped(reason):
            ElementTree.SubElement(element, "skipped", message=reason)
        case _:
            assert_never(check.mark)
    return element


def _printable(text: str) -> str:
    """Characters that XML cannot hold, as escapes: scripts name exports with any character there is."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
