"""A compiled module: the decoded module, and its code loaded on one machine.

It may be instantiated many times.  Its code space is given back by `close`, or, while instances live, with the last of
their stores.
"""

from collections.abc import Mapping, Sequence

from ..abi import VMLayout
from ..backend.code import Compiled, Symbol, host_symbol
from ..backend.link import Image
from ..wasm import module as wasm
from ..wasm.types import FuncType
from .listing import Row, function_listing, words_of
from .machine import Machine


class Module:
    """A module ready to be instantiated by stores of the engine that compiled it."""

    __slots__ = ("_closed", "_users", "entries", "host_entries", "image", "layout", "machine", "wasm")

    def __init__(
        self,
        machine: Machine,
        module: wasm.Module,
        functions: Sequence[Compiled],
        host_entries: Mapping[FuncType, Compiled],
    ) -> None:
        """Links and loads; `functions` are the defined ones in order, `host_entries` as `Backend` has them."""
        pieces: list[tuple[Symbol, Compiled]] = [*enumerate(functions, module.imported_funcs)]
        pieces += ((host_symbol(type), entry) for type, entry in host_entries.items())
        self.machine = machine
        self.wasm = module
        self.layout = VMLayout.of(module)
        self.image: Image = machine.load(pieces)
        self.entries = [(piece.entry, piece.fast) for piece in self.image.pieces[: len(functions)]]
        """Of each defined function both entries, the fast one 0 where there is none."""
        self.host_entries = {type: self.image.entries[host_symbol(type)] for type in host_entries}
        """The fast entry of host functions by their type, as far as they have one."""
        self._users = 0
        self._closed = False

    @property
    def is_loaded(self) -> bool:
        """Whether the code is there."""
        return self.machine.is_open and (not self._closed or self._users > 0)

    def listing(self, function: int) -> tuple[Row, ...]:
        """A defined function's wasm instructions beside their generated code.

        `function` counts imports, which have no code: `KeyError` for them and for functions that do not exist.
        """
        return function_listing(self.wasm, self.image, self.machine.runtime_image, function)

    def words(self, offset: int) -> tuple[int, ...]:
        """The instruction words that the wasm instruction at this byte offset in the module became."""
        return words_of(self.wasm, self.image, offset)

    def close(self) -> None:
        """Gives the code space back as soon as no instance needs it; the module cannot be instantiated any more."""
        if not self._closed:
            self._closed = True
            self._unload_if_unused()

    def acquire(self) -> None:
        """Keeps the code while an instance lives; `ValueError` when the module is closed."""
        if self._closed:
            raise ValueError("the module is closed")
        self._users += 1

    def release(self) -> None:
        """Ends an `acquire`."""
        self._users -= 1
        self._unload_if_unused()

    def _unload_if_unused(self) -> None:
        if self._closed and not self._users:
            self.machine.unload(self.image)
