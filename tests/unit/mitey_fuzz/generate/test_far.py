"""Stretched bodies: they mean what they meant, their branches are long, and campaigns have them."""

import pytest

from jit.backend.baseline.compiler import FunctionCompiler
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.validate import validate
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.case import Case
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare.verdict import Agreed
from mitey_fuzz.generate import far, generate, swarm
from mitey_fuzz.store.crashes import Setup
from support.wat import case

SETUP = Setup(("jit:minimal", "jit:baseline"), ("interp",), str(WASM_2))
BRANCHES = case(
    """(global (export "g") (mut i32) (i32.const 0)) (global (export "h") (mut f64) (f64.const 1))
       (func (export "f") (param i32 i64) (result i32) (local i32)
        (loop $again
          (block $out
            (br_if $out (local.get 0))
            (br_if $out (i32.and (local.get 0) (i32.const 8)))
            (br_if $out (i64.lt_s (local.get 1) (i64.const 0)))
            (br_if $out (i64.gt_u (local.get 1) (i64.const 7)))
            (if (i64.eqz (local.get 1)) (then (local.set 0 (i32.const 3))) (else (local.set 1 (i64.const 9)))))
          (local.set 0 (i32.shr_u (local.get 0) (i32.const 1)))
          (br_if $again (i32.lt_u (local.tee 2 (i32.add (local.get 2) (i32.const 1))) (i32.const 5))))
        (i32.add (local.get 0) (i32.wrap_i64 (local.get 1))))""",
    *(f"f i32:{number} i64:{other}" for number in (0, 8, 77) for other in (0, 3, 9)),
)

GLOBALS = {"i": (0,), "d": (1,)}


@pytest.mark.parametrize("words", [8_100, 66_000])
@pytest.mark.parametrize("seed", range(5))
def test_a_stretched_body_is_valid_and_ends(words: int, seed: int) -> None:
    longer = encode(far.stretched(SeededChoices(seed), decode(BRANCHES.wasm, WASM_2), words, GLOBALS))
    validate(decode(longer, WASM_2), WASM_2)
    with Panel(SETUP, deadline_s=10) as panel:
        assert panel.judge(Case(longer, BRANCHES.script)) == Agreed(1 + len(BRANCHES.script))


def test_a_body_without_locals_can_be_stretched() -> None:
    bare = case('(func (export "f"))', "f")
    for seed in range(10):
        longer = encode(far.stretched(SeededChoices(seed), decode(bare.wasm, WASM_2), 300, {}))
        with Panel(SETUP, deadline_s=10) as panel:
            assert panel.judge(Case(longer, bare.script)) == Agreed(2)


def reached(words: int, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, bool]:
    """Whether the compiler had to make tests of bits reach further, and all branches."""
    seen = [False, False]
    finish = FunctionCompiler.finish

    def watched(compiler: FunctionCompiler) -> None:
        finish(compiler)
        seen[0] |= compiler.far_tests
        seen[1] |= compiler.far

    monkeypatch.setattr(FunctionCompiler, "finish", watched)
    for seed in range(6):
        longer = encode(far.stretched(SeededChoices(seed), decode(BRANCHES.wasm, WASM_2), words, GLOBALS))
        with Panel(SETUP, deadline_s=10) as panel:
            assert panel.judge(Case(longer, ())) == Agreed(1)
    return seen[0], seen[1]


def test_tests_of_bits_become_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reached(8_250, monkeypatch) == (True, False)


@pytest.mark.slow
def test_all_branches_become_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reached(262_200, monkeypatch) == (True, True)


def test_campaigns_have_stretched_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far, "ONE_IN", 1)
    choices = SeededChoices(5)
    case = generate(choices, swarm(choices, WASM_2))
    assert len(case.wasm) > 7_900
    validate(decode(case.wasm, WASM_2), WASM_2)
    with Panel(SETUP, deadline_s=10) as panel:
        assert isinstance(panel.judge(case), Agreed)


def test_few_bodies_are_stretched_and_fewer_by_much() -> None:
    sizes = [len(far.some_stretched(SeededChoices(seed), BRANCHES.wasm, {})) for seed in range(15_000)]
    near = sum(7_900 < size < 20_000 for size in sizes)
    assert 70 <= near <= 130
    assert 0 < sum(size > 261_800 for size in sizes) < near / 10
