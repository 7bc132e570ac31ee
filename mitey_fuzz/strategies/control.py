"""Blocks, loops and conditionals of any type, and whatever leaves them.

Forward a branch may go anywhere.  Back to a loop it goes as long as the loop's counter allows: a local of its own,
which is there only where such a branch is.  What is left for good (`br`, `br_table`, `return`, `unreachable`) stands
for a value of any type as well.
"""

from jit.wasm import writer
from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from ..generate.candidates import constant
from ..generate.emit import (
    BLOCK,
    BLOCK_TYPES,
    ELSE,
    END,
    IF,
    LOOP,
    NOP,
    RETURN,
    UNREACHABLE,
    i32_const,
    plain,
)
from .body import Body, Label, most_results, some
from .computed import index

_BR, _BR_IF, _BR_TABLE = op("br"), op("br_if"), op("br_table")
_LOCAL_GET, _LOCAL_SET, _LOCAL_TEE = op("local.get"), op("local.set"), op("local.tee")
_COUNT = i32_const(1) + plain("i32.add")
_BELOW = plain("i32.lt_u")
MOST_ROUNDS = 4
TARGETS = 4
"""Labels of a `br_table`, besides the default."""


def nop(_: Body) -> bytes:
    return NOP


def unreachable(_: Body) -> bytes:
    return UNREACHABLE


# --- blocks


def construct(body: Body) -> bytes:
    """A block, loop or conditional, with what it takes and gives."""
    pairs = some(body.features, 2) if body.features.multi_value else ("",)
    results = body.drawing.one(some(body.features, most_results(body.features)))
    params = body.drawing.one(pairs)
    return _construct(body, params, results, 1) + body.sinks(results)


def value_of_construct(body: Body, letter: str, depth: int) -> bytes:
    return _construct(body, "", letter, depth)


def _construct(body: Body, params: str, results: str, depth: int) -> bytes:
    opcode = body.drawing.one((BLOCK, LOOP, IF))
    before = body.values(params, depth)
    if opcode == IF:
        before += body.value("i", depth)
    label = Label(params, body.begin_loop()) if opcode == LOOP else Label(results)
    inside = _arm(body, label, params, results, depth)
    if opcode == IF:
        other = _arm(body, label, params, results, depth)
        inside += ELSE + other if other or params != results else b""
    elif label.loop is not None and body.is_counted(label.loop) and body.drawing.below(2):
        before += i32_const(0) + instruction(_LOCAL_SET, body.counter(label.loop))
    return before + opcode + _type(body, params, results) + inside + END


def _type(body: Body, params: str, results: str) -> bytes:
    if not params and len(results) < 2:
        return BLOCK_TYPES[results]
    return writer.s33(body.draft.types.index(params, results))


def _arm(body: Body, label: Label, params: str, results: str, depth: int) -> bytes:
    """What is inside: the parameters are taken first, or stay below as results."""
    body.labels.append(label)
    stay = params == results and params != "" and body.drawing.below(2) == 1
    code = b"" if stay else body.sinks(params)
    code += body.statements() + (b"" if stay else body.values(results, depth))
    body.labels.pop()
    return code


# --- branches


def _carried(body: Body, depth: int) -> bytes:
    return body.values(body.labels[-1 - depth].types, 1)


def _forward(body: Body, letters: str | None = None) -> list[int]:
    """Depths of labels that are no loops', and carry these types or any; the innermost first."""
    labels = enumerate(reversed(body.labels))
    return [k for k, label in labels if label.loop is None and letters in (None, label.types)]


def _back(body: Body, *, carrying: bool) -> list[int]:
    """Depths of loops, of those that take values as well or not; the innermost first."""
    labels = enumerate(reversed(body.labels))
    return [k for k, label in labels if label.loop is not None and (carrying or not label.types)]


def _target(body: Body, *, carrying: bool = False) -> int:
    """The depth of a label, half of the time that of a loop."""
    goes_back = body.drawing.below(2)
    return body.drawing.one((goes_back and _back(body, carrying=carrying)) or _forward(body))


def _may_repeat(body: Body, loop: int) -> bytes:
    """Counts a branch back to this loop, and pushes whether it may be taken."""
    counter = body.counter(loop)
    rounds = constant("i", body.drawing.below(MOST_ROUNDS - 1) + 2)
    return instruction(_LOCAL_GET, counter) + _COUNT + instruction(_LOCAL_TEE, counter) + rounds + _BELOW


def br_if(body: Body) -> bytes:
    """A branch that is taken or not; what it would have carried is put elsewhere if not."""
    depth = _target(body, carrying=True)
    label = body.labels[-1 - depth]
    carried = _carried(body, depth)
    condition = body.value("i", 1) if label.loop is None else _may_repeat(body, label.loop)
    return carried + condition + instruction(_BR_IF, depth) + body.sinks(label.types)


def value_of_br_if(body: Body, letter: str, depth: int) -> bytes:
    """A value that a branch carries away, or not."""
    fitting = _forward(body, letter)
    value = body.value(letter, depth)
    if not fitting:
        return value
    target = body.drawing.one(fitting)
    return value + body.value("i", depth) + instruction(_BR_IF, target)


def br(body: Body) -> bytes:
    """A branch forward, or one back within a conditional."""
    depth = _target(body)
    loop = body.labels[-1 - depth].loop
    if loop is None:
        return _carried(body, depth) + instruction(_BR, depth)
    return _may_repeat(body, loop) + IF + BLOCK_TYPES[""] + instruction(_BR, depth + 1) + END


def br_table(body: Body) -> bytes:
    """A table of labels forward, or one that goes on behind it or back."""
    depth = _target(body)
    loop = body.labels[-1 - depth].loop
    if loop is None:
        return _table_of(body, depth)
    return BLOCK + BLOCK_TYPES[""] + _may_repeat(body, loop) + instruction(_BR_TABLE, 0, depth + 1) + END


def _table_of(body: Body, depth: int) -> bytes:
    """A table with this default, of labels that carry the same."""
    fitting = _forward(body, body.labels[-1 - depth].types)
    others = [body.drawing.one(fitting) for _ in range(body.drawing.below(TARGETS))]
    return _carried(body, depth) + index(body, TARGETS) + instruction(_BR_TABLE, *others, depth)


def return_(body: Body) -> bytes:
    return body.values(body.signature[1], 1) + RETURN


def leave(body: Body, _: str, __: int) -> bytes:
    """Something behind which no code runs, and which so stands for a value of any type."""
    way = body.drawing.below(4)
    if way < 2:
        return UNREACHABLE if way == 0 else return_(body)
    depth = body.drawing.one(_forward(body))
    return _carried(body, depth) + instruction(_BR, depth) if way == 2 else _table_of(body, depth)
