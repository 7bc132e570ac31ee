"""How a family registers its emitters: rows and functions, under the mnemonics of the table."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from .compiler import FunctionCompiler

Emitter = Callable[..., None]
"""Compiles one instruction: the compiler, then the operands that `jit.wasm.sink` lists for its row."""

T = TypeVar("T")
P = ParamSpec("P")
Shaped = Callable[Concatenate[FunctionCompiler, T, P], None]


class Rows(dict[str, Emitter]):
    """Emitters by mnemonic."""

    def row(self, name: str, emitter: Emitter) -> None:
        """Registers an emitter."""
        assert name not in self, name
        self[name] = emitter

    def emits(self, name: str, shape: T) -> Callable[[Shaped[T, P]], Shaped[T, P]]:
        """Registers the decorated function under a mnemonic, with its second parameter fixed to `shape`."""

        def register(body: Shaped[T, P]) -> Shaped[T, P]:
            def emitter(c: FunctionCompiler, *args: P.args, **kwargs: P.kwargs) -> None:
                body(c, shape, *args, **kwargs)

            self.row(name, emitter)
            return body

        return register
