"""An engine in a child process: its death is an outcome, its silence too, and foreign engines speak the same words."""

import base64
import json
import os
import select
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jit.wasm.features import WASM_2
from jit.wasm.types import (
    FUNCREF,
    I32,
    VALTYPES,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    TrapKind,
    Value,
)
from oracles import nans, wire, wire_state
from oracles.child import EngineLate, EngineLost, Late, finish
from oracles.kit.check import built, calls, wasm
from oracles.process import ProcessEngine
from oracles.protocol import (
    Capabilities,
    Crashed,
    Exhausted,
    HostCall,
    HostFunc,
    HostGlobal,
    HostItem,
    HostMemory,
    HostTable,
    Instance,
    Outcome,
    Phase,
    Rejected,
    Returned,
    Snapshot,
    TimedOut,
    Trapped,
    Unsupported,
)

SEVEN = '(module (memory (export "m") 1) (func (export "f") (result i32) i32.const 7))'


@pytest.fixture
def engine() -> Iterator[ProcessEngine]:
    engine = ProcessEngine.of_registry("wasmtime", WASM_2, grace_s=20.0)
    yield engine
    engine.close()


def _foreign(tmp_path: Path, body: str) -> str:
    """The command line of an engine made of this Python, which has `say` and `hear`."""
    script = tmp_path / "engine.py"
    script.write_text(
        "import json, os, sys, time\n"
        "def hear():\n"
        "    head = sys.stdin.buffer.read(4)\n"
        "    return json.loads(sys.stdin.buffer.read(int.from_bytes(head, 'little'))) if head else None\n"
        "def say(reply):\n"
        "    body = json.dumps(reply).encode()\n"
        "    sys.stdout.buffer.write(len(body).to_bytes(4, 'little') + body)\n"
        "    sys.stdout.buffer.flush()\n"
        "HELLO = dict(name='toy', version='1', features='wasm-1.0', front_end='toy', reads_state=False,\n"
        "             tells_phases=True)\n"
        "hear(); say(HELLO)\n" + body
    )
    return f"{sys.executable} {script}"


def test_killed_child_is_a_crash_and_the_next_store_finds_a_fresh_one(engine: ProcessEngine) -> None:
    store = engine.open()
    instance = built(store, SEVEN)
    assert calls(instance, "f") == Returned((Value(I32, 7),))
    os.kill(engine.pid, signal.SIGKILL)
    assert calls(instance, "f") == Crashed("the engine's process ended with SIGKILL")
    assert calls(instance, "f") == Crashed("the engine's process is gone")
    with pytest.raises(EngineLost, match="the engine's process is gone"):
        instance.snapshot()
    store.close()
    assert calls(built(engine.open(), SEVEN), "f") == Returned((Value(I32, 7),))


def test_child_that_hangs_is_timed_out_and_replaced() -> None:
    engine = ProcessEngine.of_registry("wasmtime", WASM_2, grace_s=0.5)
    instance = built(engine.open(), SEVEN)
    os.kill(engine.pid, signal.SIGSTOP)
    assert instance.call("f", (), deadline_s=0.1) == TimedOut(0.1)
    engine.grace_s = 20.0
    assert calls(built(engine.open(), SEVEN), "f") == Returned((Value(I32, 7),))
    engine.close()


@contextmanager
def _everybody_ends(tmp_path: Path) -> Iterator[str]:
    """Gives what a shell opens as descriptor 3, and waits until nobody has it open any more."""
    path = tmp_path / "alive"
    os.mkfifo(path)
    reading, writing = os.open(path, os.O_RDONLY | os.O_NONBLOCK), os.open(path, os.O_WRONLY)
    yield f"exec 3>{shlex.quote(str(path))}"
    os.close(writing)
    hung_up = select.poll()
    hung_up.register(reading, 0)
    assert hung_up.poll(60_000)
    os.close(reading)


def test_an_engine_behind_a_script_is_killed_with_it(tmp_path: Path) -> None:
    command = _foreign(tmp_path, "hear(); time.sleep(600)")
    with _everybody_ends(tmp_path) as mark:
        engine = ProcessEngine.of_command(f"sh -c {shlex.quote(f'{mark}; {command}; true')}", WASM_2, grace_s=0.1)
        with pytest.raises(EngineLate, match=r"did not answer open within 0\.1 s"):
            engine.open()
        engine.close()


def test_a_command_that_does_not_finish_is_killed_with_what_it_started(tmp_path: Path) -> None:
    with _everybody_ends(tmp_path) as mark, pytest.raises(Late):
        finish(("sh", "-c", f"{mark}; sleep 600; true"), 0.5)


