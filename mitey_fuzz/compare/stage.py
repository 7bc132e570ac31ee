"""The instances of a case on one engine: everything instantiated in order, and what there is to see of it."""

from dataclasses import dataclass

from oracles.protocol import Instance, Outcome, Rejected, Snapshot, Store, Trapped

from ..case import MAIN, Case


@dataclass(frozen=True, slots=True)
class Stage:
    """`main` is the instance of the case's own module; `companions` are by name, in order."""

    main: Instance
    companions: tuple[tuple[str, Instance], ...]

    def others(self) -> tuple[tuple[str, Snapshot], ...]:
        """The state of the companions, by name."""
        return _states(self.companions)


@dataclass(frozen=True, slots=True)
class Failure:
    """The outcome of the first module that does not become an instance, and the companions that had become one."""

    outcome: Outcome
    companions: tuple[tuple[str, Instance], ...]

    def others(self) -> tuple[tuple[str, Snapshot], ...]:
        """The state of these companions: what segments and a start function wrote before a trap stays written.

        None of them where an outcome leaves nothing to look at.  Spec: `exec-instantiation`.
        """
        is_defined = isinstance(self.outcome, Trapped | Rejected)
        return _states(self.companions) if is_defined else ()


def enter(store: Store, case: Case, deadline_s: float) -> Stage | Failure:
    """Instantiates a case's modules in a new store, up to the first that does not become an instance.

    `deadline_s` bounds each start function.  The main module is registered where a host function calls it back: what
    its start function calls cannot do that yet.
    """
    for item in case.imports:
        store.define(item.module, item.name, item.item)
    companions: list[tuple[str, Instance]] = []
    for companion in case.companions:
        made = store.instantiate(companion.wasm, deadline_s=deadline_s)
        if isinstance(made, Outcome):
            return Failure(made, tuple(companions))
        store.register(companion.name, made)
        companions.append((companion.name, made))
    main = store.instantiate(case.wasm, deadline_s=deadline_s)
    if isinstance(main, Outcome):
        return Failure(main, tuple(companions))
    if any(back.module == MAIN for back in case.calls_back):
        store.register(MAIN, main)
    return Stage(main, tuple(companions))


def _states(companions: tuple[tuple[str, Instance], ...]) -> tuple[tuple[str, Snapshot], ...]:
    return tuple((name, instance.snapshot()) for name, instance in companions)
