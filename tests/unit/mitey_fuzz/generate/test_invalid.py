"""Damaged modules: both validators refuse the same ones, and enough of every kind are made."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
import wasmtime

from jit.errors import InvalidError, MalformedError
from jit.wasm.body import assemble, parse
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code
from mitey_fuzz.case import Case
from mitey_fuzz.choices import ReplayChoices, SeededChoices
from mitey_fuzz.generate import generate, swarm
from mitey_fuzz.generate.breaks_control import disarm, retarget, retype
from mitey_fuzz.generate.invalid import MOST_PAGES, invalidate
from support.wasmtime_validation import engine, refusal, verdict


@pytest.fixture(scope="module")
def judge() -> Iterator[wasmtime.Engine]:
    made = engine(WASM_2)
    yield made
    made.close()


@cache
def damaged(seed: int) -> Case:
    choices = SeededChoices(seed)
    return invalidate(choices, generate(choices, swarm(choices, WASM_2)).wasm, WASM_2)


def check_agreement(judge: wasmtime.Engine, seeds: range) -> Counter[str]:
    """Both validators agree on every one; gives how many came to which verdict."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        case = damaged(seed)
        ours, theirs = verdict(case.wasm), refusal(judge, case.wasm)
        if ours is not None and theirs is None and "constant expression" in str(ours):
            counts["extended constant"] += 1  # came with 3.0; wasmtime cannot be told not to
            continue
        assert (ours is None) == (theirs is None), f"{seed}: ours {ours!r}, wasmtime {theirs!r}"
        counts[type(ours).__name__] += 1
    return counts


def test_damaged_modules_get_the_verdict_of_wasmtime(judge: wasmtime.Engine) -> None:
    counts = check_agreement(judge, range(300))
    assert counts[InvalidError.__name__] > 80
    assert counts[MalformedError.__name__] > 50
    assert counts["NoneType"] > 20


@pytest.mark.slow
def test_5_000_damaged_modules_get_the_verdict_of_wasmtime(judge: wasmtime.Engine) -> None:
    counts = check_agreement(judge, range(1_000, 6_000))
    assert counts["extended constant"] < 10


def test_many_rules_are_broken() -> None:
    """By the words of the refusal, offsets aside."""
    errors = [
        str(error).partition(" (at")[0] for error in (verdict(damaged(seed).wasm) for seed in range(1_500)) if error
    ]
    for words in ("type mismatch", "duplicate export name", "unknown", "size mismatch", "lane index"):
        assert any(words in error for error in errors), words
    assert len(set(errors)) > 40


def test_what_stays_valid_neither_starts_nor_asks_for_much() -> None:
    for seed in range(300):
        case = damaged(seed)
        assert case.script == ()
        if verdict(case.wasm) is None:
            module = decode(case.wasm, WASM_2)
            assert module.start is None
            assert all(memory.limits.minimum <= MOST_PAGES for memory in module.memory_types)


def test_a_record_damages_the_same_way_again() -> None:
    for seed in range(30):
        case = damaged(seed)
        choices = ReplayChoices(case.choices or ())
        assert invalidate(choices, generate(choices, swarm(choices, WASM_2)).wasm, WASM_2) == case


def test_blocks_and_branches_do_not_agree() -> None:
    """The words of the refusals of each break, where a small module has what it breaks."""
    refused: dict[str, Counter[str]] = {}
    for seed in range(700):
        choices = SeededChoices(seed)
        drawn = replace(swarm(choices, WASM_2), instructions=40, functions=1)
        module = replace(decode(generate(choices, drawn).wasm, WASM_2), start=None, source=b"")
        for breaks in (retarget, retype, disarm):
            body = parse(module.codes[0].body)
            breaks(choices, module, body, choices.integer(0, len(body) - 1))
            code = Code(module.codes[0].locals, assemble(body))
            error = verdict(encode(replace(module, codes=(code, *module.codes[1:]))))
            words = "valid" if error is None else str(error).partition(" (at")[0]
            refused.setdefault(breaks.__name__, Counter())[words] += 1
    assert refused["retarget"]["unknown label 4"] > 10
    assert refused["retarget"]["type mismatch: labels of different arity"] > 3
    assert refused["disarm"]["type mismatch: an if without else must leave what it takes"] > 10
    assert refused["retype"]["type mismatch: an if without else must leave what it takes"] > 3
    assert sum("type mismatch" in words for words in refused["retype"]) > 10
