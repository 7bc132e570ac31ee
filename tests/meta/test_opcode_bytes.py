"""No second opcode table: nobody else binds numbers to mnemonics or builds rows.

The table is `jit/wasm/opcodes.py` and `jit/wasm/vector_rows.py`.
"""

import ast
from pathlib import Path

from jit.wasm.opcodes import BY_NAME
from support.repository import PACKAGES, ROOT, python_files

TABLE = (ROOT / "jit" / "wasm" / "opcodes.py", ROOT / "jit" / "wasm" / "vector_rows.py")
OTHERS = [path for path in python_files(*PACKAGES) if path not in TABLE]


def opcode_bindings(source: str) -> list[str]:
    """Where a mnemonic and its own opcode stand side by side: in a pair, a call's arguments, or as key and value.

    Opcodes are written in hexadecimal, as everywhere; other numbers beside mnemonics are weights and distances.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict):
            pairs = [p for pair in zip(node.keys, node.values, strict=True) for p in (pair, pair[::-1])]
        elif isinstance(node, ast.Tuple | ast.List):
            pairs = [(a, b) for a in node.elts for b in node.elts]
        elif isinstance(node, ast.Call):
            pairs = [(a, b) for a in node.args for b in node.args]
        else:
            continue
        found += [f"line {node.lineno}: {name}" for pair in pairs if (name := _spelt(source, *pair))]
    return found


def _spelt(source: str, one: ast.expr | None, other: ast.expr | None) -> str | None:
    """The mnemonic that `one` is, when `other` is its opcode in hexadecimal."""
    if not (isinstance(one, ast.Constant) and isinstance(other, ast.Constant)):
        return None
    row = BY_NAME.get(one.value) if isinstance(one.value, str) else None
    if row is None or row.code != other.value:
        return None
    text = ast.get_source_segment(source, other) or ""
    return row.name if text.lower().startswith("0x") else None


def row_makers(source: str) -> list[str]:
    """Calls of `Op`: rows that would be in no table."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [f"line {node.lineno}" for node in calls if isinstance(node.func, ast.Name) and node.func.id == "Op"]


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_second_tables_are_recognised_in_every_form() -> None:
    for source in ('{"i32.add": 0x6A}', '{0x6A: "i32.add"}', '[("i32.add", 0x6A)]', 'row(0x6A, "i32.add")'):
        assert opcode_bindings(source) == ["line 1: i32.add"], source
    assert opcode_bindings('{"i32.add": 3, "words": 0x6A, "call": 16}') == []
    assert row_makers('Op(0x6A, "i32.add", (), "ii>i", BINARY, "op-iadd")') == ["line 1"]


def test_nobody_else_says_which_byte_a_mnemonic_is() -> None:
    found = {str(path.relative_to(ROOT)): opcode_bindings(text(path)) for path in OTHERS}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_nobody_else_makes_rows() -> None:
    found = {str(path.relative_to(ROOT)): row_makers(text(path)) for path in OTHERS}
    assert {path: lines for path, lines in found.items() if lines} == {}
