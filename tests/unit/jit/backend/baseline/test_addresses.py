"""An address kept for later is that of the local as it is: after writes, where control meets, behind calls."""

import pytest

from jit.wasm.features import WASM_2
from jit.wasm.types import I32, Value
from mitey_fuzz.subject import create
from oracles import registry
from oracles.protocol import Outcome, Trapped
from support.wat import wasm

AT = "(i32.load offset=4 (local.get {}))"
FIRST, SECOND, THIRD = (AT.format(n) for n in range(3))

# fmt: off
BODIES = {
    "written between": f"{FIRST} (local.set 0 (local.get 1)) {FIRST} i32.sub",
    "teed between": f"""
        {FIRST} (i32.load offset=8 (local.tee 0 (i32.add (local.get 0) (i32.const 64)))) {FIRST} i32.sub i32.sub""",
    "written in an arm": f"{FIRST} (if (local.get 1) (then (local.set 0 (local.get 2)))) {FIRST} i32.sub",
    "computed in one arm": f"(if (result i32) (local.get 1) (then {FIRST}) (else (i32.const 1))) {FIRST} i32.sub",
    "computed in the other arm": f"""
        (if (local.get 1) (then (drop {SECOND})) (else (drop {FIRST}))) {SECOND} {FIRST} i32.sub""",
    "left early": f"(block (br_if 0 (local.get 1)) (drop {THIRD})) {THIRD} {FIRST} i32.sub",
    "moved by a loop": f"""
        (local.set 2 (i32.const 0))
        (loop (local.set 2 (i32.add (local.get 2) {FIRST}))
          (local.set 0 (i32.add (local.get 0) (i32.const 4)))
          (local.set 2 (i32.xor (local.get 2) (i32.load offset=12 (local.get 0))))
          (br_if 0 (i32.lt_u (local.get 0) (i32.const 100))))
        (local.get 2)""",
    "more than are kept": f"{FIRST} {SECOND} {THIRD} i32.sub {FIRST} i32.xor {SECOND} i32.add {THIRD} i32.sub i32.sub",
    "a call between": f"{FIRST} (drop (call $other (local.get 1))) {FIRST} {SECOND} i32.xor i32.sub",
    "an indirect call between": f"""
        {FIRST} (drop (call_indirect (param i32) (result i32) (local.get 1) (i32.const 0))) {FIRST} i32.sub""",
    "growth between": f"{FIRST} (drop (memory.grow (i32.const 1))) {FIRST} i32.sub",
    "stores through it": f"""
        (i32.store offset=4 (local.get 0) {SECOND}) (i64.store offset=8 (local.get 0) (i64.const -3))
        (i32.load offset=6 (local.get 0))""",
    "far offsets": f"""
        {FIRST} (i32.load offset=4097 (local.get 0)) (i32.load8_u offset=8192 (local.get 0))
        (i32.load16_s offset=60001 (local.get 0)) i32.add i32.sub i32.xor
        (i32.load8_u offset=8192 (i32.xor (local.get 0) (i32.const 1))) i32.add""",
    "the low half of a wide local": """
        (local.set 3 (i64.or (i64.extend_i32_u (local.get 0)) (i64.const 0x5500000000)))
        (i32.load offset=4 (i32.wrap_i64 (local.get 3))) (i32.load offset=8 (i32.wrap_i64 (local.get 3))) i32.sub""",
    "vectors": """
        (v128.store offset=16 (local.get 0) (v128.load offset=32 (local.get 0)))
        (i32x4.extract_lane 1 (v128.load32_splat offset=20 (local.get 0)))
        (i32x4.extract_lane 0 (v128.load8x8_s offset=3 (local.get 0))) i32.sub""",
    "locals without homes": "(drop (call $many (local.get 0) (local.get 1))) (call $many (local.get 1) (local.get 0))",
}
# fmt: on

BYTES = "".join([rf"\{n * 37 % 256:02x}" for n in range(256)])
FUNCTIONS = "".join(
    [f'(func (export "{name}") (param i32 i32 i32) (result i32) (local i64) {body})' for name, body in BODIES.items()]
)
MANY = " ".join(["i32"] * 12)
MODULE = f"""
(module
  (memory 1 3)
  (table funcref (elem $other))
  (data (i32.const 0) "{BYTES}")
  (data (i32.const 8190) "abcdefgh") (data (i32.const 60000) "ijklmnop") (data (i32.const 4096) "qrstuvwx")
  (func $other (param i32) (result i32)
    (i32.add (i32.load offset=20 (local.get 0)) (i32.load offset=24 (local.get 0))))
  (func $many (param i32 i32) (result i32) (local {MANY}) (local $late i32)
    (local.set $late (local.get 0))
    (i32.load offset=4 (local.get $late))
    (local.set $late (i32.add (local.get $late) (local.get 1)))
    (i32.load offset=4 (local.get $late)) i32.sub)
  {FUNCTIONS})
"""
ARGUMENTS = ((0, 1, 2), (16, 0, 60), (0, 64, 128), (65524, 3, 7), (0xFFFF_FFFC, 0, 8), (8, 0xFFFF_FFFF, 0x8000_0000))
"""Among them indices whose addresses are behind the memory, and behind 4 GiB."""


@pytest.mark.parametrize("name", BODIES)
def test_an_address_is_that_of_the_local_as_it_is(name: str) -> None:
    found = []
    for engine in (create("jit:baseline"), registry.create("interp", WASM_2)):
        outcomes = []
        for arguments in ARGUMENTS:
            instance = engine.open().instantiate(wasm(MODULE), deadline_s=60)
            assert not isinstance(instance, Outcome), instance
            outcome = instance.call(name, [Value(I32, bits) for bits in arguments], deadline_s=60)
            outcomes.append(outcome.kind if isinstance(outcome, Trapped) else outcome)
        found.append(outcomes)
        engine.close()
    assert found[0] == found[1]
