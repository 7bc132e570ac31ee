"""What outlasts a call is looked at behind it: canaries, sealed records, and what every call preserves."""

from collections.abc import Iterator

import pytest

from jit.engine import Engine
from jit.host.base import Finished
from jit.host.watch import Misbehaved, Watching
from jit.perturbation import UNCHANGED
from jit.runtime.arena import Arena
from jit.runtime.guard import Guard
from support.wat import wasm

TEXT = """(module (global $g (mut i64) (i64.const 5)) (memory 1)
  (func (export "f") (result i64) (global.set $g (i64.add (global.get $g) (i64.const 1))) (global.get $g)))"""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine("baseline", "emulator", paranoid=True) as made:
        yield made


@pytest.fixture
def guard(engine: Engine) -> Guard:
    return Guard(engine.machine.host, UNCHANGED)


def returned(engine: Engine) -> tuple[int, int, int]:
    """What the last call came back with, as a host that watches saw it."""
    engine.instantiate(engine.compile(wasm(TEXT))).call("f")
    host = engine.machine.host
    assert isinstance(host, Watching)
    x0, x1, x2 = host.returned()
    return x0, x1, x2


def test_records_have_canaries_on_both_sides(guard: Guard) -> None:
    arena = guard.arena()
    first, second = arena.allocate(24), arena.allocate(8)
    assert second - first > 32
    assert arena.check() is None
    for stray in (first - 8, first + 32, second - 8, second + 16):
        arena.write(stray, 1)
        text = arena.check()
        assert text is not None and f"{stray:#x}" in text
        assert arena.check() is None, "what was written over is put right"


def test_what_is_sealed_may_not_change(guard: Guard) -> None:
    arena = guard.arena()
    record = arena.allocate(16)
    arena.write(record, 0x1234)
    arena.seal(record, (0x1234).to_bytes(8, "little"))
    arena.write(record + 8, 99)
    assert arena.check() is None
    arena.write(record, 0x1235)
    assert arena.check() is not None


def test_an_arena_without_a_canary_looks_at_nothing(engine: Engine) -> None:
    arena = Arena(engine.machine.host)
    record = arena.allocate(16)
    arena.seal(record, b"\x01")
    assert arena.allocate(16) == record + 16
    assert arena.check() is None


def test_a_stray_write_is_a_misbehaviour_of_the_call_it_is_found_behind(guard: Guard) -> None:
    arena = guard.arena()
    record = arena.allocate(16)
    arena.write(record + 16, 7)
    with pytest.raises(Misbehaved, match="wrote outside of what is its own"):
        guard.check(Finished(0), (0, 0, 0))


@pytest.mark.parametrize(("place", "name"), [(0, "MEMORY"), (1, "CONTEXT"), (2, "value stack pointer")])
def test_what_a_call_must_give_back_is_compared(engine: Engine, guard: Guard, place: int, name: str) -> None:
    found = list(returned(engine))
    guard.check(Finished(found[0]), found)
    found[place] += 8
    with pytest.raises(Misbehaved, match=name):
        guard.check(Finished(found[0]), found)


def test_globals_may_change_and_the_rest_of_a_context_may_not() -> None:
    with Engine("minimal", "emulator", paranoid=True) as engine:
        instance = engine.instantiate(engine.compile(wasm(TEXT)))
        assert instance.call("f") == 6
        instance.records.arena.write(instance.vmctx, 0)
        with pytest.raises(Misbehaved, match="wrote outside"):
            instance.call("f")
        assert instance.call("f") == 8, "the context is whole again"
