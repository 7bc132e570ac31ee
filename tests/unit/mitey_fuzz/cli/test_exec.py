"""`exec` and `dump`: looking at one module."""

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
