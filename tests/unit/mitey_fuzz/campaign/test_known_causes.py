"""What a finding's cause is worth to a campaign: a bug that is known is counted, not kept and minimized again."""

import json
import math
import os
import threading
from multiprocessing import Pipe
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from mitey_fuzz.campaign.cases import Numbered
from mitey_fuzz.campaign.config import Campaign
from mitey_fuzz.campaign.messages import Answer, Explained
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.campaign.silence import Silence
from mitey_fuzz.campaign.supervisor import MOST_FRUITLESS, Hand, Supervisor
from mitey_fuzz.campaign.worker import Worker
from mitey_fuzz.case import Call, Case, Companion
from mitey_fuzz.compare.verdict import Divergence
from mitey_fuzz.engines import common_features
from mitey_fuzz.planted import text_of as planted
from mitey_fuzz.store import known
from mitey_fuzz.store.crashes import State, read
from mitey_fuzz.store.layout import case_to_json, dumps
from support import refusing
from support.hanging import LOOP
from support.wat import case, wasm

FEATURES = common_features(("jit:minimal",))

FIRST = case(
    """(func (export "f") (param i64 i32) (result i64)
        (select (local.get 0) (i64.const 5) (local.get 1)))""",
    "f i64:0x100000000 i32:1",
)
AGAIN = case(
    """(global (export "g") (mut i64) (i64.const 0))
       (func (export "f") (param i64 i32 i64) (result i64)
        (global.set 0 (select (local.get 2) (local.get 0) (i32.eqz (local.get 1))))
        (i64.const 1))""",
    "f i64:3 i32:0 i64:0x7700000000",
)


HANGING = case(
    """(func (export "f") (param i32) (result i32)
        (loop $again (br_if $again (local.get 0)))
        (i32.const 3))""",
    "f i32:0",
)


VISITED = Case(
    wasm(
        """(import "visited" "f" (func $f (param i64 i32 i64) (result i64)))
           (import "visited" "g" (global (mut i64)))
           (export "f" (func $f))
           (func (export "twice") (drop (call $f (i64.const 3) (i32.const 0) (i64.const 0x7700000000))))"""
    ),
    AGAIN.script,
    companions=(Companion("visited", AGAIN.wasm),),
)


LINKED = Case(
    wasm(
        """(import "c0" "f" (func)) (import "c0" "m" (memory 1))
           (func (export "g") (result i32) (i32.load (i32.const 8)))"""
    ),
    (Call("g"),),
    companions=(Companion("c0", wasm('(func (export "f")) (memory (export "m") 1 3)')),),
)
LINKED_AGAIN = Case(
    wasm('(import "c1" "mem" (memory 0)) (func (export "size") (result i32) (memory.size))'),
    (Call("size"),),
    companions=(
        Companion("c0", wasm('(global (export "g") i32 (i32.const 4))')),
        Companion("c1", wasm('(memory (export "mem") 2) (func (export "f") (param f32))')),
    ),
)


class Both:
    """A supervisor and its one worker, in one process."""

    def __init__(self, root: Path, inject: str | None, subject: str = "jit:minimal", deadline_s: float = 2.0) -> None:
        asked = Campaign(
            subjects=(subject,), oracles=("wasmtime",), features=FEATURES, seed=1, cases=9, seconds=None,
            workers=1, corpus=root / "none", crashes=root / "crashes", inject=inject, minimize_s=60.0,
        )  # fmt: skip
        self.deadline_s = deadline_s
        ours, theirs = Pipe()
        self.worker = Worker(asked, (), None, theirs, SimpleNamespace(value=0))
        self.supervisor = Supervisor(asked, lambda _: None)
        nobody = cast(SpawnProcess, None)  # the worker is in this process
        self.hand = Hand(nobody, ours, SimpleNamespace(value=0), Silence(os.getpid()))

    def find(self, case: Case) -> None:
        """The worker finds that this case diverges, and does what its supervisor answers."""
        work = threading.Thread(target=self._find, args=(case,))
        work.start()
        while work.is_alive() or self.hand.pipe.poll():
            if self.hand.pipe.poll(0.05):
                self.supervisor._hear(self.hand, [self.hand])
        work.join()

    def _find(self, case: Case) -> None:
        with Panel(self.worker.campaign.setup(), deadline_s=self.deadline_s) as panel:
            divergence = panel.judge(case)
            assert isinstance(divergence, Divergence)
            self.worker._found(panel, divergence, Numbered(case, "by hand"), 0)

    @property
    def counts(self) -> dict[str, int]:
        """How often each bucket on disk was found."""
        paths = self.supervisor.crashes.paths()
        return {path.name: json.loads((path / "count.json").read_text())["count"] for path in paths}


