"""`mitey-fuzz selftest`, as a user runs it."""

import json
from pathlib import Path

import pytest

from support.cli import mitey_fuzz

MUTANTS = """
[[mutant]]
id = "asr-becomes-lsr"
why = "sign lost in shr_s"
mask = 0x7fe0fc00
match = 0x1ac02800
xor = 0x00000c00
backend = ["minimal"]

[[mutant]]
id = "hits-nothing"
why = "no such word"
mask = 0xffffffff
match = 0x12345678
xor = 1
backend = ["minimal"]
"""


def test_every_fault_is_told_and_measured(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MUTANTS)
    done = mitey_fuzz("selftest", "--mutants", "m.toml", "--budget-seconds", "2", "--seed", "1", "--workers", "2",
                      "--json", "-", cwd=tmp_path)  # fmt: skip
    assert done.status == 0, done.err
    told = json.loads(done.out)
    assert (told["seed"], told["budget_seconds"], told["workers"], told["corpus"]) == (1, 2.0, 2, 0)
    assert (told["machine"]["planted"], told["machine"]["share"]) == (1, 1.0)
    assert told["machine"]["never_planted"] == ["hits-nothing"]
    first, second = told["faults"]
    assert (first["id"], first["status"], second["status"]) == ("asr-becomes-lsr", "found", "never planted")
    assert first["size"] <= 80 and first["instructions"] <= 8
    assert (first["named"]["mnemonic"][3:], first["named"]["right"]) == (".shr_s", True)
    assert told["machine"]["share_right"] == 1.0 and told["machine"]["broken"] == []
    assert "found 1 of 1 (100.0%)" in done.err


def test_a_broken_promise_is_told_and_shows_in_the_exit_status(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MUTANTS)
    done = mitey_fuzz("selftest", "--mutants", "m.toml", "--only", "asr-becomes-lsr", "--budget-seconds", "0.000001",
                      "--workers", "1", cwd=tmp_path)  # fmt: skip
    assert done.status == 1, done.err
    assert "promise broken   share is 0, less than 0.97" in done.out


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        (MUTANTS, "--only asr-is-lsr", "there is no fault 'asr-is-lsr'; did you mean asr-becomes-lsr?"),
        (MUTANTS, "--only none", "there is no fault 'none'; their ids stand in the files of faults"),
        ("", "", "there is no fault to plant"),
        ("[[mutant]]", "", "m.toml, mutant 1: 'mask' is missing"),
        (MUTANTS.replace('["minimal"]', '["turbo"]'), "", "there is no back end 'turbo'; there are minimal, baseline"),
        ('[[source]]\nid = "s"\nwhy = "w"\nmodule = "jit.abi"\nold = "a b c"\nnew = "b"', "", "occurs 0 times"),
        (MUTANTS, "--budget-seconds 0", "0.0 is not in the range"),
        (MUTANTS, "--json none/x.json", "there is no directory none"),
    ],
)
def test_misuse_is_told(tmp_path: Path, text: str, line: str, complaint: str) -> None:
    (tmp_path / "m.toml").write_text(text)
    done = mitey_fuzz("selftest", "--mutants", "m.toml", *line.split(), cwd=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert complaint in " ".join(done.err.split())
