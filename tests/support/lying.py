"""An engine that is right but for one lie, to show that the kit finds it.  A real engine does everything else."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from jit.wasm.types import Value
from oracles.protocol import Capabilities, Engine, HostItem, Instance, Outcome, Rejected, Snapshot, Store

Lie = Callable[[Outcome], Outcome]
SnapshotLie = Callable[[Snapshot], Snapshot]


class LyingEngine:
    """Passes outcomes of calls and snapshots through the lies."""

    def __init__(self, engine: Engine, lie: Lie, snapshot_lie: SnapshotLie) -> None:
        self._engine = engine
        self._lies = lie, snapshot_lie
        self.name = f"lying {engine.name}"
        self.version = engine.version

    @property
    def can(self) -> Capabilities:
        return replace(self._engine.can)

    def validate(self, wasm: bytes) -> Rejected | None:
        return self._engine.validate(wasm)

    def open(self) -> Store:
        return _LyingStore(self._engine.open(), *self._lies)

    def close(self) -> None:
        self._engine.close()


class _LyingStore:
    def __init__(self, store: Store, lie: Lie, snapshot_lie: SnapshotLie) -> None:
        self._store = store
        self._lies = lie, snapshot_lie

    def define(self, module: str, name: str, item: HostItem) -> None:
        self._store.define(module, name, item)

    def register(self, module: str, instance: Instance) -> None:
        assert isinstance(instance, _LyingInstance)
        self._store.register(module, instance.honest)

    def instantiate(self, wasm: bytes, *, deadline_s: float) -> Instance | Outcome:
        instance = self._store.instantiate(wasm, deadline_s=deadline_s)
        return instance if isinstance(instance, Outcome) else _LyingInstance(instance, *self._lies)

    def close(self) -> None:
        self._store.close()


class _LyingInstance:
    def __init__(self, instance: Instance, lie: Lie, snapshot_lie: SnapshotLie) -> None:
        self.honest = instance
        self._lie = lie
        self._snapshot_lie = snapshot_lie

    def call(self, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        return self._lie(self.honest.call(export, args, deadline_s=deadline_s))

    def read_global(self, export: str) -> Value:
        return self.honest.read_global(export)

    def snapshot(self) -> Snapshot:
        return self._snapshot_lie(self.honest.snapshot())
