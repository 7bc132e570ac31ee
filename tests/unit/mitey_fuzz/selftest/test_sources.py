"""Faults in the source: what their files may say, and that each fits its module exactly once."""

from pathlib import Path

import pytest

from mitey_fuzz.selftest.sources import SourceError, SourceFault, check, load, loads

ONE = """
[[source]]
id = "spill-is-lost"
why = "nobody stores it"
module = "jit.backend.baseline.state"
old = "x"
new = ""
backend = ["baseline"]
"""


def fault(**changes: str) -> SourceFault:
    fields = {"id": "f", "why": "w", "module": "jit.abi", "old": "SLOT = 8", "new": "SLOT = 16"} | changes
    return SourceFault(fields["id"], fields["why"], fields["module"], fields["old"], fields["new"])


def test_a_file_gives_its_faults_by_id(tmp_path: Path) -> None:
    path = tmp_path / "faults.toml"
    path.write_text(ONE)
    expected = SourceFault("spill-is-lost", "nobody stores it", "jit.backend.baseline.state", "x", "", ("baseline",))
    assert load(path) == {"spill-is-lost": expected}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[source", "t is not TOML"),
        ("x = 1", "unknown key 'x'"),
        ("source = 1", "'source' is not an array of tables"),
        (ONE.replace('"x"', "1"), "source 1: 'old' is 1; every source fault has id, why, module, old and new"),
        (ONE.replace("new", "news"), "source 1: 'news' is no key of a source fault; the keys are id, why, module"),
        (ONE.replace('"x"', '""'), "'old' is ''"),
        (ONE.replace('""', '"x"'), "'new' is the same as 'old'"),
        (ONE.replace("jit.backend.baseline.state", "jit.wasm.decode"), "'module' is 'jit.wasm.decode'; faults are"),
        (ONE.replace("jit.backend.baseline.state", "jit.backendx"), "'module' is 'jit.backendx'"),
        (ONE.replace('["baseline"]', '"baseline"'), "'backend' is 'baseline'; give a list of names"),
        (ONE + ONE, "source 2: id 'spill-is-lost' is taken"),
    ],
)
def test_a_wrong_file_is_told_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(SourceError) as told:
        loads(text, "t")
    assert complaint in str(told.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot read"):
        load(tmp_path / "none.toml")
    (tmp_path / "binary").write_bytes(b"\xff")
    with pytest.raises(SourceError, match="is not TOML"):
        load(tmp_path / "binary")


def test_a_fault_is_applied_where_its_old_text_stands() -> None:
    assert fault(old="b", new="c").applied("a b a") == "a c a"


@pytest.mark.parametrize(("text", "count"), [("a a", 0), ("a b b", 2)])
def test_a_fault_that_does_not_fit_exactly_once_is_refused(text: str, count: int) -> None:
    with pytest.raises(SourceError, match=f"'old' occurs {count} times in jit.abi, not once"):
        fault(old="b").applied(text)


def test_a_fault_that_fits_its_module_is_taken() -> None:
    check(fault())


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"module": "jit.backend.none"}, "there is no module jit.backend.none"),
        ({"old": "SLOT = 7"}, "occurs 0 times"),
        ({"new": "SLOT ="}, "does not parse with it"),
    ],
)
def test_a_fault_that_does_not_fit_its_module_is_refused(changes: dict[str, str], complaint: str) -> None:
    with pytest.raises(SourceError, match=complaint):
        check(fault(**changes))
