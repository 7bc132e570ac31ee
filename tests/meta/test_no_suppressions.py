"""Nothing is silenced: what a checker says is repaired, and what is left to do is not left in a comment."""

import io
import re
import tokenize

import pytest

from support.repository import python_files

SUPPRESSIONS = re.compile(r"type:\s*ignore|\bnoqa\b|pragma:\s*no\s*cover|\b(?:TODO|FIXME|XXX)\b", re.IGNORECASE)
FILES = python_files("jit", "oracles", "mitey_fuzz", "tests")


def suppressions(source: str) -> list[str]:
    """Comments that silence a checker or put something off."""
    comments = (t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type == tokenize.COMMENT)
    return [f"line {t.start[0]}: {t.string}" for t in comments if SUPPRESSIONS.search(t.string)]


@pytest.mark.parametrize("comment", ["type: ignore", "type:ignore[misc]", "noqa: E501", "pragma: no cover", "todo: x"])
def test_suppressions_are_recognised(comment: str) -> None:
    assert suppressions(f"x = 1  # {comment}\n") == [f"line 1: # {comment}"]


def test_words_in_strings_silence_nothing() -> None:
    assert suppressions('x = "# noqa"\n') == []


def test_nothing_is_silenced() -> None:
    found = {str(path): suppressions(path.read_text(encoding="utf-8")) for path in FILES}
    assert {path: lines for path, lines in found.items() if lines} == {}
