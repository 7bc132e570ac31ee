"""The reference interpreter, made from text and called in one line."""

import wasmtime

from jit.wasm.features import WASM_2, Features
from jit.wasm.types import (
    I32,
    TrapKind,
    ValType,
    Value,
)
from oracles.interp import InterpEngine
from oracles.interp.instance import InterpInstance
from oracles.interp.store import InterpStore
from oracles.protocol import (
    Outcome,
    Returned,
    Trapped,
)

LIMIT_S = 60.0


def wasm(text: str) -> bytes:
    return bytes(wasmtime.wat2wasm(text))


def new_store(features: Features = WASM_2) -> InterpStore:
    return InterpEngine(features).open()


def instance_in(store: InterpStore, text: str) -> InterpInstance:
    instance = store.instantiate(wasm(text), deadline_s=LIMIT_S)
    assert isinstance(instance, InterpInstance), instance
    return instance


def instance_of(text: str) -> InterpInstance:
    return instance_in(new_store(), text)


def refusal(store: InterpStore, text: str) -> Outcome:
    outcome = store.instantiate(wasm(text), deadline_s=LIMIT_S)
    assert not isinstance(outcome, InterpInstance)
    return outcome


def call(instance: InterpInstance, export: str, *args: Value) -> Outcome:
    return instance.call(export, args, deadline_s=LIMIT_S)


def i32(bits: int) -> Value:
    return Value(I32, bits)


def returned(*bits: int, type: ValType = I32) -> Returned:
    return Returned(tuple(Value(type, b) for b in bits))


def trap_of(outcome: Outcome) -> TrapKind:
    assert isinstance(outcome, Trapped), outcome
    return outcome.kind
