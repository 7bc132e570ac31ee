"""How a family registers its emitters: rows and functions, under the mnemonics of the table."""

from collections.abc import Callable
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from .compiler import FunctionCompiler

Emitter = Callable[..., None]
"""Compiles one instruction: the compiler, what is fixed for its row, the operands that `jit.wasm.sink` lists."""

T = TypeVar("T")
P = ParamSpec("P")
Shaped = Callable[Concatenate[FunctionCompiler, T, P], None]


class Emission(NamedTuple):
    """How a row is compiled: an emitter, and the operands that it has in front of those that the sink hears."""

    emitter: Emitter
    shape: tuple[object, ...] = ()


class Rows(dict[str, Emission]):
    """Emissions by mnemonic."""

    def row(self, name: str, emitter: Emitter, *shape: object) -> None:
        """Registers an emitter; `shape` is what it gets between the compiler and the operands."""
        assert name not in self, name
        self[name] = Emission(emitter, shape)

    def emits(self, name: str, shape: T) -> Callable[[Shaped[T, P]], Shaped[T, P]]:
        """Registers the decorated function under a mnemonic, with its second parameter fixed to `shape`."""

        def register(emitter: Shaped[T, P]) -> Shaped[T, P]:
            self.row(name, emitter, shape)
            return emitter

        return register