def test_misuse_is_raised_here_and_leaves_the_child_alive(engine: ProcessEngine) -> None:
    instance = built(engine.open(), SEVEN)
    with pytest.raises(KeyError, match="no exported function 'g'"):
        instance.call("g", (), deadline_s=1.0)
    with pytest.raises(ValueError, match="takes 0 arguments"):
        instance.call("f", (Value(I32, 1),), deadline_s=1.0)
    assert calls(instance, "f") == Returned((Value(I32, 7),))


def test_messages_larger_than_a_pipe_pass_in_both_directions(engine: ProcessEngine) -> None:
    text = '(module (memory (export "m") 8) (data (i32.const 100) "%s"))' % ("x" * 400_000)
    memory = built(engine.open(), text).snapshot().memories[0][1]
    assert memory == bytes(100) + b"x" * 400_000 + bytes(8 * 65536 - 400_100)


def test_closing_twice_is_harmless(engine: ProcessEngine) -> None:
    engine.close()
    engine.close()


def test_what_a_foreign_engine_says_on_stderr_is_in_the_crash(tmp_path: Path) -> None:
    body = "hear(); say({'store': 5})\nhear(); print('sorry', file=sys.stderr); sys.exit(3)"
    engine = ProcessEngine.of_command(_foreign(tmp_path, body), WASM_2)
    assert (engine.version, engine.can.front_end, engine.can.reads_state) == ("1", "toy", False)
    outcome = engine.open().instantiate(b"", deadline_s=5.0)
    assert outcome == Crashed("the engine's process ended with status 3\nsorry")
    engine.close()


def test_foreign_engine_that_breaks_the_protocol_is_a_crash(tmp_path: Path) -> None:
    body = (
        "hear(); say({'store': 5})\nhear(); say({'outcome': {'kind': 'returned', 'values': [['i32', '0x1ffffffff']]}})"
    )
    engine = ProcessEngine.of_command(_foreign(tmp_path, body), WASM_2)
    outcome = engine.open().instantiate(b"", deadline_s=5.0)
    assert isinstance(outcome, Crashed)
    assert "bits do not fit the type" in outcome.message
    engine.close()


@pytest.mark.parametrize(
    "written",
    [
        b"word",  # as a length 1.7 GB, which no message may have
        b"two words\n",
        b"one\n\x0e\0\0\0{}",  # 175 MB, of a body that is none
        b'{"instance":6}',
        b"\2\0\0\0[]",
        b"\0\0\0\0",
    ],
)
def test_what_is_no_message_is_a_crash_that_shows_it_and_not_waited_for(tmp_path: Path, written: bytes) -> None:
    body = (
        f"hear(); say({{'store': 5}})\nhear(); sys.stdout.buffer.write({written!r}); sys.stdout.buffer.flush()\n"
        "time.sleep(600)"
    )
    engine = ProcessEngine.of_command(_foreign(tmp_path, body), WASM_2)
    outcome = engine.open().instantiate(b"", deadline_s=10.0)
    broken = "the engine's process broke the protocol: expected a message and nothing else on standard output"
    assert outcome == Crashed(f"{broken}, found {written!r}")
    engine.close()


def test_foreign_engine_with_nans_of_its_own_is_given_modules_that_make_them_canonical(tmp_path: Path) -> None:
    body = (
        "hear(); say({'store': 5})\nwasm = hear()\n"
        "if wasm['op'] == 'validate': say({}); wasm = hear()\n"
        "say({'outcome': {'kind': 'unsupported', 'reason': wasm['wasm']}})"
    )
    text = '(module (func (export "f") (param f32) (result f32) (f32.sqrt (local.get 0))))'
    for canonical in (True, False):
        command = _foreign(tmp_path, body).replace("engine.py", f"{canonical}.py")
        told = f"HELLO['canonical_nans'] = {canonical}\nhear(); say(HELLO)"
        source = (tmp_path / "engine.py").read_text().replace("hear(); say(HELLO)", told, 1)
        (tmp_path / f"{canonical}.py").write_text(source)
        engine = ProcessEngine.of_command(command, WASM_2)
        outcome = engine.open().instantiate(wasm(text), deadline_s=5.0)
        assert isinstance(outcome, Unsupported)
        assert (base64.b64decode(outcome.reason) == wasm(text)) is canonical
        engine.close()


