"""Any engine by its name: `jit:<back end>` is the subject's, everything else the oracles'."""

from jit.wasm.features import WASM_2, Features
from oracles import registry
from oracles.protocol import Engine

from . import planted, subject
from .subject_names import PREFIX

#: What engines are asked for when nobody says: everything the opcode table has rows for.
ALL = WASM_2


def create(name: str, features: Features | None, inject: str | None = None) -> Engine:
    """The engine of a name; `features` None asks for all that it implements.

    `inject` is a mutant as TOML text, planted in an engine of ours and meaningless for any other.  `ValueError` names
    what exists; `oracles.registry.AbsentEngine` says what to install.
    """
    if name.startswith(PREFIX):
        return subject.create(name, features=features, mutants=planted.read(inject))
    try:
        return registry.create(name, ALL if features is None else features)
    except registry.UnknownEngine as error:
        raise registry.UnknownEngine(f"{error}; and {', '.join(subject.subjects())}") from error


def common_features(names: tuple[str, ...]) -> Features:
    """What all engines of these names implement."""
    common = ALL.names
    for name in names:
        engine = create(name, None)
        common &= engine.can.features.names
        engine.close()
    return Features.of(common)
