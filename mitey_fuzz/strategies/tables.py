"""What a body does with its tables, but for the one that calls go through: elements, sizes, and ranges of them."""

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from ..generate.emit import DROP
from .body import Body
from .computed import index, indices

WINDOW = 8
"""Most indices are below."""
LENGTHS = 4
_GET, _SET, _SIZE, _GROW = op("table.get"), op("table.set"), op("table.size"), op("table.grow")
_FILL, _COPY, _INIT, _ELEM_DROP = op("table.fill"), op("table.copy"), op("table.init"), op("elem.drop")


def _table(body: Body, letter: str) -> int:
    """A table whose elements have this type, one of the module's own or an imported one."""
    imported = body.draft.imported_tables(letter)
    if not body.draft.can_have_table(letter):
        return imported[body.drawing.below(len(imported))]
    number = body.drawing.below(1 + len(imported))
    return imported[number - 1] if number else body.draft.table(letter)


def _letter(body: Body) -> str:
    return body.drawing.one("re" if body.features.reference_types else "r")


def _can_have(body: Body) -> bool:
    """Whether there may be a table of functions that no calls go through."""
    return body.draft.can_have_table("r") or bool(body.draft.imported_tables("r"))


def get(body: Body, letter: str, depth: int) -> bytes:
    table = _table(body, letter)
    return index(body, WINDOW, depth) + instruction(_GET, table)


def size(body: Body, _: str, __: int) -> bytes:
    return instruction(_SIZE, _table(body, _letter(body)))


def grown(body: Body, _: str, depth: int) -> bytes:
    """What `table.grow` gives: often by no more than the table's maximum allows."""
    letter = _letter(body)
    table = _table(body, letter)
    return body.value(letter, depth) + index(body, LENGTHS, depth) + instruction(_GROW, table)


def grow(body: Body) -> bytes:
    return grown(body, "i", 1) + DROP


def put(body: Body) -> bytes:
    letter = _letter(body)
    table = _table(body, letter)
    return index(body, WINDOW) + body.value(letter, 2) + instruction(_SET, table)


def fill(body: Body) -> bytes:
    letter = _letter(body)
    table = _table(body, letter)
    return index(body, WINDOW) + body.value(letter, 2) + index(body, LENGTHS) + instruction(_FILL, table)


def copy(body: Body) -> bytes:
    if not _can_have(body):
        return b""
    letter = _letter(body)
    tables = [_table(body, letter) for _ in range(2)]
    return indices(body, (WINDOW, WINDOW, LENGTHS)) + instruction(_COPY, *tables)


def init(body: Body) -> bytes:
    if not _can_have(body):
        return b""
    letter = _letter(body)
    table = _table(body, letter)
    segment = _segment(body, letter)
    return indices(body, (WINDOW, LENGTHS, LENGTHS)) + instruction(_INIT, segment, table)


def drop_elem(body: Body) -> bytes:
    return instruction(_ELEM_DROP, _segment(body, _letter(body)))


def _segment(body: Body, letter: str) -> int:
    """A passive segment of this type, up to three elements long."""
    return body.draft.elem(letter, body.drawing.below(LENGTHS))
