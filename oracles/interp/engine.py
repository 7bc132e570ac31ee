"""The reference interpreter as an engine of the protocol: the face; `store`, `instance` and `machine` do the work."""

import time
from collections.abc import Callable

from jit.wasm.features import Features

from ..protocol import Capabilities, Rejected
from .machine import MAX_DEPTH, Machine
from .store import InterpStore, accept


class InterpEngine:
    """Runs modules of WebAssembly 2.0 with the features given.

    `clock` tells the seconds that deadlines are measured in; `most_calls` at a time do not exhaust the call stack.
    """

    __slots__ = ("_machine", "can", "name")

    def __init__(
        self, features: Features, *, clock: Callable[[], float] = time.monotonic, most_calls: int = MAX_DEPTH
    ) -> None:
        self.name = "interp"
        self.can = Capabilities(features, front_end="jit.wasm", calls_back=True)
        self._machine = Machine(clock, most_calls=most_calls)

    @property
    def version(self) -> str:
        return "1"

    def validate(self, wasm: bytes) -> Rejected | None:
        verdict = accept(bytes(wasm), self.can.features)
        return verdict if isinstance(verdict, Rejected) else None

    def open(self) -> InterpStore:
        return InterpStore(self.can.features, self._machine)

    def close(self) -> None:
        """Nothing to give back."""
