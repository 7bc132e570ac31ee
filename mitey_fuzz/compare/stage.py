"""The instances of a case on one engine: everything instantiated in order, and what there is to see of it."""

from dataclasses import dataclass

from oracles.protocol import Instance, Outcome, Rejected, Snapshot, Store, Trapped

from ..case import MAIN, Case

Fallen = tuple[tuple[str, Trapped], ...]
"""The companions that trapped as they were instantiated, and so are none, by name; what they wrote stays."""


@dataclass(frozen=True, slots=True)
class Stage:
    """`main` is the instance of the case's own module; `companions` are by name, in order, but for those `fallen`."""

    main: Instance
    companions: tuple[tuple[str, Instance], ...]
    fallen: Fallen

    def others(self) -> tuple[tuple[str, Snapshot], ...]:
        """The state of the companions, by name."""
        return _states(self.companions)


@dataclass(frozen=True, slots=True)
class Failure:
    """The outcome of the first module without which nothing goes on, and the companions that had become instances."""

    outcome: Outcome
    companions: tuple[tuple[str, Instance], ...]
    fallen: Fallen

    def others(self) -> tuple[tuple[str, Snapshot], ...]:
        """The state of these companions: what segments and a start function wrote before a trap stays written.

        None of them where an outcome leaves nothing to look at.  Spec: `exec-instantiation`.
        """
        is_defined = isinstance(self.outcome, Trapped | Rejected)
        return _states(self.companions) if is_defined else ()


def enter(store: Store, case: Case, deadline_s: float) -> Stage | Failure:
    """Instantiates a case's modules in a new store, up to the first that cannot be; a companion may trap.

    One that does is not registered: whoever imports from it cannot be linked.  `deadline_s` bounds each start function.
    The main module is registered where a host function calls it back: what its start function calls cannot do that yet.
    """
    for item in case.imports:
        store.define(item.module, item.name, item.item)
    companions: list[tuple[str, Instance]] = []
    fallen: list[tuple[str, Trapped]] = []
    for companion in case.companions:
        made = store.instantiate(companion.wasm, deadline_s=deadline_s)
        if isinstance(made, Trapped):
            fallen.append((companion.name, made))
            continue
        if isinstance(made, Outcome):
            return Failure(made, tuple(companions), tuple(fallen))
        store.register(companion.name, made)
        companions.append((companion.name, made))
    main = store.instantiate(case.wasm, deadline_s=deadline_s)
    if isinstance(main, Outcome):
        return Failure(main, tuple(companions), tuple(fallen))
    if any(back.module == MAIN for back in case.calls_back):
        store.register(MAIN, main)
    return Stage(main, tuple(companions), tuple(fallen))


def _states(companions: tuple[tuple[str, Instance], ...]) -> tuple[tuple[str, Snapshot], ...]:
    return tuple((name, instance.snapshot()) for name, instance in companions)
