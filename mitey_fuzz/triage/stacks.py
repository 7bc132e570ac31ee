"""The types on the operand stack before every instruction, by driving a sink with the type checker.

The type checker resolves whatever depends on the stack (`select`, dead code), so all that is left to do here is to
count.  Instructions that control cannot reach have no entry.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from jit.wasm.features import Features
from jit.wasm.module import Module
from jit.wasm.opcodes import ROWS, Op, bind
from jit.wasm.sink import Emitter, complete
from jit.wasm.types import FUNCREF, I32, FuncType, ValType
from jit.wasm.validate import validate

Types = Sequence[ValType]


class Shape(NamedTuple):
    """The operands of the block around an instruction, and how many values the instruction takes and leaves.

    What waits outside the block is not in `stack`: no instruction inside can name it.
    """

    stack: tuple[ValType, ...]
    takes: int
    leaves: int


def shapes(module: Module, features: Features) -> dict[int, Shape]:
    """The shape at every instruction that can be reached, by the instruction's offset in the module.

    Raises what `validate` raises.
    """
    sink = _Counting(module)
    validate(module, features, sink)
    return sink.shapes


class _Counting:
    """The sink: what every instruction takes and leaves, on a stack of types."""

    def __init__(self, module: Module) -> None:
        self.offset = 0
        self.module = module
        self.shapes: dict[int, Shape] = {}
        self.stack: list[ValType] = []
        self.locals: list[ValType] = []
        self.blocks: list[tuple[int, Types, Types]] = []
        self.emit = complete(bind({row.name: self._emitter(row) for row in ROWS}), lambda: self.offset)

    def begin(self, _index: int, type: FuncType, locals: Types) -> None:
        self.stack = []
        self.locals = [*type.params, *locals]
        self.blocks = [(0, (), type.results)]

    def finish(self) -> None:
        assert not self.blocks, "the function's own end closes the last block"

    def _emitter(self, row: Op) -> Emitter:
        if row.params is None or row.results is None:
            return partial(_BY_RULE[row.name], self)
        return partial(self._straight, len(row.params), row.results)

    def _straight(self, takes: int, leaves: Types, *_: object) -> None:
        self.note(takes, leaves)

    def note(self, takes: int, leaves: Types) -> None:
        """An instruction that takes so many values and leaves these."""
        self.shapes[self.offset] = Shape(tuple(self.stack[self.blocks[-1][0] :]), takes, len(leaves))
        if takes:
            del self.stack[-takes:]
        self.stack += leaves

    def open(self, params: Types, results: Types, takes: int = 0) -> None:
        self.note(takes, ())
        self.blocks.append((len(self.stack) - len(params), params, results))

    def else_(self, *, reachable: bool) -> None:
        height, params, _ = self.blocks[-1]
        if reachable:
            self.note(0, ())
        self.stack[height:] = params

    def end(self, *, reachable: bool) -> None:
        if reachable:
            self.note(0, ())
        height, _, results = self.blocks.pop()
        self.stack[height:] = results

    def called(self, type: FuncType, *, indirect: bool) -> None:
        self.note(len(type.params) + indirect, type.results)


# fmt: off
_BY_RULE: dict[str, Callable[..., None]] = {
    "unreachable":   lambda s: s.note(0, ()),
    "block":         lambda s, params, results: s.open(params, results),
    "loop":          lambda s, params, results: s.open(params, results),
    "if":            lambda s, params, results: s.open(params, results, takes=1),
    "else":          lambda s, reachable: s.else_(reachable=reachable),
    "end":           lambda s, reachable: s.end(reachable=reachable),
    "br":            lambda s, _depth: s.note(0, ()),
    "br_if":         lambda s, _depth: s.note(1, ()),
    "br_table":      lambda s, _depths: s.note(1, ()),
    "return":        lambda s: s.note(0, ()),
    "call":          lambda s, _index, type: s.called(type, indirect=False),
    "call_indirect": lambda s, _type, _table, type: s.called(type, indirect=True),
    "drop":          lambda s, _type: s.note(1, ()),
    "select":        lambda s, type: s.note(3, (type,)),
    "select t":      lambda s, type: s.note(3, (type,)),
    "local.get":     lambda s, index: s.note(0, (s.locals[index],)),
    "local.set":     lambda s, _index: s.note(1, ()),
    "local.tee":     lambda s, index: s.note(1, (s.locals[index],)),
    "global.get":    lambda s, index: s.note(0, (s.module.global_types[index].type,)),
    "global.set":    lambda s, _index: s.note(1, ()),
    "ref.null":      lambda s, type: s.note(0, (type,)),
    "ref.is_null":   lambda s, _type: s.note(1, (I32,)),
    "ref.func":      lambda s, _index: s.note(0, (FUNCREF,)),
    "table.get":     lambda s, table: s.note(1, (s.module.table_types[table].element,)),
    "table.set":     lambda s, _table: s.note(2, ()),
    "table.grow":    lambda s, _table: s.note(2, (I32,)),
    "table.fill":    lambda s, _table: s.note(3, ()),
}
# fmt: on
"""What the rows typed by rule do, with the operands that `jit.wasm.sink` lists."""

bind(_BY_RULE, [row for row in ROWS if not row.sig])
