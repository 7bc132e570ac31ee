"""A divergence as an exception: its innermost frame is called what the bug's directory would be."""

import configparser
import traceback
from pathlib import Path

import pytest

from jit.wasm.features import WASM_2
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.compare.verdict import Divergence
from mitey_fuzz.guided.diverged import Diverged, bucket_of, raising, reporting
from mitey_fuzz.guided.mutator import LONGEST_INPUT
from mitey_fuzz.guided.target import Target
from mitey_fuzz.planted import text_of as planted
from mitey_fuzz.store.crashes import Setup
from mitey_fuzz.store.known import Decision, Issue, Issues, expire
from support.repository import ROOT
from support.wat import wasm

SHIFT = wasm("""(module (func (export "f") (param i32 i32) (result i32)
    (i32.shr_s (i32.or (local.get 0) (i32.const 0x80000000)) (i32.or (local.get 1) (i32.const 1)))))""")
SHIFT_ELSEWHERE = wasm("""(module (global (export "g") (mut i32) (i32.const -7)) (func (export "f")
    (global.set 0 (i32.shr_s (global.get 0) (i32.const 1)))))""")
DIVISION = wasm("""(module (func (export "f") (result i32) (i32.div_s (i32.const -7) (i32.const 2))))""")
NOTHING_KNOWN = Issues()
NOWHERE = Path("no such directory")
SHIFTED, DIVIDED = "jit-minimal-value-i32.shr_s", "jit-minimal-value-i32.div_s"


def frames(mutant: str, module: bytes, issues: Issues = NOTHING_KNOWN, crashes: Path = NOWHERE) -> list[str]:
    """The names of the frames of the exception that a module raises, from the callback inwards; none without one."""
    inject = planted(f"mitey_fuzz/selftest/mutants.toml#{mutant}")
    with Panel(Setup(("jit:minimal",), ("wasmtime",), "wasm-2.0", inject), deadline_s=2.0) as panel:
        try:
            reporting(Target(panel, WASM_2), issues, crashes)(module)
        except Diverged as error:
            return [frame.name for frame in traceback.extract_tb(error.__traceback__)][1:]
    return []


def test_one_bug_has_one_frame_in_whatever_module_and_another_bug_another() -> None:
    assert frames("asr-becomes-lsr", SHIFT) == ["test_one_input", SHIFTED]
    assert frames("asr-becomes-lsr", SHIFT_ELSEWHERE) == ["test_one_input", SHIFTED]
    assert frames("division-is-unsigned", DIVISION) == ["test_one_input", DIVIDED]


def test_what_agrees_raises_nothing() -> None:
    assert frames("asr-becomes-lsr", DIVISION) == []


@pytest.mark.parametrize(
    ("bucket", "decision", "is_raised"),
    [
        (SHIFTED, Decision.OPEN, False),
        ("jit-*-i32.shr_s", Decision.WONT_FIX, False),
        (SHIFTED, Decision.FIXED, True),
        (DIVIDED, Decision.OPEN, True),
    ],
)
def test_known_bugs_are_passed_over(bucket: str, decision: Decision, *, is_raised: bool) -> None:
    assert bool(frames("asr-becomes-lsr", SHIFT, Issues((Issue(bucket, decision),)))) is is_raised


def test_a_known_bug_whose_mark_has_expired_is_raised(tmp_path: Path) -> None:
    known, other = Issue("jit-*", Decision.OPEN), Issue("jit-*", Decision.OPEN, "another note")
    (tmp_path / SHIFTED).mkdir()
    expire(tmp_path / SHIFTED, known, {})
    assert frames("asr-becomes-lsr", SHIFT, Issues((known,)), tmp_path) == ["test_one_input", SHIFTED]
    assert frames("asr-becomes-lsr", SHIFT, Issues((other,)), tmp_path) == []


def test_what_has_no_cause_is_named_by_what_it_looks_like_from_outside() -> None:
    """Triage cannot explain what the engines of this panel agree about."""
    inject = planted("mitey_fuzz/selftest/mutants.toml#asr-becomes-lsr")
    with Panel(Setup(("jit:minimal",), ("wasmtime",), "wasm-2.0", inject), deadline_s=2.0) as panel:
        judged = Target(panel, WASM_2)(SHIFT)
    with Panel(Setup(("jit:minimal",), ("wasmtime",), "wasm-2.0"), deadline_s=2.0) as sound:
        assert isinstance(judged.verdict, Divergence)
        assert bucket_of(sound, judged.case, judged.verdict) == "jit-minimal-value-value-value-unexplained"


def test_the_message_is_what_is_raised() -> None:
    with pytest.raises(Diverged, match=r"^one differs from the other$"):
        raising("any-name_of.1+bug")("one differs from the other")


def test_the_options_that_lie_beside_the_fuzzer_are_its_own() -> None:
    options = configparser.ConfigParser()
    options.read_string((ROOT / ".clusterfuzzlite" / "judge_fuzzer.options").read_text())
    assert dict(options["libfuzzer"]) == {"max_len": str(LONGEST_INPUT)}


def test_the_build_puts_beside_the_fuzzer_what_there_is() -> None:
    script = (ROOT / ".clusterfuzzlite" / "build.sh").read_text()
    for name in (".clusterfuzzlite/judge_fuzzer.options", "crashes/triage.toml", "mitey_fuzz/guided/judge_fuzzer.py"):
        assert f" {name} " in script and (ROOT / name).is_file()
    assert '"$OUT/judge_fuzzer_seed_corpus.zip"' in script
