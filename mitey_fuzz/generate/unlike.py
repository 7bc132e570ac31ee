"""Types that nearly are another, as which nothing of that may be imported: each way in which the two may differ.

The first word of a way says what differs, the others how: who draws these first has rare ones as often as others.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from jit.wasm.features import Features
from jit.wasm.types import (
    EXTERNREF,
    F32,
    F64,
    FUNCREF,
    I32,
    I64,
    V128,
    ExternType,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    ValType,
)

from ..choices import Choices

_OTHER: Final[dict[ValType, ValType]] = {
    I32: I64, I64: I32, F32: F64, F64: F32, V128: I64, FUNCREF: EXTERNREF, EXTERNREF: FUNCREF,
}  # fmt: skip
"""The type most like another."""
_MOST: Final = {"memory": 1 << 16, "table": (1 << 32) - 1}
"""Pages and elements of which there cannot be more."""


def ways(choices: Choices, type: ExternType, size: int, features: Features) -> dict[str, ExternType]:
    """The types that differ, by how; `size` is what the minimum of a memory or table has become."""
    if isinstance(type, FuncType):
        params = {f"params {way}": FuncType(some, type.results) for way, some in _values(choices, type.params).items()}
        results = _values(choices, type.results)
        some = {f"results {way}": FuncType(type.params, values) for way, values in results.items()}
        if not features.multi_value:
            some = {way: unlike for way, unlike in some.items() if len(unlike.results) < 2}
        return {**params, **some, "kind": GlobalType(I32, mutable=False)}
    if isinstance(type, GlobalType):
        mutable, other = replace(type, mutable=not type.mutable), replace(type, type=_OTHER[type.type])
        return {"global mutable": mutable, "global type": other, "kind": FuncType((), ())}
    kind = "table" if isinstance(type, TableType) else "memory"
    limits = _limits(choices, type.limits, size, _MOST[kind])
    found: dict[str, ExternType] = {f"{kind} {way}": _limited(type, some) for way, some in limits.items()}
    if isinstance(type, TableType) and features.reference_types:
        found["element"] = replace(type, element=_OTHER[type.element])
    return {**found, "kind": FuncType((), ())}


def _values(choices: Choices, types: Sequence[ValType]) -> dict[str, tuple[ValType, ...]]:
    """One more, one less, one of another type, or the same in another order."""
    found = {"more": (*types, types[-1] if types and choices.integer(0, 1) else I32)}
    if types:
        at = choices.integer(0, len(types) - 1)
        found["fewer"] = tuple(types[:-1])
        found["type"] = (*types[:at], _OTHER[types[at]], *types[at + 1 :])
    if tuple(reversed(types)) != tuple(types):
        found["order"] = tuple(reversed(types))
    return found


def _limits(choices: Choices, limits: Limits, size: int, bound: int) -> dict[str, Limits]:
    """A minimum over what there is, a maximum where there is none, if only the `bound` of all, or one below that."""
    most = limits.maximum
    found = {"more": Limits(size + 1, None if most is None else max(most, size + 1))}
    if most is None:
        found["bounded"] = Limits(choices.integer(0, size), size + choices.integer(0, 2))
        found["most"] = Limits(choices.integer(0, size), bound)
    elif most > size:
        found["less"] = Limits(choices.integer(0, size), most - 1)
    return found


def _limited(type: MemoryType | TableType, limits: Limits) -> ExternType:
    return replace(type, limits=limits)