def test_a_finding_behind_a_mark_that_has_expired_is_news(tmp_path: Path) -> None:
    crashes = tmp_path / "crashes"
    crashes.mkdir()
    (crashes / known.FILE).write_text('[[issue]]\nbucket = "planted-*"\nstate = "open"\n')
    inject = planted("mitey_fuzz/selftest/mutants.toml#select-keeps-32-bits")
    first = Both(tmp_path, inject)
    first.find(FIRST)
    ((bucket, mark),) = first.supervisor.expected.items()
    assert first.supervisor.buckets == set()
    known.expire(crashes / bucket, mark, {})
    second = Both(tmp_path, inject)
    second.find(FIRST)
    assert second.supervisor.buckets == {bucket}
    assert second.supervisor.expired == {bucket: mark}


def test_a_bug_that_is_known_by_its_cause_is_counted_and_not_minimized_again(tmp_path: Path) -> None:
    both = Both(tmp_path, planted("mitey_fuzz/selftest/mutants.toml#select-keeps-32-bits"))
    both.find(FIRST)
    (bucket,) = both.counts
    assert read(tmp_path / "crashes" / bucket).state is State.MINIMIZED
    tried = dict(both.supervisor.fruitless)
    both.find(AGAIN)
    assert both.counts == {bucket: 2}
    assert both.supervisor.buckets == {bucket}
    assert both.supervisor.fruitless == tried


@pytest.mark.parametrize(("until", "state"), [(-math.inf, State.FOUND), (math.inf, State.MINIMIZED)])
def test_a_hang_stays_as_it_was_found_when_the_campaign_is_over(tmp_path: Path, until: float, state: State) -> None:
    both = Both(tmp_path, LOOP, "jit:baseline", deadline_s=0.1)
    both.worker.until = until
    both.find(HANGING)
    (bucket,) = both.counts
    assert "hang" in bucket
    assert read(tmp_path / "crashes" / bucket).state is state


SELECT = planted("mitey_fuzz/selftest/mutants.toml#select-keeps-32-bits")


def test_another_bug_beside_the_operations_of_a_known_one_is_found(tmp_path: Path) -> None:
    both = Both(tmp_path, SELECT + planted("mitey_fuzz/selftest/mutants.toml#clz-counts-sign-bits"))
    both.find(FIRST)
    (known,) = both.counts
    other = """(func (export "f") (param i64 i32) (result i64)
        (i64.clz (select (local.get 0) (i64.const 5) (local.get 1))))"""
    both.find(case(other, "f i64:2 i32:1"))
    assert both.counts[known] == 1
    assert len(both.counts) == 2


def test_a_finding_takes_the_place_of_one_that_does_not_diverge_any_more(tmp_path: Path) -> None:
    both = Both(tmp_path, SELECT)
    both.find(FIRST)
    (known,) = both.counts
    place = tmp_path / "crashes" / known
    document = (place / "case.json").read_bytes()
    fine = case('(func (export "f") (result i64) (i64.const 5))', "f")
    for standing in (dumps({**json.loads(document), **case_to_json(fine)}), b"", document):
        (place / "case.json").write_bytes(standing)
        Both(tmp_path, SELECT).find(AGAIN)
        stored = read(place)
        with Panel(stored.setup, deadline_s=2.0) as panel:
            assert isinstance(panel.judge(stored.case), Divergence)
    assert both.counts == {known: 4}


