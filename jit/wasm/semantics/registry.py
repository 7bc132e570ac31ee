"""How a definition gets its mnemonics: one function serves all widths, as the specification writes `iadd_N`."""

from collections.abc import Callable
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

Operation = Callable[..., int]
"""Bits in, bits out: unsigned integers of the widths that the row's signature says.  May raise `Trap`."""

S = TypeVar("S")
P = ParamSpec("P")
Definition = Callable[Concatenate[S, P], int]


class Registry(dict[str, Operation]):
    """Operations by mnemonic."""

    def defines(self, name: str, shape: S) -> Callable[[Definition[S, P]], Definition[S, P]]:
        """Registers the decorated function under a mnemonic, with its first parameter fixed to `shape`."""

        def register(definition: Definition[S, P]) -> Definition[S, P]:
            assert name not in self, name
            self[name] = partial(definition, shape)
            return definition

        return register
