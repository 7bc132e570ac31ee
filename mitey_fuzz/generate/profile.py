"""What a campaign asks for: features, sizes, weights.  Each case draws its own: swarm testing.

A case that has everything in equal parts rarely has much of anything; leaving steps out and weighting others up lets
modules reach corners that their average never does (Groce et al., "Swarm Testing").
"""

from dataclasses import dataclass, replace
from typing import Final

from jit.wasm.features import WASM_1, Features

from ..choices import Choices
from .weights import STEP_WEIGHTS

_TYPES: Final = ("iiiillllffdd", "iiiillllffdd", "ildf", "iiiiiill", "i", "illll", "iffffdddd", "iddddff", "iiiiilfd")
"""Mixtures of numeric types, the balanced first; every one has i32, which addresses and conditions need."""
_VECTORS: Final = ("", "v", "vvv", "vvvvvv", "vvvvvvvvvvvvvvvv")
"""Vectors among them: none, few, more than all others; every second instruction of WebAssembly 2.0 handles them."""

_MANY: Final = ("", "il", "fd", "fdv")
"""Types of one class of registers, or none."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How to generate.

    `types` is a string of type letters to draw from; `steps` multiplies the weights of steps (`weights.STEP_WEIGHTS`);
    `wild` is how many of 1024 guards against traps are left out; `pressure` the stack heights between which bodies
    are kept; `values` bounds parameters, results and block types; `window` the bits of an address in the hot window.
    `companions` counts modules to be linked with, and `calls_back` lets host functions call back.  One of `crowded`
    functions has more parameters than registers pass.  `many` are the types of which all functions have many locals
    (`held`), empty in most modules.  `endless`: some cases end with a call that does not.
    """

    name: str = "even"
    features: Features = WASM_1
    types: str = _TYPES[0]
    instructions: int = 300
    functions: int = 5
    steps: tuple[tuple[str, int], ...] = ()
    wild: int = 4
    pressure: tuple[int, int] = (2, 6)
    values: int = 4
    locals: int = 6
    window: int = 6
    calls: int = 10
    companions: int = 0
    calls_back: bool = False
    crowded: int = 16
    many: str = ""
    endless: bool = False

    @property
    def multi_value(self) -> bool:
        return self.features.multi_value

    def takes(self, step: str) -> bool:
        """Whether bodies may take this step."""
        return (step, 0) not in self.steps


def _features(choices: Choices, features: Features) -> Features:
    """All of the features half of the time, else each with three chances in four."""
    if choices.integer(0, 1) == 0:
        return features
    return Features.of(frozenset(name for name in sorted(features.names) if choices.integer(0, 3) < 3))


_SIZES: Final = ((4, 60), (120, 350), (200, 600), (800, 3000))
_SIZE_NAMES: Final = ("tiny", "small", "middle", "large")


def swarm(choices: Choices, features: Features) -> Profile:
    """Draws a profile for one case, with at most these features."""
    with choices.span("profile"):
        size = choices.weighted((15, 42, 39, 4))
        instructions = choices.integer(*_SIZES[size])
        kept = _features(choices, features)
        letters = _TYPES[choices.integer(0, len(_TYPES) - 1)]
        if kept.simd:
            letters += _VECTORS[choices.integer(0, len(_VECTORS) - 1)]
            kept = replace(kept, simd="v" in letters)
        if kept.reference_types:
            letters += ("", "r", "re", "rrree")[choices.integer(0, 3)]
        pressed = choices.weighted((60, 25, 15))
        low = (2, 5, 14)[pressed]
        factors = (1, 1, 1, 1, 1, 0, 2, 4) if choices.integer(0, 2) else (1,)
        steps = [(name, factors[choices.integer(0, len(factors) - 1)]) for name in STEP_WEIGHTS]
        return Profile(
            name=f"{_SIZE_NAMES[size]} {letters} pressure-{pressed} {kept}",
            features=kept,
            types=letters,
            instructions=instructions,
            functions=choices.integer(1, 2 + min(8, instructions // 60)),
            steps=tuple(step for step in steps if step[1] != 1),
            wild=(10, 0, 24, 60)[choices.weighted((60, 20, 15, 5))],
            pressure=(low, low + choices.integer(3, 8 + 8 * pressed)),
            values=choices.weighted((0, 1, 2, 2, 2, 2, 1, 1, 1)) if choices.integer(0, 9) else choices.integer(9, 40),
            locals=choices.integer(0, 8) if choices.integer(0, 7) else choices.integer(9, 40),
            window=choices.integer(3, 10, toward=6),
            many=_MANY[choices.weighted((25, 1, 3, 2 if kept.simd else 0))],
            calls=choices.integer(2, 16),
            endless=True,
        )


def link(choices: Choices, drawn: Profile, *, calls_back: bool) -> Profile:
    """The profile with one companion mostly, two, or none; `calls_back`: whether host functions may call back.

    Calls are what such a case is for: there are many.
    """
    with choices.span("link"):
        companions = choices.weighted((1, 6, 1)) if calls_back else choices.weighted((0, 7, 1))
        steps = tuple(step for step in drawn.steps if step[0] not in ("call", "call_indirect"))
        more = choices.integer(2, 8, toward=4)
        return replace(
            drawn,
            name=f"linked-{companions} {drawn.name}",
            steps=(*steps, ("call", more), ("call_indirect", more)),
            functions=max(drawn.functions, 3),
            companions=companions,
            calls_back=calls_back and (not companions or choices.integer(0, 1) == 1),
        )


def companion(choices: Choices, profile: Profile) -> Profile:
    """The profile of a companion: smaller, and with more functions that take many arguments."""
    return replace(profile, instructions=max(profile.instructions // 2, 4), functions=choices.integer(1, 4), crowded=4)
