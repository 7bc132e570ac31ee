"""Misuse is told before any work is done, with status 2; JSON on stdout stands there alone."""

import json
from pathlib import Path

import pytest

from jit.wasm.features import WASM_1
from mitey_fuzz.store.corpus import Entry, digest, load
from mitey_fuzz.store.layout import FormatError
from support.cli import mitey_fuzz

MUTANTS = Path(__file__).parents[4] / "mitey_fuzz" / "selftest" / "mutants.toml"
PLANTED = f"{MUTANTS}#mul-is-negated"
FOREIGN = '[[mutant]]\nid = "x"\nwhy = "y"\nmask = 1\nmatch = 1\nxor = 2\nbackend = ["turbo"]\n'
FUNCTION = '(module (func (export "f") (result i32) (i32.const 1))'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a file, a module, a suite of one script, an empty suite, and a mutant of nobody's back end."""
    (tmp_path / "file").write_text("")
    (tmp_path / "m.wat").write_text(FUNCTION + ")")
    (tmp_path / "suite").mkdir()
    (tmp_path / "suite" / "one.wast").write_text(f'{FUNCTION})\n(assert_return (invoke "f") (i32.const 1))')
    (tmp_path / "empty").mkdir()
    (tmp_path / "mutants.toml").write_text(FOREIGN)
    return tmp_path


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("run --cases 1 --json none/x.json", "there is no directory none"),
        ("replay --json none/x.json", "there is no directory none"),
        ("doctor --json none/x.json", "there is no directory none"),
        ("conform --suite suite --json none/x.json", "there is no directory none"),
        ("conform --suite suite --junit none/x.xml", "there is no directory none"),
        ("run --cases 1 --json empty", "empty is a directory"),
        ("run --cases 1 --crashes file", "file cannot be used as a directory"),
        ("run --cases 1 --crashes file/below", "file/below cannot be used as a directory"),
        ("minimize m.wat -o file", "file cannot be used as a directory"),
        ("run --cases 1 --corpus none", "Directory 'none' does not exist"),
        ("corpus --corpus none", "Directory 'none' does not exist"),
        ("selftest --corpus none", "Directory 'none' does not exist"),
        ("codehash --corpus none", "Directory 'none' does not exist"),
        ("selftest --corpus file", "Directory 'file' is a file"),
        ("replay --crashes none", "'none' does not exist"),
        ("conform --suite empty", "there is no .wast script in empty"),
        (f"run --cases 1 --subject interp --inject {PLANTED}", "--inject needs one of jit:minimal, jit:baseline"),
        (f"exec m.wat --engine interp --inject {PLANTED}", "--inject plants in jit:minimal, jit:baseline only"),
        (f"conform --suite suite --subject interp --inject {PLANTED}", "--inject plants in jit:minimal"),
        (f"dump m.wat --subject interp --inject {PLANTED}", "unknown subject 'interp'"),
        ("exec m.wat --inject mutants.toml#x", "there is no back end 'turbo'; there are minimal, baseline"),
        ("exec m.wat --engine nobody", "and jit:minimal, jit:baseline"),
        ("run --cases 1 --host vax", "no host is called 'vax'; use 'auto', 'native' or 'emulator'"),
        ("conform --suite suite --host vax", "no host is called 'vax'"),
        ("exec m.wat --host vax", "no host is called 'vax'"),
        ("replay m.wat --host vax", "no host is called 'vax'"),
        ("exec m.wat --engine jit:minimal@vax", "no host is called 'vax'"),
        ("run --hours nan", "nan is not a finite number"),
        ("run --hours inf", "inf is not a finite number"),
        ("exec m.wat --seconds 0", "0.0 is not in the range"),
        ("bench throughput --oracle wasmtime@empty", "engine wasmtime@empty is not usable here"),
    ],
)
def test_misuse_is_told_before_any_work(place: Path, line: str, complaint: str) -> None:
    run = mitey_fuzz(*line.split(), cwd=place)
    assert run.status == 2, run.err
    assert complaint in " ".join(run.err.split())
    assert "Traceback" not in run.err
    assert {path.name for path in place.iterdir()} == {"file", "m.wat", "suite", "empty", "mutants.toml"}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("run --cases 2 --workers 1 --seed 1 --corpus empty", "no divergence"),
        ("replay --crashes empty", "nothing to replay in empty"),
        ("conform --suite suite", "1 passed, 0 failed"),
        ("doctor", "python"),
    ],
)
def test_json_on_stdout_stands_alone(place: Path, line: str, text: str) -> None:
    run = mitey_fuzz(*line.split(), "--json", "-", cwd=place)
    assert isinstance(json.loads(run.out), dict)
    assert text in run.err


def test_a_default_corpus_that_is_absent_is_told_once(tmp_path: Path) -> None:
    run = mitey_fuzz("corpus", "--row", "nop", cwd=tmp_path)
    assert run.status == 0
    assert run.err.count("there is no directory corpus here") == 1


def test_the_digest_of_a_corpus_changes_with_names_contents_and_order() -> None:
    one, other = Entry("a", b"bc"), Entry("ab", b"c")
    corpora = ((one,), (other,), (one, other), (other, one), (Entry("a", b"bd"),))
    assert len({digest(corpus) for corpus in corpora}) == len(corpora)
    assert digest((one, other)) == "f67da7c5e0b50f10"
    assert digest(()) == ""


def test_the_time_of_exec_can_be_set(place: Path) -> None:
    (place / "loop.wat").write_text('(module (func (export "f") (loop (br 0))))')
    run = mitey_fuzz("exec", "loop.wat", "--invoke", "f", "--seconds", "0.2", cwd=place)
    assert run.status == 1
    assert "0.2" in run.err


def test_a_corpus_takes_regular_files_only_and_names_the_broken_one(tmp_path: Path) -> None:
    (tmp_path / "directory.wat").mkdir()
    (tmp_path / "good.wat").write_text(FUNCTION + ")")
    assert [entry.name for entry in load(tmp_path, WASM_1)] == ["good.wat"]
    (tmp_path / "bad.wat").write_text("(module")
    with pytest.raises(FormatError, match=r"bad\.wat is not valid wat; fix or remove it"):
        load(tmp_path, WASM_1)
