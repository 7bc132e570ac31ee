"""Prints instructions in the text format: flat, one a line, or folded (spec: `text-instr`, `text-foldedinstr`).

Folding decides about looks only: whatever is grouped, the order of the instructions is the same.  So the arities below
may be rough; an instruction whose operands are not all at hand is left where it is.  Nothing here recurses with the
depth of the code, and indentation stops growing, so that deep code prints in linear time and space.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf

from . import literals
from .body import BLOCKS, ELSE, END, IF, LOOP, Instr, block_type
from .module import Module
from .opcodes import ROWS, Family, Imm, Op, bind
from .types import BY_CODE, FuncType

_DEEPEST = 40
"""Levels of indentation that are shown."""
_LINE = 100
"""Width up to which a folded expression stays on one line."""


def indent(level: int) -> str:
    """The space before a line at this level."""
    return "  " * min(level, _DEEPEST)


def func_type(type: FuncType) -> str:
    """Parameters and results, with a space before each of them."""
    params = f" (param {' '.join(t.name for t in type.params)})" if type.params else ""
    return params + (f" (result {' '.join(t.name for t in type.results)})" if type.results else "")


# --- immediates: binary order in, text out with a space before each piece


def _block(immediates: tuple[int, ...]) -> str:
    (code,) = immediates
    return f" (type {code})" if code >= 0 else func_type(block_type(code, ()))


def _plain(immediates: tuple[int, ...]) -> str:
    return "".join([f" {index}" for index in immediates])


def _optional(immediates: tuple[int, ...]) -> str:
    return _plain(immediates) if any(immediates) else ""


def _second_first(immediates: tuple[int, ...]) -> str:
    """Segment instructions name the memory or table first, and 0 is understood."""
    segment, target = immediates
    return _plain((target, segment) if target else (segment,))


def _type_table(immediates: tuple[int, ...]) -> str:
    index, table = immediates
    return _optional((table,)) + f" (type {index})"


def _reftype(immediates: tuple[int, ...]) -> str:
    return " " + BY_CODE[immediates[0]].name.removesuffix("ref")


def _valtypes(immediates: tuple[int, ...]) -> str:
    return f" (result{''.join([' ' + BY_CODE[code].name for code in immediates])})"


# fmt: off
_IMMEDIATES: dict[tuple[Imm, ...], Callable[[tuple[int, ...]], str]] = {
    ():                        _plain,
    (Imm.BLOCK,):              _block,
    (Imm.LABEL,):              _plain,
    (Imm.LABELS,):             _plain,
    (Imm.FUNC,):               _plain,
    (Imm.TYPE, Imm.TABLE):     _type_table,
    (Imm.REFTYPE,):            _reftype,
    (Imm.VALTYPES,):           _valtypes,
    (Imm.LOCAL,):              _plain,
    (Imm.GLOBAL,):             _plain,
    (Imm.TABLE,):              _plain,
    (Imm.TABLE, Imm.TABLE):    _plain,
    (Imm.ELEM,):               _plain,
    (Imm.ELEM, Imm.TABLE):     _second_first,
    (Imm.MEMORY,):             _optional,
    (Imm.MEMORY, Imm.MEMORY):  _optional,
    (Imm.DATA,):               _plain,
    (Imm.DATA, Imm.MEMORY):    _second_first,
    (Imm.LANE,):               _plain,
    (Imm.LANES,):              _plain,
}
# fmt: on


def _memarg(row: Op, align: int, offset: int) -> str:
    shown = f" offset={offset}" if offset else ""
    return shown + (f" align={1 << align}" if 8 << align != row.width else "")


def instr_text(instr: Instr) -> str:
    """One instruction, mnemonic and immediates."""
    row, immediates, _ = instr
    kinds = row.immediates
    mnemonic = row.name.removesuffix(" t")
    if kinds and kinds[0] is Imm.MEMARG:
        return mnemonic + _memarg(row, *immediates[:2]) + _plain(immediates[2:])
    if kinds and kinds[0] in (Imm.I32, Imm.I64, Imm.F32, Imm.F64, Imm.V128):
        return f"{mnemonic} {literals.number(kinds[0], immediates[0])}"
    return mnemonic + _IMMEDIATES[kinds](immediates)


def flat(instrs: Iterable[Instr], level: int) -> Iterator[str]:
    """The lines of a body, without the final `end`."""
    depth = level
    for instr in instrs:
        if instr.op is END or instr.op is ELSE:
            depth -= 1
        if depth < level:
            return
        yield indent(depth) + instr_text(instr)
        if instr.op in BLOCKS or instr.op is ELSE:
            depth += 1


# --- folding


class _Node:
    """A folded instruction: its text, what is inside its parentheses, and how many values it leaves.

    `values` is -1 for what may not become an operand; `width` that of the whole on one line.
    """

    __slots__ = ("head", "inside", "values", "width")

    def __init__(self, head: str, inside: list["_Node"], values: int, *, inline: bool = True) -> None:
        self.head = head
        self.inside = inside
        self.values = values
        self.width: float = len(head) + 2 + sum([1 + node.width for node in inside]) if inline else inf


class _Frame:
    """An open block: where its instructions go, and what a branch to it takes."""

    __slots__ = ("label", "node", "sequence", "type")

    def __init__(self, node: _Node, sequence: list[_Node], type: FuncType, label: int) -> None:
        self.node = node
        self.sequence = sequence
        self.type = type
        self.label = label


# fmt: off
_ARITY: dict[str, tuple[int, int]] = {
    "drop":       (1, 0), "select":     (3, 1), "select t":    (3, 1),
    "local.get":  (0, 1), "local.set":  (1, 0), "local.tee":   (1, 1), "global.get": (0, 1), "global.set": (1, 0),
    "table.get":  (1, 1), "table.set":  (2, 0), "table.grow":  (2, 1), "table.fill": (3, 0),
    "ref.null":   (0, 1), "ref.func":   (0, 1), "ref.is_null": (1, 1),
}
# fmt: on
"""Operands and results of the straight-line rows typed by rule."""
bind(_ARITY, [row for row in ROWS if not row.sig and row.family is not Family.CONTROL])


class _Folder:
    """Builds the nodes of one body."""

    def __init__(self, module: Module, type: FuncType) -> None:
        self.module = module
        self.root: list[_Node] = []
        self.frames = [_Frame(_Node("", self.root, 0), self.root, type, len(type.results))]

    def add(self, instr: Instr) -> None:
        if instr.op in BLOCKS:
            self._open(instr)
        elif instr.op is ELSE:
            frame = self.frames[-1]
            frame.sequence = []
            frame.node.inside.append(_Node("else", frame.sequence, -1, inline=False))
        elif instr.op is END:
            self.frames.pop()
        else:
            self._plain(instr)

    def _plain(self, instr: Instr) -> None:
        wanted, left = self._arity(instr)
        operands = self._operands(wanted)
        values = left if len(operands) == wanted else -1
        self.frames[-1].sequence.append(_Node(instr_text(instr), operands, values))

    def _operands(self, wanted: int) -> list[_Node]:
        """Takes up to so many nodes of one value each from the end of the sequence."""
        sequence = self.frames[-1].sequence
        start = len(sequence)
        while start and len(sequence) - start < wanted and sequence[start - 1].values == 1:
            start -= 1
        operands = sequence[start:]
        del sequence[start:]
        return operands

    def _open(self, instr: Instr) -> None:
        type = self._type(instr.immediates[0])
        body: list[_Node] = []
        inside = body
        if instr.op is IF:
            inside = [*self._operands(1), _Node("then", body, -1, inline=False)]
        node = _Node(instr_text(instr), inside, -1 if type.params else len(type.results), inline=False)
        self.frames[-1].sequence.append(node)
        label = type.params if instr.op is LOOP else type.results
        self.frames.append(_Frame(node, body, type, len(label)))

    def _type(self, code: int) -> FuncType:
        types = self.module.types
        return block_type(code, types) if code < len(types) else FuncType((), ())

    def _label(self, depth: int) -> int:
        return self.frames[-1 - depth].label if depth < len(self.frames) else 0

    def _arity(self, instr: Instr) -> tuple[int, int]:
        """How many operands an instruction takes and how many values it leaves."""
        row = instr.op
        if row.params is not None and row.results is not None:
            return len(row.params), len(row.results)
        if row.name in _ARITY:
            return _ARITY[row.name]
        if row.name in ("call", "call_indirect"):
            return self._call_arity(row, instr.immediates[0])
        if row.name == "unreachable":
            return 0, 0
        labels = self.frames[0].label if row.name == "return" else self._label(instr.immediates[-1])
        condition = 1 if row.name in ("br_if", "br_table") else 0
        return labels + condition, labels if row.name == "br_if" else 0

    def _call_arity(self, row: Op, index: int) -> tuple[int, int]:
        indirect = row.name == "call_indirect"
        indices = range(len(self.module.types)) if indirect else self.module.func_type_indices
        type = self._type(indices[index]) if index < len(indices) else FuncType((), ())
        return len(type.params) + indirect, len(type.results)


def folded(instrs: Sequence[Instr], level: int, module: Module, type: FuncType) -> Iterator[str]:
    """The lines of the body of a function of this type, without the final `end`."""
    folder = _Folder(module, type)
    for instr in instrs:
        folder.add(instr)
    return _lines(folder.root, level)


def _lines(sequence: Sequence[_Node], level: int) -> Iterator[str]:
    open_nodes = [iter(sequence)]
    line = ""  # held back until it is known how many parentheses close behind it
    while open_nodes:
        node = next(open_nodes[-1], None)
        if node is None:
            open_nodes.pop()
            line += ")" if open_nodes else ""
            continue
        if line:
            yield line
        depth = level + len(open_nodes) - 1
        if node.width + 2 * depth <= _LINE:
            line = indent(depth) + _on_one_line(node)
        else:
            line = indent(depth) + "(" + node.head
            open_nodes.append(iter(node.inside))
    if line:
        yield line


def _on_one_line(node: _Node) -> str:
    """Recursion is bounded by the width of the line."""
    return f"({' '.join([node.head, *map(_on_one_line, node.inside)])})"
