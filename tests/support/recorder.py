"""A sink that writes down what the type checker tells it."""

from collections.abc import Sequence

from jit.wasm.opcodes import ROWS, TABLE_SIZE
from jit.wasm.sink import Emitter, complete
from jit.wasm.types import FuncType, ValType

Event = tuple[object, ...]


class Recorder:
    """Keeps `events`: ("begin", index, type, locals), (mnemonic, *arguments), ("finish",); and their `offsets`."""

    def __init__(self, missing: Sequence[str] = ()) -> None:
        self.offset = 0
        self.events: list[Event] = []
        self.offsets: list[int] = []
        emit: list[Emitter | None] = [None] * TABLE_SIZE
        for row in ROWS:
            if row.name not in missing:
                emit[row.index] = self._emitter(row.name)
        self.emit = complete(emit, lambda: self.offset)

    def _emitter(self, name: str) -> Emitter:
        def write_down(*arguments: object) -> None:
            self._event(name, *arguments)

        return write_down

    def _event(self, *event: object) -> None:
        self.events.append(event)
        self.offsets.append(self.offset)

    def begin(self, index: int, type: FuncType, locals: Sequence[ValType]) -> None:
        self._event("begin", index, type, tuple(locals))

    def finish(self) -> None:
        self._event("finish")
