"""Known issues: what is no news, what is back, and what has expired."""

from pathlib import Path

import pytest

from mitey_fuzz.store.known import EXPIRED, FILE, Decision, Issue, Issues, expire, has_expired, read
from mitey_fuzz.store.layout import FormatError

TEXT = """
[[issue]]
bucket = "jit-minimal-value-i32.shl"
state = "open"
note = "with the lowering of shifts"

[[issue]]
bucket = "jit-baseline-*"
state = "fixed"
"""


def test_a_directory_without_the_file_knows_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == Issues()


def test_issues_are_read_in_order_and_found_by_name_or_pattern(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(TEXT)
    issues = read(tmp_path)
    found = issues.of("jit-minimal-value-i32.shl")
    assert found == Issue("jit-minimal-value-i32.shl", Decision.OPEN, "with the lowering of shifts")
    assert issues.expected("jit-minimal-value-i32.shl") == found
    assert issues.of("jit-minimal-value-i32.shl2") is None


def test_what_is_marked_fixed_is_news_when_it_is_found(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(TEXT)
    issues = read(tmp_path)
    assert issues.of("jit-baseline-value-i32.add") is not None
    assert issues.expected("jit-baseline-value-i32.add") is None


def test_an_entry_that_says_what_is_so_needs_no_remark() -> None:
    assert Issue("b", Decision.OPEN).remark(diverges=True) is None
    assert Issue("b", Decision.FIXED).remark(diverges=False) is None


def test_an_entry_expires_when_its_case_agrees_and_is_back_when_it_does_not() -> None:
    assert "does not reproduce any more" in (Issue("b", Decision.WONT_FIX).remark(diverges=False) or "")
    assert "is back" in (Issue("b", Decision.FIXED).remark(diverges=True) or "")
    assert "is back" in (Issue("b", Decision.OPEN).remark(diverges=True, has_expired=True) or "")


@pytest.mark.parametrize(("bucket", "remedy"), [("b", "or call it fixed"), ("b-*", "fixed in an entry before it")])
def test_an_expired_mark_comes_with_its_remedy(bucket: str, remedy: str) -> None:
    assert remedy in (Issue(bucket, Decision.OPEN).remark(diverges=False) or "")


def test_a_mark_that_has_expired_stays_so_until_it_is_changed_or_the_record_removed(tmp_path: Path) -> None:
    mark = Issue("b*", Decision.OPEN, "why")
    assert not has_expired(tmp_path, mark)
    expire(tmp_path, mark, {"interp": "1"})
    expire(tmp_path, mark, {"interp": "2"})
    assert has_expired(tmp_path, mark)
    assert '"interp": "1"' in (tmp_path / EXPIRED).read_text(), "the version at which it expired first"
    assert not has_expired(tmp_path, Issue("b*", Decision.OPEN, "seen again on another machine"))
    assert not has_expired(tmp_path, Issue("b*", Decision.WONT_FIX, "why"))
    (tmp_path / EXPIRED).unlink()
    assert not has_expired(tmp_path, mark)


@pytest.mark.parametrize("content", ["{", "[]", "{}"])
def test_a_damaged_record_keeps_nothing_quiet(tmp_path: Path, content: str) -> None:
    (tmp_path / EXPIRED).write_text(content)
    assert has_expired(tmp_path, Issue("b", Decision.OPEN))


def test_entries_that_are_about_no_bucket_are_named_in_order() -> None:
    exact, pattern, idle = (Issue(name, Decision.OPEN) for name in ("a", "b-*", "c"))
    assert Issues((exact, pattern, idle)).unmatched(["b-1"]) == (exact, idle)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[issue]]\nbucket = 1\nstate = 'open'", "'bucket' must be str"),
        ("[[issue]]\nbucket = 'b'\nstate = 'gone'", "there are open, wont-fix, fixed"),
        ("[[bug]]\nbucket = 'b'", "unknown key 'bug'"),
        ("[[issue", "is not TOML"),
        (
            f"{TEXT}\n[[issue]]\nbucket = 'b'\nstate = 'open'\nexpires = '2024-01-01'",
            r"triage\.toml: entry 3 \('b'\): unknown key 'expires'; the keys are bucket, state, note",
        ),
    ],
)
def test_a_file_of_another_form_is_refused_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(FormatError, match=said):
        read(tmp_path)
