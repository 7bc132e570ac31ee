"""What a check of the conformance kit is, and the few words checks are written in.

A check is a function that uses an engine and raises `Failed` where it breaks the protocol; its name is a sentence that
says what holds.  A check that needs a proposal the engine does not have is skipped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wasmtime import wat2wasm

from jit.wasm.types import F32, F64, I32, I64, FuncType, GlobalType, Limits, MemoryType, TrapKind, Value

from ..protocol import Engine, HostFunc, HostGlobal, HostMemory, Instance, Outcome, Returned, Store, Trapped

DEADLINE_S = 30.0
"""For entries that are expected to end by themselves: generous, since slow machines are no failure."""


STATE = "state"
"""What a check needs that looks at memories, globals, tables or the trace of host calls (`reads_state`)."""

CALLS_BACK = "calls-back"
"""What a check needs whose host functions call back (`calls_back`)."""


LINKS = "links"
"""What a check needs in which instances see one another (`Capabilities.links`)."""
HOST_REFERENCES = "host-references"
"""What a check needs that passes references to host objects (`Capabilities.host_references`)."""


class Failed(Exception):
    """An engine does not do what the protocol or the specification says."""


@dataclass(frozen=True, slots=True)
class Check:
    """`needs` are names of features, as in `Features.names`; or `STATE`, `LINKS`, `HOST_REFERENCES`, `CALLS_BACK`."""

    name: str
    needs: frozenset[str]
    run: Callable[[Engine], None]

    def missing(self, engine: Engine) -> tuple[str, ...]:
        """What this check needs and the engine does not have."""
        can = engine.can
        able = {
            STATE: can.reads_state,
            LINKS: can.links,
            HOST_REFERENCES: can.host_references,
            CALLS_BACK: can.calls_back,
        }
        has = {need for need, holds in able.items() if holds}
        return tuple(sorted(self.needs - can.features.names - has))


Run = Callable[[Engine], None]


def check(checks: list[Check], *needs: str) -> Callable[[Run], Run]:
    """Registers a function as a check, named by the function's own name."""

    def register(run: Run) -> Run:
        checks.append(Check(run.__name__.replace("_", " "), frozenset(needs), run))
        return run

    return register


def wasm(wat: str) -> bytes:
    """The module of this text."""
    return bytes(wat2wasm(wat))


def expect(actual: object, expected: object, what: str) -> None:
    """Fails unless the two are equal."""
    if actual != expected:
        raise Failed(f"{what}: expected {expected}, found {actual}")


def expect_tables(engine: Engine, instance: Instance, *tables: tuple[str, tuple[str, ...]]) -> None:
    """Fails unless the instance's tables hold this, as far as the engine can tell functions apart."""
    shown = tuple((name, tuple(map(engine.can.shows, tokens))) for name, tokens in tables)
    expect(instance.snapshot().tables, shown, "tables")


def built(store: Store, wat: str) -> Instance:
    """An instance of a module that must be accepted, linked and started."""
    instance = store.instantiate(wasm(wat), deadline_s=DEADLINE_S)
    if isinstance(instance, Outcome):
        raise Failed(f"instantiation: expected an instance, found {instance}\n{wat}")
    return instance


def refused(store: Store, wat: str, deadline_s: float = DEADLINE_S) -> Outcome:
    """The outcome of a module that must not become an instance."""
    outcome = store.instantiate(wasm(wat), deadline_s=deadline_s)
    if not isinstance(outcome, Outcome):
        raise Failed(f"instantiation succeeded\n{wat}")
    return outcome


def calls(instance: Instance, export: str, *args: Value) -> Outcome:
    return instance.call(export, args, deadline_s=DEADLINE_S)


def expect_values(instance: Instance, export: str, args: Sequence[Value], *expected: Value) -> None:
    """Fails unless the call returns exactly these values."""
    expect(calls(instance, export, *args), Returned(tuple(expected)), f"{export}({', '.join(map(str, args))})")


def expect_trap(engine: Engine, outcome: Outcome, kind: TrapKind, what: str) -> None:
    """Fails unless the outcome is this trap, or one that the engine says it cannot tell from it."""
    alike = {kind}.union(*(group for group in engine.can.indistinct if kind in group))
    if not isinstance(outcome, Trapped) or outcome.kind not in alike:
        raise Failed(f"{what}: expected a trap ({kind.value}), found {outcome}")


def i32(bits: int) -> Value:
    return Value(I32, bits & 0xFFFFFFFF)


def i64(bits: int) -> Value:
    return Value(I64, bits & 0xFFFFFFFFFFFFFFFF)


def f32(bits: int) -> Value:
    return Value(F32, bits)


def f64(bits: int) -> Value:
    return Value(F64, bits)


def host_func(params: Sequence[Value], results: Sequence[Value]) -> HostFunc:
    """A host function whose type is that of these example values."""
    return HostFunc(FuncType(tuple(v.type for v in params), tuple(v.type for v in results)))


def host_memory(minimum: int, maximum: int | None) -> HostMemory:
    return HostMemory(MemoryType(Limits(minimum, maximum)))


def host_global(value: Value, *, mutable: bool = False) -> HostGlobal:
    return HostGlobal(GlobalType(value.type, mutable), value)
