"""The instances of a case on one engine: everything instantiated in order, and what there is to see of it."""

from dataclasses import dataclass

from oracles.protocol import Instance, Outcome, Snapshot, Store

from ..case import MAIN, Case


@dataclass(frozen=True, slots=True)
class Stage:
    """`main` is the instance of the case's own module; `companions` are by name, in order."""

    main: Instance
    companions: tuple[tuple[str, Instance], ...]

    def others(self) -> tuple[tuple[str, Snapshot], ...]:
        """The state of the companions, by name."""
        return tuple((name, instance.snapshot()) for name, instance in self.companions)


def enter(store: Store, case: Case, deadline_s: float) -> Stage | Outcome:
    """Instantiates a case's modules in a new store; or the outcome of the first that does not become an instance.

    `deadline_s` bounds each start function.  The main module is registered where a host function calls it back: what
    its start function calls cannot do that yet.
    """
    for item in case.imports:
        store.define(item.module, item.name, item.item)
    companions: list[tuple[str, Instance]] = []
    for companion in case.companions:
        made = store.instantiate(companion.wasm, deadline_s=deadline_s)
        if isinstance(made, Outcome):
            return made
        store.register(companion.name, made)
        companions.append((companion.name, made))
    main = store.instantiate(case.wasm, deadline_s=deadline_s)
    if isinstance(main, Outcome):
        return main
    if any(back.module == MAIN for back in case.calls_back):
        store.register(MAIN, main)
    return Stage(main, tuple(companions))
