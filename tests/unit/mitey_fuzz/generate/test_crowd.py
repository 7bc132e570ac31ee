"""Modules behind a crowd: they mean what they meant, what they use lies far away, and campaigns have them."""

from dataclasses import replace
from itertools import takewhile

import pytest

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code
from jit.wasm.types import I32, GlobalType, Value
from jit.wasm.validate import validate
from mitey_fuzz.campaign.panel import Panel
from mitey_fuzz.case import Definition
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare.verdict import Agreed
from mitey_fuzz.generate import crowd, generate, link, swarm
from mitey_fuzz.store.crashes import Setup
from oracles.protocol import HostGlobal
from support.wat import case

SETUP = Setup(("jit:minimal", "jit:baseline"), ("interp",), str(WASM_2))
USER = case(
    """(type $binary (func (param i32 i32) (result i32)))
      (import "host" "g" (global $imported i32))
      (table (export "t") 2 2 funcref) (elem (i32.const 0) func $sum $difference)
      (global $i (export "i") (mut i32) (i32.const 1)) (global $l (export "l") (mut i64) (i64.const 2))
      (global $d (export "d") (mut f64) (f64.const 3)) (global $v (export "v") (mut v128) (v128.const i64x2 4 5))
      (func $sum (type $binary) (i32.add (local.get 0) (local.get 1)))
      (func $difference (type $binary) (i32.sub (local.get 0) (local.get 1)))
      (func (export "f") (param i32) (result i32) (local $v v128) (local $l i64)
        (local.set $l (i64.add (local.get $l) (global.get $l)))
        (local.set $v (i64x2.add (local.get $v) (global.get $v)))
        (global.set $i (i32.mul (global.get $i) (i32.const 3)))
        (global.set $l (i64.mul (local.get $l) (i64.const 3)))
        (global.set $d (f64.mul (global.get $d) (f64.const 3)))
        (global.set $v (i64x2.neg (local.get $v)))
        (table.set 0 (i32.const 1) (ref.func $sum))
        (call_indirect (type $binary) (global.get $imported) (call $sum (i32.const 7) (i32.const 8)) (local.get 0)))""",
    *(f"f i32:{index}" for index in (0, 1, 2)),
)
USER = replace(USER, imports=(Definition("host", "g", HostGlobal(GlobalType(I32, mutable=False), Value(I32, 9))),))


def leading_reads(code: Code) -> int:
    """How many reads of locals a body begins with."""
    return sum(1 for _ in takewhile(lambda instr: instr.op.name == "local.get", parse(code.body)))


@pytest.mark.parametrize("seed", range(24))
def test_a_crowd_changes_nothing_but_where_things_are(seed: int) -> None:
    module = crowd.crowded(SeededChoices(seed), decode(USER.wasm, WASM_2))
    validate(decode(encode(module), WASM_2), WASM_2)
    with Panel(SETUP, deadline_s=10) as panel:
        alone = panel.judge(USER)
        assert isinstance(alone, Agreed)
        assert panel.judge(replace(USER, wasm=encode(module))) == alone


def test_linked_modules_and_host_items_bear_a_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "ONE_IN", 1)
    steps = []
    with Panel(SETUP, deadline_s=60) as panel:
        for seed in range(40):
            choices = SeededChoices(seed)
            linked = link(choices, swarm(choices, WASM_2), calls_back=True)
            verdict = panel.judge(generate(choices, replace(linked, endless=False)))
            assert isinstance(verdict, Agreed)
            steps.append(verdict.steps)
    assert steps.count(1) < 12, "some trap when they are instantiated; who lacks an import does it always"


def test_campaigns_have_crowds_of_every_kind() -> None:
    crowds = set()
    for seed in range(2_500):
        choices = SeededChoices(seed)
        module = decode(generate(choices, replace(swarm(choices, WASM_2), instructions=20)).wasm, WASM_2)
        counts = {"globals": len(module.globals), "functions": len(module.functions), "types": len(module.types)}
        counts["locals"] = max(count for code in module.codes for count, _ in ((0, I32), *code.locals))
        counts["operands"] = max(map(leading_reads, module.codes), default=0)
        crowds |= {kind for kind, count in counts.items() if count > 200}
    assert crowds == {"globals", "functions", "types", "locals", "operands"}
