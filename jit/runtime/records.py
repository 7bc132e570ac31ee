"""The ground a store stands on: its records, its reservations and its canonical types, all given back together."""

from bisect import bisect_right, insort
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from ..abi import FuncRef
from ..wasm.types import FuncType
from .machine import Machine


class Records:
    """What a store made on a machine.  Things of one store share it: `is` tells whether two may meet."""

    __slots__ = ("_closers", "_funcrefs", "_type_ids", "_types", "arena", "is_open", "machine", "running")

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.arena = machine.take_arena()
        self.is_open = True
        self.running = 0
        self._types: list[FuncType] = []
        self._type_ids: dict[FuncType, int] = {}
        self._funcrefs: list[tuple[int, int]] = []  # where runs of FuncRefs start and end, ascending
        self._closers: list[Callable[[], None]] = []

    def type_id(self, type: FuncType) -> int:
        """The canonical id of a function type: equal exactly for equal types of this store."""
        known = self._type_ids.get(type)
        if known is None:
            known = self._type_ids[type] = len(self._types)
            self._types.append(type)
        return known

    def type_of(self, type_id: int) -> FuncType:
        """The type with this canonical id."""
        return self._types[type_id]

    def add_functions(self, start: int, count: int) -> None:
        """Declares that `count` FuncRefs lie at `start`."""
        run = (start, start + count * FuncRef.SIZE)
        insort(self._funcrefs, run)
        self.on_close(partial(self._funcrefs.remove, run))

    def is_function(self, address: int) -> bool:
        """Whether a FuncRef of this store lies at this address."""
        index = bisect_right(self._funcrefs, (address, 1 << 64)) - 1
        if index < 0:
            return False
        start, end = self._funcrefs[index]
        return address < end and (address - start) % FuncRef.SIZE == 0

    def on_close(self, closer: Callable[[], None]) -> None:
        """Has `closer` called when the store closes; the last one first."""
        self._closers.append(closer)

    def mark(self) -> int:
        """A point that `rewind` can return to."""
        return len(self._closers)

    def rewind(self, mark: int) -> None:
        """Gives back what was made since `mark`, but for bytes of the arena: all of it, also when some of that fails.

        Raises what failed last.
        """
        with ExitStack() as closing:
            for closer in self._closers[mark:]:
                closing.callback(closer)
            del self._closers[mark:]

    def check_open(self) -> None:
        """Raises `ValueError` when the store or its engine is closed."""
        self.machine.check_open()
        if not self.is_open:
            raise ValueError("the store of this object is closed")

    def close(self) -> None:
        """Gives everything back, as far as a closed engine has not; `ValueError` while a function of the store runs."""
        if self.running:
            raise ValueError("a store cannot be closed while a function of it runs")
        was_open, self.is_open = self.is_open, False
        if was_open and self.machine.is_open:
            try:
                self.rewind(0)
            finally:
                self.machine.give_arena(self.arena)
