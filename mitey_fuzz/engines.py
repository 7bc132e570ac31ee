"""Any engine by its name: `jit:<back end>` is the subject's, everything else the oracles'."""

from jit.wasm.features import Features
from oracles import registry
from oracles.protocol import Engine

from . import subject

SUBJECT = "jit:"


def create(name: str, features: Features | None, inject: str | None = None) -> Engine:
    """The engine of a name; `features` None asks for all that it implements.

    `inject` is a mutant as TOML text, planted in an engine of ours and meaningless for any other.  `ValueError` names
    what exists; `oracles.registry.AbsentEngine` says what to install.
    """
    if name.startswith(SUBJECT):
        return subject.create(name, features=features, mutants=subject.mutants(inject))
    return registry.create(name, features or subject.all_features())


def common_features(names: tuple[str, ...]) -> Features:
    """What all engines of these names implement."""
    common: frozenset[str] | None = None
    for name in names:
        engine = create(name, None)
        common = engine.can.features.names if common is None else common & engine.can.features.names
        engine.close()
    return Features.of(common or frozenset())