def test_what_is_not_valid_is_refused_though_with_canonical_nans_it_would_be() -> None:
    """The locals that are added would be those that the body lacks."""
    parts = wasm('(module (func (export "f") (param f32) (result f32) (f32.add (local.get 0) (local.get 0))))')
    invalid = parts.replace(bytes([0x20, 0, 0x20, 0]), bytes([0x20, 1, 0x20, 1]))
    assert invalid != parts
    assert nans.canonical(invalid) != invalid
    engine = ProcessEngine.of_registry("interp", WASM_2)
    engine._canonical_nans = False
    outcome = engine.open().instantiate(invalid, deadline_s=5.0)
    assert isinstance(outcome, Rejected)
    assert outcome.phase is Phase.VALIDATE
    engine.close()


def test_engine_that_shows_no_state_is_not_asked_for_it(tmp_path: Path) -> None:
    body = "hear(); say({'store': 5})\nhear(); say({'instance': 6})\nhear()"
    engine = ProcessEngine.of_command(_foreign(tmp_path, body), WASM_2)
    instance = built(engine.open(), SEVEN)
    assert instance.snapshot() == Snapshot((), (), (), ())
    engine.close()


def test_what_an_engine_cannot_do_survives_the_wire() -> None:
    can = Capabilities(
        WASM_2, "V8", reads_state=False, tells_phases=False, open_ended=True, names_functions=False,
        links=False, host_references=False,
        indistinct=(frozenset({TrapKind.OVERFLOW, TrapKind.BAD_CONVERSION}),),
    )  # fmt: skip
    assert wire.to_capabilities(_over_the_wire(wire.from_capabilities(can))) == can
    assert wire.to_capabilities({"features": "wasm-2.0", "front_end": "V8"}) == Capabilities(WASM_2, "V8")


@given(st.lists(st.binary(max_size=5000) | st.integers(1, 9000).map(bytes), max_size=4).map(b"".join))
def test_memories_survive_the_wire(content: bytes) -> None:
    assert wire_state.to_memory(_over_the_wire(wire_state.from_memory(content))) == content


@pytest.mark.parametrize("at", [-1, 3, "0", None])
def test_run_outside_of_its_memory_is_refused(at: wire.Json) -> None:
    with pytest.raises(wire.MessageError, match="a run of 2 bytes at"):
        wire_state.to_memory({"size": 4, "runs": [[at, wire.from_bytes(b"ab")]]})


@pytest.mark.parametrize(
    "told",
    [
        {"size": -1, "runs": []},
        {"size": (1 << 32) + 1, "runs": []},
        {"size": 1 << 70, "runs": []},
        {"size": 4, "runs": [[0]]},
        {"size": 4, "runs": [[0, "", ""]]},
        {"size": 4, "runs": [7]},
        {"size": 4, "runs": 7},
        {"size": True, "runs": []},
    ],
    ids=repr,
)
def test_what_is_no_memory_is_no_message(told: wire.Message) -> None:
    with pytest.raises(wire.MessageError):
        wire_state.to_memory(told)


@pytest.mark.parametrize("command", ["false", "/no/such/command"])
def test_command_that_does_not_greet_is_lost(command: str) -> None:
    with pytest.raises(EngineLost):
        ProcessEngine.of_command(command, WASM_2)


@pytest.mark.parametrize(
    ("hello", "complaint"),
    [
        ("{}", "no 'version' in {}"),
        ("HELLO | {'features': 'wasm-9.0'}", "wasm-9.0"),
        ("HELLO | {'canonical_nans': 1}", "expected true or false as 'canonical_nans', found 1"),
        ("{'misuse': 'value', 'message': 'not in the mood'}", "does not greet: .* misuse: not in the mood"),
        ("{'misuse': 'key', 'message': 'not in the mood'}", "does not greet: .* misuse: not in the mood"),
        ("{'misuse': 'value'}", "no 'message' in {'misuse': 'value'}"),
    ],
)
def test_command_that_greets_otherwise_than_documented_is_lost_and_ends(
    tmp_path: Path, hello: str, complaint: str
) -> None:
    command = _foreign(tmp_path, "")
    script = tmp_path / "engine.py"
    script.write_text(script.read_text().replace("say(HELLO)", f"say({hello}); time.sleep(600)"))
    with _everybody_ends(tmp_path) as mark, pytest.raises(EngineLost, match=complaint):
        ProcessEngine.of_command(f"sh -c {shlex.quote(f'{mark}; {command}; true')}", WASM_2)


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("say({})", lambda engine: engine.open()),
        ("say({'outcome': {}})", lambda engine: engine.validate(b"")),
        ("say({'store': 5}); hear(); say({'instance': 6}); hear(); say({})", lambda engine: _seven(engine).snapshot()),
        (
            "say({'store': 5}); hear(); say({'instance': 6}); hear(); say({})",
            lambda engine: _seven(engine).read_global("g"),
        ),
    ],
)
def test_a_reply_without_what_was_asked_for_is_the_end_of_the_child(
    tmp_path: Path, body: str, asked: Callable[[ProcessEngine], object]
) -> None:
    command = _foreign(tmp_path, f"hear(); {body}; time.sleep(600)")
    script = tmp_path / "engine.py"
    script.write_text(script.read_text().replace("reads_state=False", "reads_state=True"))
    engine = ProcessEngine.of_command(command, WASM_2)
    with pytest.raises(EngineLost, match="broke the protocol"):
        asked(engine)
    engine.close()


