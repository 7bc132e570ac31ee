"""Which proposals are on: one value that decoder, validator, generator, engines and conformance runner all read.

A feature has the name of its proposal as engines' command lines spell it.  Levels (`wasm-1.0`, `wasm-2.0`) are
sets of features; `parse` reads a level with single features switched on and off: `wasm-1.0+sign-extension-simd`.
"""

import re
from dataclasses import dataclass, fields
from functools import cached_property

# fmt: off
_NAMES = {
    "sign_extension":         "sign-extension",
    "saturating_conversions": "saturating-conversions",
    "multi_value":            "multi-value",
    "reference_types":        "reference-types",
    "bulk_memory":            "bulk-memory",
    "simd":                   "simd",
}
# fmt: on


@dataclass(frozen=True)
class Features:
    """A set of proposals on top of WebAssembly 1.0 (which includes mutable-global import and export).

    # FAST: no slots, so that what follows from the fields is computed once.
    """

    sign_extension: bool = False
    saturating_conversions: bool = False
    multi_value: bool = False
    reference_types: bool = False
    bulk_memory: bool = False
    simd: bool = False

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the features that are on."""
        return frozenset(_NAMES[f.name] for f in fields(self) if getattr(self, f.name))

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, f.name) for f in fields(self)))  # the same in every process

    def __hash__(self) -> int:
        return self._hash

    def has(self, name: str) -> bool:
        """Whether the feature of this name is on; the empty name is WebAssembly 1.0 itself."""
        return not name or name in self.names

    def __str__(self) -> str:
        for level, features in LEVELS.items():
            if features == self:
                return level
        return "+".join(["wasm-1.0", *(n for n in _NAMES.values() if n in self.names)])

    @staticmethod
    def of(names: frozenset[str]) -> "Features":
        """The features of these names; `ValueError` names one that does not exist."""
        unknown = sorted(names - set(_NAMES.values()))
        if unknown:
            raise ValueError(f"unknown feature {unknown[0]!r}; there are {', '.join(_NAMES.values())}")
        return Features(**{field: name in names for field, name in _NAMES.items()})

    @staticmethod
    def parse(text: str) -> "Features":
        """Reads a level followed by `+feature` and `-feature`; `ValueError` says what is wrong and what exists.

        As in the proposals, there are no reference types without bulk memory operations.
        """
        level = next((name for name in LEVELS if text == name or text.startswith((name + "+", name + "-"))), None)
        if level is None:
            raise ValueError(f"unknown feature level {text!r}; start with one of {', '.join(LEVELS)}")
        names = set(LEVELS[level].names)
        rest = text[len(level) :]
        for sign, name in re.findall(r"([+-])((?:" + "|".join(_NAMES.values()) + r")(?![a-z])|[^+-]*)", rest):
            if name not in _NAMES.values():
                raise ValueError(f"unknown feature {name!r} in {text!r}; there are {', '.join(_NAMES.values())}")
            (names.add if sign == "+" else names.discard)(name)
        if "reference-types" in names and "bulk-memory" not in names:
            raise ValueError(f"{text!r}: reference-types needs the segments of bulk-memory; switch it off as well")
        return Features.of(frozenset(names))


WASM_1 = Features()
WASM_2 = Features(
    sign_extension=True,
    saturating_conversions=True,
    multi_value=True,
    reference_types=True,
    bulk_memory=True,
    simd=True,
)
LEVELS: dict[str, Features] = {"wasm-1.0": WASM_1, "wasm-2.0": WASM_2}
