"""The type checker's state: operand types, control frames, what is reachable (spec: `algo-valid`).

Decides how operands are popped and pushed, also in code that cannot be reached, where the stack is polymorphic.
Instead of comparing heights, every frame keeps a marker below its operands in the one list of types: `FLOOR`, or
`BOTTOMLESS` once the rest of the block cannot be reached.  A marker is identical to no value type, so that checking an
operand's type also checks that there is one.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from .. import limits
from ..errors import InvalidError, LimitError
from .expressions import opcodes
from .features import Features
from .module import Module
from .opcodes import Op
from .reader import Reader
from .sink import DEAF, CodeSink, Emitter
from .types import FuncType, ValType

FLOOR: Final = ValType("(nothing)", 0, "?", 0)
"""Marks where the operands of a reachable block begin."""
BOTTOMLESS: Final = ValType("(anything)", 0, "?", 0)
"""Marks where the operands of a block begin after control left it."""
UNKNOWN: Final = ValType("(unknown)", 0, "?", 0)
"""An operand in unreachable code that may have any type (spec: `algo-valid`, Unknown)."""


class NoSink:
    """A sink for validation alone."""

    emit: list[Emitter] = DEAF

    def __init__(self) -> None:
        self.offset = 0

    def begin(self, index: int, type: FuncType, locals: Sequence[ValType]) -> None:
        pass

    def finish(self) -> None:
        pass


class Context:
    """What the bodies of one module share: index spaces, declared references, the sink and its emitters."""

    __slots__ = (
        "declared", "elems", "emit", "features", "func_types", "globals", "memories", "module", "opcodes", "sink",
        "tables", "types",
    )  # fmt: skip

    def __init__(self, module: Module, features: Features, sink: CodeSink | None, declared: frozenset[int]) -> None:
        self.module = module
        self.features = features
        self.opcodes = opcodes(features)
        self.types = module.types
        self.func_types = module.func_types
        self.tables = module.table_types
        self.memories = len(module.memory_types)
        self.globals = module.global_types
        self.elems = module.elems
        self.declared = declared
        self.sink: CodeSink = NoSink() if sink is None else sink
        self.emit = self.sink.emit


class Frame:
    """A block being checked (spec: `algo-valid`, ctrl_frame).

    `labels` are the types a branch to it carries, `height` the index of its marker in the operands, `shown` whether the
    sink was told of it, `row` the instruction that opened it (None for the function).
    """

    __slots__ = ("height", "labels", "row", "shown", "type")

    def __init__(self, row: Op | None, type: FuncType, labels: Sequence[ValType], height: int, *, shown: bool) -> None:
        self.row = row
        self.type = type
        self.labels = labels
        self.height = height
        self.shown = shown


class Body(Reader):
    """One function body being checked: a cursor over its bytes, its operands and its frames.

    `emit` is what to call for the instruction at hand: the sink's emitters, or `DEAF` where control cannot be.
    """

    __slots__ = ("context", "emit", "frames", "locals", "operands", "sink")

    def __init__(self, context: Context, code: bytes, base: int, locals: list[ValType], type: FuncType) -> None:
        super().__init__(code, context.features, base)
        self.context = context
        self.sink = context.sink
        self.emit = context.emit
        self.locals = locals
        self.operands: list[ValType] = [FLOOR]
        self.frames = [Frame(None, type, type.results, 0, shown=True)]

    def invalid(self, message: str) -> InvalidError:
        """The error to raise for the instruction at hand."""
        return InvalidError(message, self.sink.offset)

    def mismatch(self, expected: str, found: ValType) -> InvalidError:
        return self.invalid(f"type mismatch: expected {expected}, found {found.name}")

    # --- operands

    def pop(self, expected: ValType) -> None:
        """Takes an operand of this type."""
        found = self.operands[-1]
        if found is expected or found is UNKNOWN:
            self.operands.pop()
        elif found is not BOTTOMLESS:
            raise self.mismatch(expected.name, found)

    def pop_any(self) -> ValType:
        """Takes an operand of whatever type; `UNKNOWN` where code cannot be reached."""
        found = self.operands[-1]
        if found is BOTTOMLESS:
            return UNKNOWN
        if found is FLOOR:
            raise self.mismatch("an operand", found)
        return self.operands.pop()

    def pop_all(self, types: Sequence[ValType]) -> None:
        """Takes operands of these types, the last on top."""
        if not types:
            return
        self.check(types)
        del self.operands[max(self.frames[-1].height + 1, len(self.operands) - len(types)) :]

    def has(self, types: Sequence[ValType]) -> bool:
        """Whether operands of exactly these types are there."""
        return not types or self.operands[-len(types) :] == list(types)

    def push_all(self, types: Iterable[ValType]) -> None:
        """Leaves operands of these types, the last on top."""
        self.operands.extend(types)

    def check(self, types: Sequence[ValType]) -> None:
        """Demands operands of these types without taking them or learning from them."""
        operands = self.operands
        if self.has(types):
            return
        height = self.frames[-1].height
        above = len(operands) - height - 1
        if operands[height] is BOTTOMLESS and above < len(types):
            types = types[len(types) - above :]  # the others come out of the unreachable
            if self.has(types):
                return
        for back, type in enumerate(reversed(types), 1):
            found = operands[-back]
            if found is not type and found is not UNKNOWN:
                raise self.mismatch(type.name, found)

    # --- control

    def open(self, row: Op, type: FuncType, labels: Sequence[ValType]) -> None:
        """Enters a block; its parameters were popped."""
        if len(self.frames) > limits.MAX_NESTING:
            raise LimitError(f"too many nested blocks: at most {limits.MAX_NESTING}", self.sink.offset)
        frame = Frame(row, type, labels, len(self.operands), shown=self.emit is not DEAF)
        self.frames.append(frame)
        self.push_block(frame)

    def push_block(self, frame: Frame) -> None:
        """Lays a block's marker and parameters: the operands it begins with."""
        self.operands.append(FLOOR)
        self.push_all(frame.type.params)

    def finish_block(self, frame: Frame) -> bool:
        """Takes the results and the marker, which must be all there is; gives whether control comes by."""
        operands = self.operands
        self.pop_all(frame.type.results)
        if len(operands) != frame.height + 1:
            raise self.invalid(f"type mismatch: {len(operands) - frame.height - 1} operands left over at end of block")
        return operands.pop() is FLOOR

    def leave(self) -> None:
        """Control does not pass the instruction at hand: the rest of the block cannot be reached."""
        height = self.frames[-1].height
        del self.operands[height:]
        self.operands.append(BOTTOMLESS)
        self.emit = DEAF

    def label(self, depth: int) -> Sequence[ValType]:
        """The types that a branch to this depth carries."""
        if depth >= len(self.frames):
            raise self.invalid(f"unknown label {depth}")
        return self.frames[-1 - depth].labels
