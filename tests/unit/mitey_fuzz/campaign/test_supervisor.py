"""The supervisor outlives its workers: one that dies is a finding, and the campaign goes on behind it."""

import multiprocessing
import os
import signal
from dataclasses import replace
from pathlib import Path

from mitey_fuzz.campaign.cases import make
from mitey_fuzz.campaign.config import Campaign
from mitey_fuzz.campaign.supervisor import Supervisor
from mitey_fuzz.campaign.worker import Numbers
from mitey_fuzz.engines import common_features
from mitey_fuzz.store.corpus import Entry
from mitey_fuzz.store.crashes import State, read

FEATURES = common_features(("jit:minimal",))


def campaign(tmp_path: Path, cases: int, workers: int) -> Campaign:
    return Campaign(
        subjects=("jit:minimal",), oracles=("wasmtime",), features=FEATURES, seed=1, cases=cases, seconds=None,
        workers=workers, corpus=tmp_path / "none", crashes=tmp_path / "crashes",
    )  # fmt: skip


def test_a_worker_that_dies_is_a_finding_and_another_goes_on(tmp_path: Path) -> None:
    killed: list[int] = []

    def kill_one(supervisor: Supervisor) -> None:
        if not killed and supervisor.stats.cases >= 5:
            child = multiprocessing.active_children()[0]
            child.kill()
            killed.append(child.pid or 0)

    summary = Supervisor(campaign(tmp_path, 400, 2), kill_one).run()
    assert killed
    assert summary.failures == []
    assert summary.stats.divergences == 1
    assert len(summary.buckets) == 1
    stored = read(tmp_path / "crashes" / summary.buckets[0])
    assert stored.state is State.FOUND
    assert "died with exit status -9" in (stored.path / "NOTES.md").read_text()
    assert 350 <= summary.stats.cases <= 401  # what the dead one had not reported yet is not counted


def test_a_campaign_that_is_to_end_takes_in_what_its_workers_still_say(tmp_path: Path) -> None:
    told: list[int] = []

    def end(supervisor: Supervisor) -> None:
        if not told and supervisor.stats.cases:
            told.append(supervisor.stats.cases)
            os.kill(os.getpid(), signal.SIGINT)

    summary = Supervisor(replace(campaign(tmp_path, 1, 2), cases=None), end).run()
    assert summary.interrupted
    assert (summary.failures, summary.buckets, summary.stats.divergences) == ([], [], 0)
    assert summary.stats.cases > told[0]


def test_a_campaign_makes_its_cases_of_its_profile_and_donors(tmp_path: Path) -> None:
    donors = (Entry("suite/a/1", b"\0asm\1\0\0\0"),)
    asked = replace(campaign(tmp_path, 1, 1), profile="recombined", donors=donors)
    assert asked.case(0, ()) == make(1, 0, FEATURES, (), profile="recombined", donors=donors)
    assert Numbers().again(asked, (), 0) == asked.case(0, ())


def test_cases_depend_on_seed_and_number_alone() -> None:
    assert make(3, 17, FEATURES, ()) == make(3, 17, FEATURES, ())
    assert make(3, 17, FEATURES, ()).case.digest() != make(4, 17, FEATURES, ()).case.digest()
    assert make(3, 17, FEATURES, ()).case.digest() != make(3, 18, FEATURES, ()).case.digest()
