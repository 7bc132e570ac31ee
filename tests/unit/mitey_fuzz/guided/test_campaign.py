"""Guided campaigns as a user starts them: what they keep, find and minimize, and the same target alone."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jit.wasm.features import WASM_2
from mitey_fuzz.guided.found import cells_in, reasons
from mitey_fuzz.store.corpus import load
from mitey_fuzz.store.crashes import Crashes, State
from support.cli import mitey_fuzz, start
from support.repository import ROOT
from support.wat import wasm

pytestmark = pytest.mark.slow
atheris = pytest.importorskip("atheris")

SEEDS = ("compare-far-from-use.wat", "integer-pressure.wat", "shift-counts.wat")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    place = tmp_path / "corpus"
    place.mkdir()
    for name in SEEDS:
        shutil.copy(ROOT / "corpus" / "seeds" / name, place)
    return place


def test_a_guided_campaign_keeps_what_reaches_something_new(corpus: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.json"
    run = mitey_fuzz("run", "--guided", "--cases", "60", "--seed", "1", "--workers", "1", "--corpus", corpus,
                     "--crashes", tmp_path / "crashes", "--json", summary)  # fmt: skip
    assert run.status == 0, run.err
    told = json.loads(summary.read_text())
    assert (told["cases"], told["agreed"], told["divergences"]) == (60, 60, 0)
    assert told["calls"] > 100
    assert told["cpu_seconds"] > 1
    kept = reasons(corpus)
    assert told["kept"] == len(kept) > 5
    cells = [cell for reason in kept for cell in cells_in(reason)]
    assert told["new_cells"] == len(set(cells)) == len(cells)  # one process: nothing is new twice
    assert len(load(corpus, WASM_2)) == len(SEEDS) + len(kept)
    assert f"kept         {len(kept)} modules" in run.out


def test_what_was_kept_is_not_new_in_the_next_campaign(corpus: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        run = mitey_fuzz("run", "--guided", "--cases", "25", "--seed", seed, "--workers", "1", "--corpus", corpus,
                         "--crashes", tmp_path / "crashes")  # fmt: skip
        assert run.status == 0, run.err
    cells = [cell for reason in reasons(corpus) for cell in cells_in(reason)]
    assert len(set(cells)) == len(cells)


def test_a_planted_bug_is_found_and_minimized(corpus: Path, tmp_path: Path) -> None:
    crashes = tmp_path / "crashes"
    run = mitey_fuzz("run", "--guided", "--cases", "30", "--seed", "1", "--workers", "1", "--corpus", corpus,
                     "--crashes", crashes, "--subject", "jit:baseline",
                     "--inject", ROOT / "mitey_fuzz/selftest/mutants.toml#asr-becomes-lsr")  # fmt: skip
    assert run.status == 1, run.err
    found = [stored for stored in Crashes(crashes) if stored.state is State.MINIMIZED]
    assert found
    assert all(len(stored.case.wasm) <= 200 for stored in found)
    assert mitey_fuzz("replay", found[0].path).status == 1


def test_a_stopped_campaign_ends_its_driven_processes(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    process = start("run", "--guided", "--workers", "1", "--seed", "1", "--corpus", corpus,
                    "--crashes", tmp_path / "crashes")  # fmt: skip
    until = time.monotonic() + 200
    while not reasons(corpus):
        assert time.monotonic() < until, "nothing was kept"
        time.sleep(0.2)
    assert len(_driven(tmp_path)) == 1
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err
    assert "interrupted" in out
    assert _driven(tmp_path) == []
    assert list(tmp_path.glob("mitey-guided-*")) == []


def _driven(place: Path) -> list[str]:
    """The command lines of driven processes whose files lie here."""
    listed = subprocess.run(["ps", "-ewwo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in listed if "mitey_fuzz.guided.child" in line and str(place) in line]


def test_the_target_alone_takes_libfuzzers_arguments(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "one.wasm").write_bytes(wasm('(module (func (export "f") (result i32) (i32.const 1)))'))
    done = subprocess.run(
        [sys.executable, ROOT / "mitey_fuzz" / "guided" / "judge_fuzzer.py", seeds, "-runs=30", "-seed=1"],
        capture_output=True, text=True, timeout=300, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Done 30 runs" in done.stderr
    assert "-max_len is not provided" not in done.stderr
    assert len(list(seeds.iterdir())) > 1  # what reached something new was added, as libFuzzer does
    assert list(tmp_path.glob("crash-*")) == []
