"""Which instruction of wasmtime's a trap came from, where modules of one store look alike at the place."""

from itertools import product

import pytest

from jit.wasm.features import WASM_2
from jit.wasm.types import I32, TrapKind, Value
from oracles.protocol import Instance, Outcome, Store, Trapped
from oracles.registry import create
from support.wat import wasm

CALL = wasm('(module (type (func)) (table 1 funcref) (func (export "f") (param i32) local.get 0 call_indirect))')
GET = wasm('(module (type (func)) (table 1 funcref) (func (export "f") (param i32) local.get 0 table.get 0 drop))')
"""Alike but for the instruction that traps."""
KINDS = {CALL: TrapKind.UNDEFINED_ELEMENT, GET: TrapKind.OOB_TABLE}


def kind_of_trap(store: Store, module: bytes) -> TrapKind:
    """How a call with an index beyond the table ends."""
    return _kind(_instance(store.instantiate(module, deadline_s=5)))


def _instance(told: Instance | Outcome) -> Instance:
    assert hasattr(told, "call"), told
    return told


def _kind(instance: Instance) -> TrapKind:
    told = instance.call("f", (Value(I32, 1),), deadline_s=5)
    assert isinstance(told, Trapped), told
    return told.kind


def test_the_modules_differ_in_one_instruction() -> None:
    assert len(CALL) == len(GET)
    assert (
        sum(one != other for one, other in zip(CALL, GET, strict=True)) == 2
    )  # `call_indirect 0 0`, `table.get 0 drop`


@pytest.mark.parametrize("modules", list(product((CALL, GET), repeat=3)))
def test_modules_with_a_table_instruction_at_the_same_place_are_told_apart(modules: tuple[bytes, ...]) -> None:
    engine = create("wasmtime", WASM_2)
    store = engine.open()
    instances = [_instance(store.instantiate(module, deadline_s=5)) for module in modules]
    assert [_kind(instance) for instance in instances] == [KINDS[module] for module in modules]
    store.close()
    engine.close()


@pytest.mark.parametrize(
    "section",
    [b"", b"\x00\x02\x01x", b"\x00\x02\x01", b"\xff\xff"],
    ids=["empty", "a name", "half a name", "no section"],
)
@pytest.mark.parametrize("module", [CALL, GET])
def test_a_module_may_have_a_name_section_of_its_own(module: bytes, section: bytes) -> None:
    engine = create("wasmtime", WASM_2)
    store = engine.open()
    assert kind_of_trap(store, module + bytes([0, 5 + len(section)]) + b"\x04name" + section) is KINDS[module]
    store.close()
    engine.close()


def test_what_a_trap_says_does_not_depend_on_what_ran_before() -> None:
    engine = create("wasmtime", WASM_2)
    told = []
    for _ in range(2):
        store = engine.open()
        told.append(_instance(store.instantiate(CALL, deadline_s=5)).call("f", (Value(I32, 1),), deadline_s=5))
        store.close()
    engine.close()
    assert told[0] == told[1]
