"""The supervisor outlives its workers: one that dies is a finding, and the campaign goes on behind it."""

import multiprocessing
import os
import signal
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from mitey_fuzz.campaign.cases import make
from mitey_fuzz.campaign.config import Campaign
from mitey_fuzz.campaign.supervisor import Supervisor
from mitey_fuzz.campaign.worker import Current, Numbers
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
            (child, *_) = multiprocessing.active_children()
            assert child.pid is not None
            os.kill(child.pid, signal.SIGSEGV)
            killed.append(child.pid)

    summary = Supervisor(campaign(tmp_path, 400, 2), kill_one).run()
    assert killed
    assert summary.failures == []
    assert summary.stats.divergences == 1
    assert len(summary.buckets) == 1
    stored = read(tmp_path / "crashes" / summary.buckets[0])
    assert stored.state is State.FOUND
    assert "died with exit status -11" in (stored.path / "NOTES.md").read_text()
    assert 350 <= summary.stats.cases <= 401  # what the dead one had not reported yet is not counted


def test_a_worker_killed_from_outside_is_no_crash_of_an_engine_but_its_case_is_kept(tmp_path: Path) -> None:
    killed: list[int] = []

    def kill_one(supervisor: Supervisor) -> None:
        if not killed and supervisor.stats.cases:
            (child, *_) = multiprocessing.active_children()
            child.kill()
            killed.append(child.pid or 0)

    summary = Supervisor(campaign(tmp_path, 200, 1), kill_one).run()
    assert killed
    assert (summary.stats.divergences, summary.stats.poisoned["silent"]) == (0, 1)
    assert "died with exit status -9; the case is kept" in summary.failures[0]
    assert len(summary.buckets) == 1


@dataclass(frozen=True)
class Torn(Numbers):
    """Workers that die in the middle of a message, all but those behind the first case."""

    def work(
        self,
        campaign: Campaign,
        corpus: tuple[Entry, ...],
        start: int,
        until: float | None,
        pipe: Connection,
        current: Current,
    ) -> None:
        if start:
            super().work(campaign, corpus, start, until, pipe, current)
        else:
            os.write(pipe.fileno(), b"\0\0\1\0half")
            os._exit(7)


def test_a_worker_that_dies_in_the_middle_of_a_message_is_a_finding(tmp_path: Path) -> None:
    summary = Supervisor(campaign(tmp_path, 5, 1), lambda _: None, Torn()).run()
    assert summary.failures == []
    assert summary.stats.divergences == 1
    assert summary.stats.cases == 5


def test_what_goes_wrong_in_the_supervisor_does_not_take_the_summary_with_it(tmp_path: Path) -> None:
    def fail(supervisor: Supervisor) -> None:
        if supervisor.stats.cases:
            raise OSError("no space left")

    summary = Supervisor(campaign(tmp_path, 500, 1), fail).run()
    assert summary.stats.cases
    assert "no space left" in summary.failures[0]


def test_the_engines_of_a_case_are_known_to_whoever_did_not_run_it(tmp_path: Path) -> None:
    asked = replace(campaign(tmp_path, 100, 1), perturb=1)
    made = asked.case(3, ()).case
    (*subjects, twin) = Numbers().setup(asked, made).subjects
    assert subjects == ["jit:minimal"]
    assert twin == asked.twins().chosen(made)
    assert Numbers().setup(replace(asked, perturb=0), made) == asked.setup()


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
