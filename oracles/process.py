"""An engine in a child process: a crash or a hang of it is an outcome, and the next store finds a fresh one.

The parent speaks the messages of `oracles.wire` to any command: ours (`python -m oracles.serve NAME`) or a foreign
engine's.  The child observes deadlines itself; the parent's limit lies `grace_s` later and ends in a kill.  When a
child dies, its stores and instances die with it: calls answer `Crashed`, everything else raises `EngineLost`.
"""

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from jit.wasm.features import Features
from jit.wasm.types import Value

from . import nans, protocol, wire, wire_state
from .child import Child, EngineLate, EngineLost, Late, Misused
from .protocol import Capabilities, Crashed, HostItem, Outcome, Rejected, Snapshot, TimedOut
from .wire import Message

GRACE_S = 10.0
"""Seconds a child may take beyond a deadline: compilation, transfer of state, a loaded machine."""

_START_S = 30.0

Ran = TypeVar("Ran")


@dataclass(frozen=True, slots=True)
class _Limits:
    """What stores and instances must know of their engine."""

    grace_s: float
    reads_state: bool
    canonical_nans: bool


@dataclass(frozen=True, slots=True)
class _Greeting:
    """What a child said about its engine."""

    version: str
    can: Capabilities
    canonical_nans: bool


def _greeting(hello: Message) -> _Greeting:
    canonical_nans = "canonical_nans" not in hello or wire.flag(hello, "canonical_nans")
    return _Greeting(wire.text(hello, "version"), wire.to_capabilities(hello), canonical_nans)


class ProcessEngine:
    """Any command that speaks `oracles.wire`, as an engine.  A dead child is replaced at the next `open`."""

    def __init__(self, name: str, command: Sequence[str], features: Features, *, grace_s: float = GRACE_S) -> None:
        """Starts the command; `EngineLost` when it does not greet as it should."""
        self.name = name
        self.grace_s = grace_s
        self._command = tuple(command)
        self._features = features
        self._child, greeting = self._start()
        self.version = greeting.version
        self.can = greeting.can
        self._canonical_nans = greeting.canonical_nans

    @classmethod
    def of_registry(cls, name: str, features: Features, *, grace_s: float = GRACE_S) -> "ProcessEngine":
        """The registry's engine of this name, in a child of its own."""
        return cls(f"process:{name}", (sys.executable, "-m", "oracles.serve", name), features, grace_s=grace_s)

    @classmethod
    def of_command(cls, command: str, features: Features, *, grace_s: float = GRACE_S) -> "ProcessEngine":
        """A foreign engine: a command line as a shell would split it, in quotes of its own or not.

        `ValueError` when it has an open quote or no words.
        """
        words = shlex.split(command)
        if len(words) == 1:
            words = shlex.split(words[0])
        if not words:
            raise ValueError("exec: needs a command line")
        return cls(f"exec:{command}", words, features, grace_s=grace_s)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    def _start(self) -> "tuple[Child, _Greeting]":
        child = Child(self._command)
        request: Message = {"op": "hello", "protocol": wire.VERSION, "features": str(self._features)}
        try:
            hello = child.ask(request, _START_S)
            with child.understood():
                return child, _greeting(hello)
        except Late:
            child.close()
            raise EngineLost(f"{self.name} did not greet within {_START_S} s") from None
        except Misused as misused:
            child.close()
            raise EngineLost(f"{self.name} does not greet: {misused}") from misused
        except EngineLost:
            child.close()
            raise

    def _living(self) -> Child:
        if not self._child.alive:
            self._child.close()
            self._child, _ = self._start()
        return self._child

    def validate(self, wasm: bytes) -> Rejected | None:
        child = self._living()
        reply = _ask(child, {"op": "validate", "wasm": wire.from_bytes(wasm)}, self.grace_s)
        with child.understood():
            outcome = wire.to_outcome(reply["outcome"]) if "outcome" in reply else None
        if outcome is not None and not isinstance(outcome, Rejected):
            raise EngineLost(f"{self.name} answered validate with {outcome}")
        return outcome

    def open(self) -> "ProcessStore":
        child = self._living()
        reply = _ask(child, {"op": "open"}, self.grace_s)
        with child.understood():
            number = wire.number(reply, "store")
        limits = _Limits(self.grace_s, reads_state=self.can.reads_state, canonical_nans=self._canonical_nans)
        return ProcessStore(child, number, limits)

    def close(self) -> None:
        self._child.close()


