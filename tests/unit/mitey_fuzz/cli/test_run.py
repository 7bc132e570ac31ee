"""Campaigns from the command line: what they report, that seeds decide everything, that nothing found is lost."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from jit.wasm.features import WASM_2
from mitey_fuzz.store import corpus as corpora
from mitey_fuzz.store.crashes import Crashes, State
from mitey_fuzz.store.layout import case_from_json, loads
from support.cli import Run, mitey_fuzz, start

MUTANTS = Path(__file__).parents[4] / "mitey_fuzz" / "selftest" / "mutants.toml"
EMPTY = MUTANTS.parents[1] / "cli"
"""A directory without any module."""
KEYS = {
    "cases", "calls", "instructions", "agreed", "divergences", "poisoned", "buckets", "seconds", "cpu_seconds",
    "stages",
}  # fmt: skip


def test_a_clean_campaign_ends_clean_and_says_so(tmp_path: Path) -> None:
    summary = tmp_path / "summary.json"
    run = mitey_fuzz("run", "--cases", "60", "--seed", "1", "--workers", "2", "--crashes", tmp_path / "crashes",
                     "--corpus", tmp_path, "--json", summary)  # fmt: skip
    assert run.status == 0, run.err
    assert "no divergence" in run.out
    assert "seed 1" in run.err
    assert "corpus of no modules" in run.err
    told = json.loads(summary.read_text())
    assert set(told) >= KEYS
    assert (told["cases"], told["divergences"], told["buckets"]) == (60, 0, [])
    assert told["agreed"] >= 58, "one case in 300 ends with a call that does not"
    assert told["calls"] > 60
    assert told["instructions"] > 60 * 50
    assert set(told["stages"]) >= {"generate", "compile", "execute", "oracle", "compare"}
    assert not (tmp_path / "crashes").exists()


def test_a_campaign_tells_which_corpus_its_cases_are_made_of_and_findings_keep_it(tmp_path: Path) -> None:
    corpus, crashes = tmp_path / "corpus", tmp_path / "crashes"
    corpus.mkdir()
    (corpus / "a.wat").write_text('(module (func (export "f") (result i32) (i32.mul (i32.const 3) (i32.const 5))))')
    digest = corpora.digest(corpora.load(corpus, WASM_2))
    run = mitey_fuzz("run", "--cases", "1", "--seed", "1", "--workers", "1", "--corpus", corpus, "--crashes", crashes,
                     "--json", tmp_path / "summary.json", "--subject", "jit:minimal",
                     "--inject", f"{MUTANTS}#mul-is-negated")  # fmt: skip
    assert run.status == 1, run.err
    assert f"corpus of 1 modules ({digest})" in run.err
    told = json.loads((tmp_path / "summary.json").read_text())
    assert (told["corpus"], told["corpus_digest"], told["donors_digest"]) == (1, digest, "")
    (place,) = Crashes(crashes).paths()
    assert json.loads((place / "case.json").read_text())["provenance"]["origin"]["corpus"] == digest
    assert f"(corpus a.wat, corpus {digest})" in (place / "NOTES.md").read_text()


def test_a_planted_bug_is_found_minimized_and_replayed(tmp_path: Path) -> None:
    crashes = tmp_path / "crashes"
    run = mitey_fuzz("run", "--cases", "60", "--seed", "1", "--crashes", crashes, "--corpus", tmp_path,
                     "--inject", f"{MUTANTS}#mul-is-negated")  # fmt: skip
    assert run.status == 1, run.err
    found = list(Crashes(crashes))
    assert found
    assert all(stored.state is State.MINIMIZED for stored in found)
    assert min(len(stored.case.wasm) for stored in found) <= 200
    assert str(found[0].path) in run.out

    results = tmp_path / "replay.json"
    again = mitey_fuzz("replay", found[0].path, "--json", results)
    assert again.status == 1
    told = json.loads(results.read_text())
    assert (told["cases"], told["agreed"], told["poisoned"], told["divergences"]) == (1, 0, 0, 1)
    assert told["results"][0]["verdict"] == "divergence"
    assert told["results"][0]["without_mutant"] == {"verdict": "agreed"}
    assert mitey_fuzz("replay", "--clean", found[0].path).status == 0
    assert mitey_fuzz("replay", "--crashes", crashes).status == 1

    small = mitey_fuzz("minimize", found[0].path / "original.json", "-o", tmp_path / "small")
    assert small.status == 1, small.err
    assert Crashes(tmp_path / "small").paths()


@pytest.mark.slow
def test_a_bug_that_comes_back_behind_an_expired_mark_is_news(tmp_path: Path) -> None:
    crashes, summary = tmp_path / "crashes", tmp_path / "summary.json"
    crashes.mkdir()
    marks = (f'[[issue]]\nbucket = "{name}"\nstate = "open"\nnote = "shifts"\n' for name in ("planted-*", "other-*"))
    (crashes / "triage.toml").write_text("".join(marks))

    def campaign() -> Run:
        return mitey_fuzz("run", "--cases", "9", "--seed", "1", "--workers", "1", "--crashes", crashes, "--json",
                          summary, "--corpus", tmp_path, "--profile", "generated", "--subject", "jit:minimal",
                          "--perturb", "0", "--inject", f"{MUTANTS}#mul-is-negated")  # fmt: skip

    first = campaign()
    assert (first.status, "(open) shifts" in first.out) == (0, True)
    assert 'the mark "other-*" (open) matches no directory' in first.err
    assert json.loads(summary.read_text())["unmatched"] == ["other-*"]

    place = Crashes(crashes).paths()[0]
    fixed = place / "case.json"
    fixed.write_text(json.dumps(json.loads(fixed.read_text()) | {"setup": HEALTHY}))
    assert mitey_fuzz("replay", place).status == 1
    second = campaign()
    assert second.status == 1
    assert f"finding      {place}" in second.out
    assert "marked open in triage.toml, but the mark had expired: it is back" in second.out
    assert json.loads(summary.read_text())["expired"] == {str(place): "open"}


HEALTHY = {"subjects": ["jit:minimal"], "oracles": ["wasmtime"], "features": "wasm-2.0", "inject": None}


def test_one_seed_makes_the_same_cases_and_verdicts_whatever_the_workers(tmp_path: Path) -> None:
    told = []
    for number, workers in enumerate(("1", "2")):
        crashes = tmp_path / str(number)
        mitey_fuzz("run", "--cases", "90", "--seed", "7", "--workers", workers, "--crashes", crashes,
                   "--corpus", EMPTY, "--inject", f"{MUTANTS}#mul-is-negated",
                   "--json", tmp_path / f"{number}.json")  # fmt: skip
        summary = json.loads((tmp_path / f"{number}.json").read_text())
        told.append({key: summary[key] for key in ("cases", "calls", "instructions", "agreed", "divergences", "traps")})
    assert told[0] == told[1]
    assert told[0]["divergences"] > 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file that is always full")
def test_a_summary_that_cannot_be_written_is_told_all_the_same(tmp_path: Path) -> None:
    run = mitey_fuzz("run", "--cases", "2", "--seed", "1", "--workers", "1", "--corpus", tmp_path,
                     "--crashes", tmp_path / "crashes", "--json", "/dev/full")  # fmt: skip
    assert run.status == 3
    assert "no divergence" in run.out
    assert "No space left on device" in run.err


SCRIPT = """
(module (memory 1) (func (export "f") (param i32) (result i32) (i32.load (i32.mul (local.get 0) (i32.const 3)))))
(module (func (export "f") (param i32 i32) (result i32) (i32.mul (local.get 0) (i32.sub (local.get 1) (i32.const 2)))))
(module (global (mut i64) (i64.const 9)) (func (export "g") (global.set 0 (i64.mul (global.get 0) (global.get 0)))))
"""


def test_recombined_modules_of_a_suite_are_the_same_whatever_the_workers_and_findings_stand_alone(
    tmp_path: Path,
) -> None:
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "some.wast").write_text(SCRIPT)
    told = []
    for workers in ("1", "2"):
        mitey_fuzz("run", "--suite", suite, "--profile", "recombined", "--cases", "20", "--seed", "3",
                   "--workers", workers, "--crashes", tmp_path / workers, "--corpus", EMPTY,
                   "--inject", f"{MUTANTS}#mul-is-negated", "--json", tmp_path / "summary.json")  # fmt: skip
        summary = json.loads((tmp_path / "summary.json").read_text())
        told.append({key: summary[key] for key in ("cases", "instructions", "agreed", "divergences", "donors")})
    assert told[0] == told[1]
    assert told[0]["divergences"] > 0
    assert told[0]["donors"] == 3
    (suite / "some.wast").unlink()
    assert mitey_fuzz("replay", "--crashes", tmp_path / "1").status == 1


def _documents(crashes: Path) -> list[Path]:
    return [place / name for place in Crashes(crashes).paths() for name in ("case.json", "original.json")]


def test_a_campaign_killed_at_any_moment_leaves_whole_findings(tmp_path: Path) -> None:
    crashes = tmp_path / "crashes"
    running = start("run", "--seconds", "120", "--seed", "3", "--workers", "1", "--crashes", crashes,
                    "--corpus", EMPTY, "--inject", f"{MUTANTS}#mul-is-negated")  # fmt: skip
    try:
        while not Crashes(crashes).paths() and running.poll() is None:
            time.sleep(0.01)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
    assert _documents(crashes)
    for document in _documents(crashes):
        assert case_from_json(loads(document.read_bytes())).wasm.startswith(b"\0asm")
    assert mitey_fuzz("replay", "--crashes", crashes).status == 1


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_schedulers_stop_end_a_campaign_with_its_summary(tmp_path: Path, ending: signal.Signals) -> None:
    running = start("run", "--seed", "3", "--workers", "1", "--crashes", tmp_path / "crashes", "--corpus", tmp_path)
    assert running.stderr is not None
    assert "seed 3" in running.stderr.readline()
    time.sleep(3)
    os.killpg(running.pid, ending)
    out, _ = running.communicate(timeout=60)
    assert "interrupted" in out
    assert "no divergence" in out
    assert running.returncode == 0


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (("--subject", "jit:none"), "unknown subject 'jit:none'"),
        (("--oracle", "nobody"), "unknown engine 'nobody'; there are wasmtime"),
        (("--features", "wasm-9"), "unknown feature level 'wasm-9'"),
        (("--features", "wasm-2.0-bulk-memory"), "reference-types needs the segments of bulk-memory"),
        (("--inject", "missing.toml#x"), "cannot read missing.toml"),
        (("--inject", f"{MUTANTS}#nobody"), "has no mutant 'nobody'"),
        (("--cases", "0"), "0 is not in the range"),
        (
            ("--profile", "nothing"),
            "'nothing' is not one of 'mixed', 'generated', 'linked', 'single', 'recombined', 'invalid'",
        ),
        (("--profile", "recombined", "--corpus", f"{EMPTY}"), f"needs modules to recombine, and {EMPTY} has none"),
        (("--profile", "invalid", "--suite", "tests"), "so --suite has no use; use it with mixed, recombined"),
        (("--profile", "generated", "--guided"), "leave out --suite and --profile"),
        (("--suite", "mitey_fuzz"), "there is no .wast script in mitey_fuzz"),
        (("--suite", "nowhere"), "Directory 'nowhere' does not exist"),
    ],
)
def test_misuse_is_told_with_its_remedy_and_status_2(args: tuple[str, ...], complaint: str) -> None:
    run = mitey_fuzz("run", "--seconds", "1", *args)
    assert run.status == 2
    assert complaint in run.err
    assert "Traceback" not in run.err


HOME_IS_LOST = """
[[mutant]]
id = "home-is-lost"
why = "LDR X19, [SP] of an epilogue loads X9: the caller's x19 is gone, and no result is wrong"
backend = ["baseline"]
mask = 0xFFFFFFFF
match = 0xF94003F3
xor = 0x0000001A
"""


def test_a_paranoid_campaign_checks_every_subject(tmp_path: Path) -> None:
    summary = tmp_path / "summary.json"
    run = mitey_fuzz("run", "--cases", "5", "--seed", "1", "--workers", "1", "--crashes", tmp_path / "crashes",
                     "--corpus", tmp_path, "--paranoid", "--json", summary)  # fmt: skip
    assert run.status == 0, run.err
    assert json.loads(summary.read_text())["subjects"] == ["jit:minimal:paranoid", "jit:baseline:paranoid"]


@pytest.mark.slow
def test_what_only_a_perturbed_twin_shows_is_found_and_replayed(tmp_path: Path) -> None:
    mutants = tmp_path / "mutants.toml"
    mutants.write_text(HOME_IS_LOST)
    crashes = tmp_path / "crashes"

    def campaign(perturb: int) -> int:
        return mitey_fuzz(
            "run", "--cases", "30", "--seed", "7", "--workers", "1", "--crashes", crashes,
            "--corpus", EMPTY, "--inject", f"{mutants}#home-is-lost", "--perturb", str(perturb),
        ).status  # fmt: skip

    assert campaign(0) == 0
    assert campaign(2) == 1
    (found,) = Crashes(crashes)
    assert "jit-baseline-perturbed-crash" in found.path.name
    assert "returned with x19" in (found.path / "divergence.json").read_text()
    assert mitey_fuzz("replay", found.path).status == 1
    assert mitey_fuzz("replay", "--clean", found.path).status == 0
