"""An engine that is right except where a test wants it to be wrong: wraps a real one and bends what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from jit.wasm.features import WASM_2
from jit.wasm.types import Value
from oracles.interp import InterpEngine
from oracles.protocol import Capabilities, Engine, HostItem, Instance, Outcome, Rejected, Snapshot, Store

Lie = Callable[[Outcome], Outcome]
Blur = Callable[[Snapshot], Snapshot]
Bend = Callable[[HostItem], HostItem]
Claim = Callable[[Capabilities], Capabilities]
Refusal = Callable[[bytes], Outcome | None]

TRUE_FEATURES = replace(WASM_2, simd=False)


def honest(outcome: Outcome) -> Outcome:
    return outcome


def clear(snapshot: Snapshot) -> Snapshot:
    return snapshot


def straight(item: HostItem) -> HostItem:
    return item


def humble(can: Capabilities) -> Capabilities:
    return can


def welcome(_wasm: bytes) -> None:
    return None


@dataclass
class Liar:
    """`lie` changes outcomes of calls, `blur` snapshots, `refuse` acceptance, `claim` what it says it can, `bend` what
    is defined; the rest is `inner`'s."""

    lie: Lie = honest
    blur: Blur = clear
    refuse: Refusal = welcome
    inner: Engine = field(default_factory=lambda: InterpEngine(TRUE_FEATURES))
    name: str = "liar"
    claim: Claim = humble
    bend: Bend = straight

    @property
    def version(self) -> str:
        return self.inner.version

    @property
    def can(self) -> Capabilities:
        return self.claim(self.inner.can)

    def validate(self, wasm: bytes) -> Rejected | None:
        return self.inner.validate(wasm)

    def open(self) -> Store:
        return _LyingStore(self, self.inner.open())

    def close(self) -> None:
        self.inner.close()


@dataclass
class _LyingStore:
    liar: Liar
    inner: Store

    def define(self, module: str, name: str, item: HostItem) -> None:
        self.inner.define(module, name, self.liar.bend(item))

    def register(self, module: str, instance: Instance) -> None:
        assert isinstance(instance, _LyingInstance)
        self.inner.register(module, instance.inner)

    def instantiate(self, wasm: bytes, *, deadline_s: float) -> Instance | Outcome:
        made = self.liar.refuse(wasm) or self.inner.instantiate(wasm, deadline_s=deadline_s)
        return made if isinstance(made, Outcome) else _LyingInstance(self.liar, made)

    def close(self) -> None:
        self.inner.close()


@dataclass
class _LyingInstance:
    liar: Liar
    inner: Instance

    def call(self, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        return self.liar.lie(self.inner.call(export, args, deadline_s=deadline_s))

    def read_global(self, export: str) -> Value:
        return self.inner.read_global(export)

    def snapshot(self) -> Snapshot:
        return self.liar.blur(self.inner.snapshot())