def _seven(engine: ProcessEngine) -> Instance:
    return built(engine.open(), SEVEN)


def test_an_instantiation_answered_with_nothing_is_a_crash(tmp_path: Path) -> None:
    engine = ProcessEngine.of_command(_foreign(tmp_path, "hear(); say({'store': 5}); hear(); say({}); hear()"), WASM_2)
    outcome = engine.open().instantiate(b"", deadline_s=5.0)
    assert outcome == Crashed("the engine's process broke the protocol: no 'instance' in {}")
    engine.close()


VALUES = st.sampled_from(VALTYPES).flatmap(
    lambda type: st.integers(0, (1 << type.bits) - 1).map(lambda bits: Value(type, bits))
)
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.lists(VALUES, max_size=3).map(lambda values: Returned(tuple(values))),
    st.builds(Trapped, st.sampled_from(TrapKind), st.text()),
    st.builds(Exhausted, st.text()),
    st.builds(Rejected, st.sampled_from(Phase), st.text(), st.none() | st.integers(0, 1 << 40)),
    st.builds(Crashed, st.text()),
    st.builds(TimedOut, st.floats(0, 1e6)),
    st.builds(Unsupported, st.text()),
)
TYPES = st.lists(st.sampled_from(VALTYPES), max_size=4).map(tuple)
LIMITS = st.builds(Limits, st.integers(0, 1 << 32), st.none() | st.integers(0, 1 << 32))
ITEMS: st.SearchStrategy[HostItem] = st.one_of(
    st.builds(HostFunc, st.builds(FuncType, TYPES, TYPES), st.booleans()),
    VALUES.flatmap(lambda v: st.booleans().map(lambda mutable: HostGlobal(GlobalType(v.type, mutable), v))),
    st.builds(HostMemory, st.builds(MemoryType, LIMITS)),
    st.builds(HostTable, st.builds(TableType, st.just(FUNCREF), LIMITS)),
)


def test_half_of_a_surrogate_pair_becomes_what_can_be_printed() -> None:
    said = {"a": "x\ud83dy", "b": "\u00e9\U0001f600"}
    assert wire.unpack(json.dumps(said).encode()) == {"a": "x?y", "b": "\u00e9\U0001f600"}


def _over_the_wire(message: wire.Message) -> wire.Message:
    packed = wire.pack(message)
    assert int.from_bytes(packed[: wire.LENGTH_BYTES], "little") == len(packed) - wire.LENGTH_BYTES
    return wire.unpack(packed[wire.LENGTH_BYTES :])


@given(OUTCOMES)
def test_outcomes_survive_the_wire(outcome: Outcome) -> None:
    assert wire.to_outcome(_over_the_wire(wire.from_outcome(outcome))) == outcome


@given(ITEMS)
def test_host_items_survive_the_wire(item: HostItem) -> None:
    assert wire.to_item(_over_the_wire(wire.from_item(item))) == item


@given(st.binary(max_size=20), st.lists(VALUES, max_size=3), st.text(), st.lists(st.text(), max_size=3))
def test_snapshots_survive_the_wire(content: bytes, values: list[Value], name: str, tokens: list[str]) -> None:
    snapshot = Snapshot(
        memories=((name, content),),
        globals=tuple((name, value) for value in values),
        tables=((name, tuple(tokens)),),
        host_calls=(HostCall(name, tuple(values)),),
    )
    assert wire_state.to_snapshot(_over_the_wire(wire_state.from_snapshot(snapshot))) == snapshot


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"{", "not JSON"),
        (b"[]", "expected an object"),
        (b'{"kind": "returned"}', "no 'values'"),
        (b'{"kind": "returned", "values": [["i33", "0x0"]]}', "not a value"),
        (b'{"kind": "returned", "values": [["i32", 7]]}', "expected a string"),
        (b'{"kind": "trapped", "trap": "tripped", "message": ""}', "tripped"),
        (b'{"kind": "vanished"}', "unknown outcome 'vanished'; there are returned"),
    ],
)
def test_malformed_messages_are_named(body: bytes, complaint: str) -> None:
    with pytest.raises(wire.MessageError, match=complaint):
        wire.to_outcome(wire.unpack(body))
