"""Engines driven through memory: V8 and releases of wasmtime pass the kit, and die and hang without taking us along.

The releases are those of `MITEY_WASMTIME_RELEASES`, and the installed one, which can be driven like any other.
"""

import os
import shutil
import signal
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest

from jit.wasm.features import WASM_2
from jit.wasm.types import EXTERNREF, FUNCREF, I32, NULL, GlobalType, Value
from oracles import registry
from oracles.driven import DrivenEngine, release
from oracles.kit import CHECKS, Check
from oracles.kit.check import built, calls, wasm
from oracles.protocol import Crashed, Engine, HostGlobal, Phase, Rejected, Returned, Unsupported
from support.releases import REASON, installed

SEVEN = '(module (memory (export "m") 1) (func (export "f") (result i32) i32.const 7))'
NODE = pytest.param("node", marks=pytest.mark.skipif(shutil.which("node") is None, reason="there is no command node"))
LIFTOFF = pytest.param(
    "node:liftoff", marks=pytest.mark.skipif(shutil.which("node") is None, reason="there is no command node")
)
CURRENT = f"wasmtime@{Path(str(distribution('wasmtime').locate_file('.'))).absolute()}"


@pytest.fixture(scope="module", params=[NODE, LIFTOFF, CURRENT])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = registry.create(request.param, WASM_2)
    yield engine
    engine.close()


@pytest.fixture
def fresh() -> Iterator[DrivenEngine]:
    engine = release.create(CURRENT.removeprefix(registry.RELEASE))
    yield engine
    engine.close()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name.replace(" ", "-"))
def test_engine_passes(engine: Engine, check: Check) -> None:
    missing = check.missing(engine)
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    check.run(engine)


@pytest.mark.slow
@pytest.mark.parametrize(
    "directory", installed() or [pytest.param(None, marks=pytest.mark.skip(reason=REASON))], ids=str
)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name.replace(" ", "-"))
def test_release_passes(directory: Path, check: Check) -> None:
    engine = registry.create(f"wasmtime@{directory}", WASM_2)
    try:
        missing = check.missing(engine)
        if missing:
            pytest.skip(f"needs {', '.join(missing)}")
        check.run(engine)
    finally:
        engine.close()


def test_killed_driver_is_a_crash_and_the_next_store_finds_a_fresh_one(fresh: DrivenEngine) -> None:
    store = fresh.open()
    instance = built(store, SEVEN)
    assert calls(instance, "f") == Returned((Value(I32, 7),))
    os.kill(fresh.pid, signal.SIGKILL)
    assert calls(instance, "f") == Crashed("the engine's process ended with SIGKILL")
    assert calls(instance, "f") == Crashed("the engine's process is gone")
    store.close()
    assert calls(built(fresh.open(), SEVEN), "f") == Returned((Value(I32, 7),))


def test_a_release_cannot_be_given_references_to_host_objects(fresh: DrivenEngine) -> None:
    store = fresh.open()
    instance = built(store, '(module (func (export "f") (param externref) (result i32) local.get 0 ref.is_null))')
    assert not fresh.can.host_references
    assert isinstance(calls(instance, "f", Value(EXTERNREF, 3)), Unsupported)
    assert calls(instance, "f", Value(EXTERNREF, NULL)) == Returned((Value(I32, 1),))
    store.define("host", "g", HostGlobal(GlobalType(EXTERNREF, mutable=False), Value(EXTERNREF, 3)))
    store.define("host", "n", HostGlobal(GlobalType(EXTERNREF, mutable=False), Value(EXTERNREF, NULL)))
    asking = wasm('(module (import "host" "g" (global externref)) (import "host" "n" (global externref)))')
    assert isinstance(store.instantiate(asking, deadline_s=5), Unsupported)
    nulls = built(store, '(module (import "host" "n" (global externref)) (export "n" (global 0)))')
    assert nulls.snapshot().globals == (("n", Value(EXTERNREF, NULL)),)
    store.close()


def test_a_release_takes_no_function_that_the_instance_does_not_have(fresh: DrivenEngine) -> None:
    store = fresh.open()
    instance = built(store, '(module (func (export "f") (param funcref) (result i32) local.get 0 ref.is_null))')
    assert calls(instance, "f", Value(FUNCREF, 0)) == Returned((Value(I32, 0),))
    with pytest.raises(ValueError, match="function 1"):
        calls(instance, "f", Value(FUNCREF, 1))
    store.close()


def test_a_module_beyond_what_the_adapter_reads_is_the_engines_to_refuse(engine: Engine) -> None:
    store = engine.open()
    outcome = store.instantiate(b"\0asm\1\0\0\0\6\5\1\x7f\0\x06\x0b", deadline_s=5)  # i32.const is not 6
    assert isinstance(outcome, Rejected)
    assert outcome.phase is Phase.VALIDATE
    store.close()


@pytest.mark.parametrize("damage", ["type index", "result", "length"])
def test_an_invalid_module_is_refused_whatever_would_run_in_its_place(engine: Engine, damage: str) -> None:
    whole = wasm('(module (func (export "f") (param f32) (result f32) (f32.sqrt (local.get 0))))')
    at, value = {"type index": (whole.index(b"\3\2\1\0") + 3, 9), "result": (14, 0x7C), "length": (8, 0xFF)}[damage]
    store = engine.open()
    outcome = store.instantiate(whole[:at] + bytes([value]) + whole[at + 1 :], deadline_s=5)
    assert isinstance(outcome, Rejected)
    store.close()
