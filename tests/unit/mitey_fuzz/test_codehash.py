from pathlib import Path

import pytest
from wasmtime import wat2wasm

from jit.wasm.features import Features
from mitey_fuzz import subject
from mitey_fuzz.codehash import RUNTIME, Code, compare, dump, hashes, load
from support.cli import mitey_fuzz

ADD = bytes(wat2wasm("(module (func (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))) (func))"))
SUB = bytes(wat2wasm("(module (func (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1))) (func))"))


def found(name: str, wasm: bytes) -> dict[str, Code]:
    engine = subject.create(name, features=Features())
    try:
        return dict(hashes(engine, [("m", wasm), ("no module", b"")]))
    finally:
        engine.close()


@pytest.mark.parametrize("name", subject.subjects())
def test_exactly_the_function_whose_code_differs_is_changed(name: str) -> None:
    before, after = found(name, ADD), found(name, SUB)
    compared = compare(before, after)
    assert [changed for changed, _, _ in compared.changed] == [f"{name} m 0"]
    assert compared.same == len(before) - 1
    assert f"{name} {RUNTIME} call_host" in before
    assert compare(before, found(name, ADD)).is_unchanged


def test_what_is_written_is_read_back() -> None:
    before = found("jit:minimal", ADD)
    assert load(dump(before)) == before


def test_what_came_and_went_is_told_apart_from_what_changed() -> None:
    same, old, new = Code(4, "0" * 16), Code(8, "1" * 16), Code(20, "2" * 16)
    compared = compare({"a m 0": same, "a m 1": old, "a m 2": old}, {"a m 0": same, "a m 1": new, "a m 3": new})
    assert (compared.same, compared.gone, compared.new) == (1, ("a m 2",), ("a m 3",))
    assert compared.grown_bytes == 12
    assert not compared.is_unchanged


@pytest.mark.parametrize("line", ["", "abc", "0123456789abcdef x jit:minimal m 0", "0123 4 jit:minimal m 0"])
def test_a_file_of_something_else_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="line 1 is not `digest size subject module function`"):
        load(line + "\n")


def test_the_verb_says_whether_code_changed(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    module = tmp_path / "corpus" / "m.wasm"
    module.write_bytes(ADD)
    line = ("codehash", "--subject", "jit:minimal", "--features", "wasm-1.0", "--generated", "2")
    assert mitey_fuzz(*line, "--out", "before.txt", cwd=tmp_path).status == 0
    again = mitey_fuzz(*line, "--against", "before.txt", cwd=tmp_path)
    assert (again.status, again.out[:25]) == (0, "generated code: unchanged")
    module.write_bytes(SUB)
    changed = mitey_fuzz(*line, "--against", "before.txt", cwd=tmp_path)
    assert changed.status == 1
    assert "jit:minimal corpus/m.wasm 0: " in changed.out
    assert "generated code: 1 functions changed" in changed.out
