"""An engine that is right except where a test wants it to be wrong: wraps the interpreter and bends what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jit.wasm.features import WASM_2, Features
from jit.wasm.types import Value
from oracles.interp import InterpEngine
from oracles.protocol import Engine, HostItem, Instance, Outcome, Rejected, Snapshot, Store

Bend = Callable[[str, Sequence[Value], Outcome], Outcome]
"""From export, arguments and the true outcome to the one that is told."""

TRUE_FEATURES = replace(WASM_2, simd=False)


def truth(_export: str, _args: Sequence[Value], outcome: Outcome) -> Outcome:
    return outcome


@dataclass
class Liar:
    """`bend` changes outcomes of calls, `blur` snapshots, `refuse` acceptance."""

    bend: Bend = truth
    blur: Callable[[Snapshot], Snapshot] = lambda snapshot: snapshot
    refuse: Callable[[bytes], Outcome | None] = lambda wasm: None
    features: Features = TRUE_FEATURES
    name: str = "liar"
    version: str = "1"

    def __post_init__(self) -> None:
        self.inner: Engine = InterpEngine(self.features)
        self.can = self.inner.can

    def validate(self, wasm: bytes) -> Rejected | None:
        return self.inner.validate(wasm)

    def open(self) -> "LyingStore":
        return LyingStore(self, self.inner.open())

    def close(self) -> None:
        self.inner.close()


@dataclass
class LyingStore:
    liar: Liar
    inner: Store

    def define(self, module: str, name: str, item: HostItem) -> None:
        self.inner.define(module, name, item)

    def register(self, module: str, instance: Instance) -> None:
        raise NotImplementedError("tests of comparisons have one instance")

    def instantiate(self, wasm: bytes, *, deadline_s: float) -> Instance | Outcome:
        refused = self.liar.refuse(wasm)
        if refused is not None:
            return refused
        made = self.inner.instantiate(wasm, deadline_s=deadline_s)
        return LyingInstance(self.liar, made) if hasattr(made, "call") else made

    def close(self) -> None:
        self.inner.close()


@dataclass
class LyingInstance:
    liar: Liar
    inner: Instance

    def call(self, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        return self.liar.bend(export, args, self.inner.call(export, args, deadline_s=deadline_s))

    def read_global(self, export: str) -> Value:
        return self.inner.read_global(export)

    def snapshot(self) -> Snapshot:
        return self.liar.blur(self.inner.snapshot())
