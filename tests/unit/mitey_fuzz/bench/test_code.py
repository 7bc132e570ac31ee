import json

import pytest

from jit.wasm.features import WASM_2
from mitey_fuzz.bench.code import KINDS, kernels, measure
from mitey_fuzz.subject import create
from oracles import registry
from oracles.protocol import Engine, Outcome
from support.cli import mitey_fuzz
from support.wat import wasm

SUBJECTS = ("jit:baseline", "jit:minimal")
MOST = 5_000_000
"""A run that executes more is too slow to count by the block."""


def run(engine: Engine, kernel: bytes) -> Outcome:
    instance = engine.open().instantiate(kernel, deadline_s=60)
    assert not isinstance(instance, Outcome), instance
    return instance.call("run", (), deadline_s=60)


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_kernel_has_the_checksum_that_wasmtime_gives_it(name: str) -> None:
    ours, oracle = create(name), registry.create("wasmtime", WASM_2)
    found = {kernel: run(ours, wasm) for kernel, wasm in kernels().items()}
    assert found == {kernel: run(oracle, wasm) for kernel, wasm in kernels().items()}
    assert len(found) >= 20
    ours.close()
    oracle.close()


def test_what_a_loop_executes_is_counted_one_by_one() -> None:
    def counting(rounds: int) -> bytes:
        return wasm(
            f"""(module (func (export "run") (result i32) (local i32 i64)
                  (local.set 0 (i32.const {rounds}))
                  (loop
                    (local.set 1 (i64.xor (local.get 1) (i64.const 1)))
                    (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
                  (local.get 0)))"""
        )

    figures = measure(["jit:baseline"], {"ten": counting(10), "many": counting(1010)})["jit:baseline"]
    ten, many = figures["ten"], figures["many"]
    assert many.instructions - ten.instructions == 1000 * 3  # eor, sub, branch
    assert {kind: many.kinds[kind] - ten.kinds[kind] for kind in KINDS} == {
        "loads": 0, "stores": 0, "moves": 0, "branches": 1000, "others": 2000,
    }  # fmt: skip
    assert ten.code_bytes == many.code_bytes
    assert sum(ten.kinds.values()) == ten.instructions


def test_counting_again_counts_the_same() -> None:
    chosen = {"fib": kernels()["fib"]}
    assert measure(SUBJECTS, chosen) == measure(SUBJECTS, chosen)


def test_no_kernel_is_too_long_to_count() -> None:
    figures = measure(["jit:baseline"], kernels())["jit:baseline"]
    assert max(run.instructions for run in figures.values()) < MOST


def test_a_host_that_cannot_count_says_so() -> None:
    with pytest.raises(ValueError, match="native"):
        measure(["jit:baseline@native"], kernels())


def test_the_verb_writes_figures_by_subject_and_kernel() -> None:
    done = mitey_fuzz("bench", "code", "--subject", "jit:baseline", "--kernel", "fib", "--json", "-")
    assert done.status == 0
    fib = json.loads(done.out)["jit:baseline"]["kernels"]["fib"]
    assert fib["result"] == hex(4181)  # the nineteenth Fibonacci number
    assert fib["instructions"] == sum(fib[kind] for kind in KINDS)


def test_a_kernel_that_does_not_exist_is_refused() -> None:
    done = mitey_fuzz("bench", "code", "--kernel", "nothing")
    assert done.status == 2
    assert "no kernel nothing" in done.err
