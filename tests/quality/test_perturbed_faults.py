"""Faults that programs rarely show, and a compiler that is tested against its perturbed self does.

Each is planted in the source; the program below its name runs right with it, but not on a perturbed or paranoid twin.
"""

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest

from jit.perturbation import Kind
from mitey_fuzz.selftest.sources import SourceFault, check

TWINS = 12
"""Seeds tried; a campaign has fewer twins, and many programs."""

_CHILD = """
import json, sys
from mitey_fuzz.selftest import patch
task = json.loads(sys.argv[1])
patch.plant(task["module"], task["old"], task["new"])
from jit.engine import Engine
from jit.perturbation import Kind, Perturbation
from jit.wasm.types import I32, I64, Value
from mitey_fuzz.subject import JitEngine
from oracles.protocol import Crashed, Returned
from wasmtime import wat2wasm

wasm = bytes(wat2wasm(task["text"]))
kinds = frozenset(map(Kind, task["kinds"]))

def outcome(perturbation, paranoid):
    engine = JitEngine(Engine("baseline", "emulator", perturbation=perturbation, paranoid=paranoid))
    store = engine.open()
    instance = store.instantiate(wasm, deadline_s=30)
    five = Value(I32 if "(param i32)" in task["text"] else I64, 5)
    found = instance if isinstance(instance, Crashed) else instance.call("f", (five,), deadline_s=30)
    store.close()
    engine.close()
    if isinstance(found, Returned):
        return found.values[0].bits
    return "Misbehaved" if "Misbehaved" in str(found) else type(found).__name__

twins = [outcome(Perturbation(seed, kinds), False) for seed in range(task["twins"])] if kinds else []
print(json.dumps([outcome(None, False), outcome(None, True), twins]))
"""


@dataclass(frozen=True)
class Planted:
    """A fault, a program whose `f(5)` is `right` all the same, and the kinds that show it; none is the paranoid's."""

    fault: SourceFault
    text: str
    right: int
    kinds: tuple[Kind, ...] = ()


def fault(id: str, why: str, module: str, old: str, new: str) -> SourceFault:
    return SourceFault(id, why, f"jit.{module}", old, new, ("baseline",))


def program(body: str, fields: str = "") -> str:
    return f'(module {fields} (func (export "f") (param i64) (result i64) {body}))'


PLANTED = [
    Planted(
        fault("slots-are-not-cleared", "locals without a home start with what the value stack holds",
              "backend.baseline.frame", "    _clear(asm, frame.zeroed, frame.slots)\n", "\n"),
        program("(local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (i64.add (local.get 0) (local.get 11))"),
        5, (Kind.JUNK,),
    ),
    Planted(
        fault("upper-half-is-believed", "an i32 is taken for zero-extended",
              "backend.baseline.convert", "    c.asm.mov(W, result, operand)\n", "    c.asm.mov(X, result, operand)\n"),
        '(module (func (export "f") (param i32) (result i64) (i64.extend_i32_u (local.get 0))))', 5, (Kind.JUNK,),
    ),
    Planted(
        fault("result-register-is-assumed", "the result of a builtin is moved to the register that is usually free",
              "backend.baseline.calls", "        asm.mov(X, reg, X0)\n", "        asm.mov(X, X4, X0)\n"),
        program("(i64.extend_i32_u (memory.grow (i32.const 1)))", "(memory 2 9)"), 2, (Kind.ORDER,),
    ),
    Planted(
        fault("spill-is-lost", "a register is given away, and its slot never written",
              "backend.baseline.state", "            move(self.asm, type, slot_place(slot), place)\n", "\n"),
        program("(i64.add (i64.mul (local.get 0) (local.get 0)) (i64.mul (local.get 0) (i64.const 7)))"), 60,
        (Kind.SPILLS,),
    ),
    Planted(
        fault("condition-is-inverted-when-kept", "a pending comparison that has to be kept becomes its opposite",
              "backend.baseline.moves", "        asm.cset(W, x_reg(destination), value.cond)\n",
              "        asm.cset(W, x_reg(destination), invert(value.cond))\n"),
        program("(if (result i64) (i64.gt_s (local.get 0) (i64.const 3)) (then (i64.const 1)) (else (i64.const 2)))"),
        1, (Kind.EAGER,),
    ),
    Planted(
        fault("home-is-not-saved", "a callee-saved register is used and not saved",
              "backend.baseline.frame", "homes = sorted(touched & _HOME_PLACES)\n",
              "homes = sorted(touched & _HOME_PLACES)[1:]\n"),
        program("(i64.add (local.get 0) (local.get 0))"), 10,
    ),
    Planted(
        fault("store-misses-the-cell", "a global is read and written one cell off",
              "backend.baseline.variable", "        return Loan((CONTEXT, c.layout.global_(index)))\n",
              "        return Loan((CONTEXT, c.layout.global_(index) + 16))\n"),
        program("(global.set 0 (local.get 0)) (global.get 0)", "(global (mut i64) (i64.const 1))"), 5,
    ),
    Planted(
        fault("sp-is-not-balanced", "the value stack pointer comes back a slot too high",
              "backend.baseline.convention", "    asm.add_const(X, FRAME, FRAME, SLOT * count_slots(type.results))\n",
              "    asm.add_const(X, FRAME, FRAME, SLOT * count_slots(type.results) + SLOT)\n"),
        program("(local.get 0)"), 5,
    ),
]  # fmt: skip


def run(planted: Planted) -> tuple[object, object, list[object]]:
    """What the plain subject, the paranoid one, and its twins make of the program with the fault in them."""
    check(planted.fault)
    task = {
        "module": planted.fault.module, "old": planted.fault.old, "new": planted.fault.new, "text": planted.text,
        "kinds": [kind.value for kind in planted.kinds], "twins": TWINS,
    }  # fmt: skip
    command = [sys.executable, "-c", _CHILD, json.dumps(task)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    plain, paranoid, twins = json.loads(done.stdout)
    return plain, paranoid, twins


@pytest.mark.slow
@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.fault.id)
def test_a_fault_that_the_plain_subject_hides_shows_on_its_twin(planted: Planted) -> None:
    plain, paranoid, twins = run(planted)
    assert plain == planted.right
    if planted.kinds:
        assert any(twin != planted.right for twin in twins), twins
    else:
        assert paranoid == "Misbehaved"
