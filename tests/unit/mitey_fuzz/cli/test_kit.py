"""The kit verb: check by check, for engines of ours and for a program that speaks the protocol."""

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

from mitey_fuzz.cli.options import NamesType
from oracles.kit import CHECKS
from support.cli import mitey_fuzz

PROTOCOL = Path(__file__).parents[4] / "oracles" / "PROTOCOL.md"
EXAMPLE = f'exec:"{sys.executable} -m oracles.examples.engine"'


def test_the_example_engine_passes_every_check() -> None:
    run = mitey_fuzz("kit", EXAMPLE)
    lines = run.out.splitlines()
    assert (run.status, lines[-1]) == (0, f"{len(CHECKS)} passed, 0 failed, 0 skipped")
    assert lines[0] == f"{EXAMPLE} 1 · wasm-2.0"
    assert [line.removeprefix("ok    ") for line in lines[1:-1]] == [check.name for check in CHECKS]


def test_the_command_that_the_protocol_begins_with_names_an_example_that_there_is() -> None:
    (module,) = re.findall(r'^\.venv/bin/mitey-fuzz kit exec:"\.venv/bin/python -m (.*)"$', PROTOCOL.read_text(), re.M)
    assert importlib.util.find_spec(module) is not None


def test_the_small_example_passes_what_it_does_not_say_it_cannot_do() -> None:
    run = mitey_fuzz("kit", f'exec:"{sys.executable} -m oracles.examples.small"', "--json", "-")
    told = json.loads(run.out)
    assert (run.status, told["failed"]) == (0, {})
    assert "imports must match in kind type and limits" in told["passed"]
    assert all({"state", "calls-back"} & set(needs) for needs in told["skipped"].values())


def test_checks_that_fail_and_checks_that_cannot_run_are_told_apart(tmp_path: Path) -> None:
    engine = tmp_path / "engine.py"
    engine.write_text(WRONG)
    run = mitey_fuzz("kit", f"exec:{sys.executable} {engine}", "--json", "-")
    told = json.loads(run.out)
    assert run.status == 1
    assert told["passed"] == []
    assert told["skipped"]["bulk operations check bounds before they write"] == ["bulk-memory", "state"]
    assert told["skipped"]["stores do not see each other"] == ["state"]
    assert "status 3" in told["failed"]["integer arithmetic wraps and divides as specified"]


WRONG = """
import json, sys
head = sys.stdin.buffer.read(4)
sys.stdin.buffer.read(int.from_bytes(head, "little"))
hello = dict(name="wrong", version="0", features="wasm-1.0", front_end="none", reads_state=False)
body = json.dumps(hello).encode()
sys.stdout.buffer.write(len(body).to_bytes(4, "little") + body)
sys.stdout.buffer.flush()
if sys.stdin.buffer.read(4):
    sys.exit(3)
"""


def test_a_command_that_is_no_engine_is_misuse() -> None:
    run = mitey_fuzz("kit", "exec:false")
    assert run.status == 2
    assert "engine exec:false is not usable here: the engine's process ended with status 1" in run.err
    assert "oracles/PROTOCOL.md" in run.err


def test_a_command_that_answers_something_else_is_misuse_and_told_what_to_do() -> None:
    run = mitey_fuzz("kit", "exec:cat")
    assert run.status == 2
    assert "engine exec:cat is not usable here: the engine's process broke the protocol: no 'version'" in run.err
    assert "mitey-fuzz kit checks it" in run.err


def test_an_engine_that_calls_everything_misuse_fails_checks_and_has_a_report(tmp_path: Path) -> None:
    engine = tmp_path / "engine.py"
    engine.write_text(UNWILLING)
    run = mitey_fuzz("kit", f"exec:{sys.executable} {engine}", "--json", "-")
    told = json.loads(run.out)
    assert (run.status, told["passed"]) == (1, [])
    assert set(told["failed"].values()) == {"the engine's process calls this misuse: not today"}


UNWILLING = """
import json, sys
def say(reply):
    body = json.dumps(reply).encode()
    sys.stdout.buffer.write(len(body).to_bytes(4, "little") + body)
    sys.stdout.buffer.flush()
def hear():
    head = sys.stdin.buffer.read(4)
    return head and sys.stdin.buffer.read(int.from_bytes(head, "little"))
hear()
say(dict(name="unwilling", version="0", features="wasm-1.0", front_end="none", reads_state=False))
while hear():
    say({"misuse": "value", "message": "not today"})
"""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("interp,wasmtime", ("interp", "wasmtime")),
        ('exec:"engine --modes a,b",interp', ('exec:"engine --modes a,b"', "interp")),
        ("exec:engine 'a,b' c , interp", ("exec:engine 'a,b' c", "interp")),
        ('exec:say "', ('exec:say "',)),
    ],
)
def test_commas_in_quotes_do_not_separate_engines(text: str, names: tuple[str, ...]) -> None:
    assert NamesType().convert(text, None, None) == names