def _ask(child: Child, request: Message, limit_s: float) -> Message:
    """Asks what no module's code can delay."""
    if not child.alive:
        raise EngineLost("the engine's process is gone")
    try:
        return child.ask(request, limit_s)
    except Late:
        raise EngineLate(request["op"], limit_s) from None


def _run(
    child: Child, request: Message, deadline_s: float, grace_s: float, read: Callable[[Message], Ran]
) -> Ran | Crashed | TimedOut:
    """Asks for something that runs wasm, and reads the reply: a dead child and a late one are outcomes."""
    if not child.alive:
        return Crashed("the engine's process is gone")
    try:
        reply = child.ask({**request, "deadline_s": deadline_s}, deadline_s + grace_s)
        with child.understood():
            return read(reply)
    except EngineLost as lost:
        return Crashed(str(lost))
    except Late:
        return TimedOut(deadline_s)


def _outcome(reply: Message) -> Outcome:
    return wire.to_outcome(reply.get("outcome"))


class ProcessStore:
    """A store in the child."""

    def __init__(self, child: Child, number: int, limits: _Limits) -> None:
        self._child = child
        self._number = number
        self._limits = limits
        self._grace_s = limits.grace_s

    def define(self, module: str, name: str, item: HostItem) -> None:
        request: Message = {"op": "define", "module": module, "name": name, "item": wire.from_item(item)}
        _ask(self._child, {**request, "store": self._number}, self._grace_s)

    def register(self, module: str, instance: protocol.Instance) -> None:
        if not isinstance(instance, ProcessInstance):
            raise TypeError(f"a store in a process registers instances of its own, not {type(instance).__name__}")
        request: Message = {"op": "register", "module": module, "instance": instance.number, "store": self._number}
        _ask(self._child, request, self._grace_s)

    def instantiate(self, wasm: bytes, *, deadline_s: float) -> "ProcessInstance | Outcome":
        code = wasm if self._limits.canonical_nans else nans.canonical(bytes(wasm))
        if code != wasm:  # whose validity says nothing about that of the original
            verdict = _ask(self._child, {"op": "validate", "wasm": wire.from_bytes(wasm)}, self._grace_s)
            if "outcome" in verdict:
                with self._child.understood():
                    return _outcome(verdict)
        request: Message = {"op": "instantiate", "store": self._number, "wasm": wire.from_bytes(code)}
        return _run(self._child, request, deadline_s, self._grace_s, self._instance)

    def _instance(self, reply: Message) -> "ProcessInstance | Outcome":
        if "outcome" in reply:
            return _outcome(reply)
        return ProcessInstance(self._child, wire.number(reply, "instance"), self._limits)

    def close(self) -> None:
        if self._child.alive:
            _ask(self._child, {"op": "close", "store": self._number}, self._grace_s)


class ProcessInstance:
    """An instance in the child."""

    def __init__(self, child: Child, number: int, limits: _Limits) -> None:
        self.number = number
        self._child = child
        self._reads_state = limits.reads_state
        self._grace_s = limits.grace_s

    def call(self, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        request: Message = {"op": "call", "instance": self.number, "export": export, "args": wire.from_values(args)}
        return _run(self._child, request, deadline_s, self._grace_s, _outcome)

    def read_global(self, export: str) -> Value:
        request: Message = {"op": "read_global", "instance": self.number, "export": export}
        reply = _ask(self._child, request, self._grace_s)
        with self._child.understood():
            return wire.to_value(reply.get("value"))

    def snapshot(self) -> Snapshot:
        if not self._reads_state:
            return Snapshot((), (), (), ())
        request: Message = {"op": "snapshot", "instance": self.number}
        reply = _ask(self._child, request, self._grace_s)
        with self._child.understood():
            return wire_state.to_snapshot(reply.get("snapshot"))
