"""`exec` and `dump`: looking at one module."""

import sys
from pathlib import Path

import pytest

from support.cli import mitey_fuzz

MODULE = """(module
  (import "env" "tell" (func (param i32)))
  (func (export "sub") (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1)))
  (func (export "half") (param f64) (result f64 f32)
    (f64.mul (local.get 0) (f64.const 0.5)) (f32.const nan:0x200000))
  (func (export "trap") (drop (i32.div_u (i32.const 1) (i32.const 0))))
  (func (export "null") (param funcref) (result i32) (ref.is_null (local.get 0))))"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "m.wat"
    path.write_text(MODULE)
    return path


@pytest.mark.parametrize("engine", ["jit:minimal", "interp", "wasmtime"])
def test_an_export_runs_on_any_engine(module: Path, engine: str) -> None:
    assert mitey_fuzz("exec", module, "--engine", engine, "--invoke", "sub", "3", "-0x5").out == "8\n"
    assert mitey_fuzz("exec", module, "--engine", engine, "--invoke", "half", "1.5").out == "0x1.8p-1\nnan:0x200000\n"


def test_a_trap_is_told_and_ends_with_status_1(module: Path) -> None:
    run = mitey_fuzz("exec", module, "--invoke", "trap")
    assert (run.status, run.out) == (1, "")
    assert "integer divide by zero" in run.err


def test_a_module_that_is_refused_says_why(tmp_path: Path) -> None:
    (tmp_path / "bad.wasm").write_bytes(b"\0asm\1\0\0\0\x63")
    run = mitey_fuzz("exec", tmp_path / "bad.wasm")
    assert run.status == 1
    assert "malformed section id" in run.err


ODD = """
import json, sys
def say(reply):
    body = json.dumps(reply).encode()
    sys.stdout.buffer.write(len(body).to_bytes(4, "little") + body)
    sys.stdout.buffer.flush()
ANSWERS = {
    "open": {"store": 1}, "instantiate": {"instance": 2}, "call": {"outcome": {"kind": "returned", "values": []}},
}
while head := sys.stdin.buffer.read(4):
    op = json.loads(sys.stdin.buffer.read(int.from_bytes(head, "little")))["op"]
    if op == sys.argv[1]:
        if sys.argv[2] == "die":
            sys.exit("I am dead")
        say({"empty": {}, "misuse": {"misuse": "value", "message": "not today"}}[sys.argv[2]])
    elif op == "hello":
        say(dict(name="odd", version="0", features="wasm-1.0", front_end="none"))
    else:
        say(ANSWERS.get(op, {}))
"""


@pytest.mark.parametrize(
    ("operation", "answer", "told"),
    [
        ("open", "die", "I am dead"),
        ("define", "die", "I am dead"),
        ("call", "die", "I am dead"),
        ("open", "empty", "broke the protocol: no 'store' in {}"),
        ("instantiate", "empty", "broke the protocol: no 'instance' in {}"),
        ("call", "misuse", "the engine's process calls this misuse: not today"),
        ("close", "misuse", "the engine's process calls this misuse: not today"),
    ],
)
def test_a_program_that_fails_to_answer_has_crashed(
    module: Path, tmp_path: Path, operation: str, answer: str, told: str
) -> None:
    (tmp_path / "odd.py").write_text(ODD)
    command = f"exec:{sys.executable} {tmp_path / 'odd.py'} {operation} {answer}"
    run = mitey_fuzz("exec", module, "--invoke", "trap", "--engine", command)
    assert (run.status, run.out) == (1, "")
    assert run.err.startswith("crash: ")
    assert run.err.strip().endswith(told)


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (("--invoke", "nobody"), "no function is exported as 'nobody'; exported are sub, half, trap, null"),
        (("--invoke", "sub", "1"), "takes 2 arguments (i32 i32), 1 given"),
        (("--invoke", "sub", "1", "x"), "'x' is not an integer; i32 expected"),
        (("1",), "arguments need --invoke"),
    ],
)
def test_misuse_names_what_there_is(module: Path, args: tuple[str, ...], complaint: str) -> None:
    run = mitey_fuzz("exec", module, *args)
    assert run.status == 2
    assert complaint in run.err


def test_dump_shows_wasm_beside_its_code_and_the_handlers_it_calls(module: Path) -> None:
    run = mitey_fuzz("dump", module, "--function", "1", "--subject", "jit:minimal")
    assert run.status == 0
    lines = run.out.splitlines()
    assert lines[0] == "function 1"
    assert any(line.endswith("i32.sub") and "bl" not in line for line in lines)
    assert any("bl" in line and line.endswith("i32.sub") for line in lines)
    assert any("sub" in line and "w5" in line for line in lines)


def test_dump_shows_both_back_ends_side_by_side(module: Path) -> None:
    run = mitey_fuzz("dump", module, "--function", "1")
    assert run.status == 0
    assert run.out.splitlines()[0].split() == ["jit:minimal", "│", "jit:baseline"]


def test_dump_of_a_function_that_is_not_defined_says_which_are(module: Path) -> None:
    run = mitey_fuzz("dump", module, "--function", "0")
    assert run.status == 2
    assert "function 0 is not defined; defined: 1 to 4" in run.err