MUL_TO_W3 = """[[mutant]]
id = "mul-to-w3-is-negated"
why = "MNEG instead of MUL, in a register that one perturbed twin takes first and another later"
mask = 0x7fe0fc1f
match = 0x1b007c03
xor = 0x00008000
"""
PRODUCT = case('(func (export "f") (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))', "f i32:3")
PRODUCTS = case(
    f"""(func (export "f") (param i32) (result i32)
    {"(i32.mul (local.get 0) (local.get 0))" * 24} {"i32.add " * 23})""",
    "f i32:3",
)


def test_a_finding_of_another_perturbed_twin_takes_the_place_of_none_that_its_own_still_shows(tmp_path: Path) -> None:
    first = Both(tmp_path, MUL_TO_W3, "jit:baseline:perturbed-1")
    first.find(PRODUCT)
    (known,) = first.counts
    before = read(tmp_path / "crashes" / known)
    Both(tmp_path, MUL_TO_W3, "jit:baseline:perturbed-2").find(PRODUCTS)
    assert first.counts == {known: 2}
    assert read(tmp_path / "crashes" / known) == before


def test_a_known_bug_that_shows_in_a_companion_is_counted_too(tmp_path: Path) -> None:
    both = Both(tmp_path, SELECT)
    both.find(FIRST)
    (bucket,) = both.counts
    tried = dict(both.supervisor.fruitless)
    both.find(VISITED)
    assert both.counts == {bucket: 2}
    assert both.supervisor.fruitless == tried


def test_what_engines_disagree_about_is_a_cause_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in refusing.environment().items():
        monkeypatch.setenv(name, value)
    both = Both(tmp_path, None, refusing.command())
    both.find(LINKED)
    (bucket,) = both.counts
    assert bucket.endswith("-refused-import.memory")
    tried = dict(both.supervisor.fruitless)
    both.find(LINKED_AGAIN)
    assert both.counts == {bucket: 2}
    assert both.supervisor.fruitless == tried


def test_a_cause_that_is_news_is_minimized_however_often_that_led_to_nothing_new(tmp_path: Path) -> None:
    both = Both(tmp_path, SELECT)
    both.find(FIRST)
    (sign,) = both.supervisor.kept
    both.supervisor.fruitless[sign] = MOST_FRUITLESS
    told = [
        both.supervisor._explained(Explained("raw", sign, name, sure))
        for name, sure in (("news", True), ("news", True), ("other news", True), ("guess", False), (None, False))
    ]
    assert [answer.minimize for answer in told] == [True, False, True, False, False]


def test_what_has_another_cause_or_one_that_was_inferred_is_minimized(tmp_path: Path) -> None:
    both = Both(tmp_path, planted("mitey_fuzz/selftest/mutants.toml#select-keeps-32-bits"))
    both.find(FIRST)
    (bucket,) = both.counts
    (sign,) = both.supervisor.kept
    told = [
        both.supervisor._explained(Explained("raw", sign, name, sure))
        for name, sure in ((None, False), ("another", True), (bucket, False))
    ]
    assert told == [Answer(minimize=True)] * 3
    assert both.counts == {bucket: 1}


def test_an_inferred_cause_is_enough_where_minimizing_has_led_to_nothing_new(tmp_path: Path) -> None:
    both = Both(tmp_path, planted("mitey_fuzz/selftest/mutants.toml#select-keeps-32-bits"))
    both.find(FIRST)
    (bucket,) = both.counts
    (sign,) = both.supervisor.kept
    both.supervisor.fruitless[sign] = MOST_FRUITLESS
    assert both.supervisor._explained(Explained("raw", sign, bucket, sure=False)) == Answer(minimize=False)
    assert both.counts == {bucket: 2}
