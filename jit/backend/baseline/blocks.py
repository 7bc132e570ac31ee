"""Open blocks, and where the values lie that branches carry to their labels."""

from collections.abc import Sequence
from typing import Final

from ...a64.labels import Label
from ...wasm.types import ValType
from .abi import FLOAT_MERGED, MERGED
from .values import V_TYPES, Place, slot_place, slots_of, v_place, x_place

_GENERAL: Final = tuple(map(x_place, MERGED))
_FLOAT: Final = tuple(map(v_place, FLOAT_MERGED))


def merged(types: Sequence[ValType], slot: int) -> tuple[Place, ...]:
    """Where values of these types lie at a label: the first of each class in registers, the others in their slots.

    `slot` is that of the first of them.
    """
    general, float = iter(_GENERAL), iter(_FLOAT)
    places: list[Place] = []
    for type in types:
        places.append(next(float if type in V_TYPES else general, slot_place(slot)))
        slot += slots_of(type)
    return tuple(places)


class Block:
    """A block that is open.

    `height` is the depth of the stack below its parameters.  A branch to `label` carries values of `carried` types to
    `places`; the end leaves values of `results` types.  `otherwise` is where a false condition goes while an `if` has
    not met its `else`.  `is_joined` says that code branches to the label.
    """

    __slots__ = ("carried", "height", "is_joined", "label", "otherwise", "params", "places", "results")

    def __init__(
        self, height: int, params: Sequence[ValType], results: Sequence[ValType], places: Sequence[Place]
    ) -> None:
        self.height = height
        self.params = params
        self.results = results
        self.carried = results
        self.places = places
        self.label = Label()
        self.otherwise: Label | None = None
        self.is_joined = False

    @staticmethod
    def function(results: Sequence[ValType]) -> "Block":
        """The outermost: its results go where the caller expects them (see `convention`)."""
        return Block(0, (), results, merged(results, 0))
