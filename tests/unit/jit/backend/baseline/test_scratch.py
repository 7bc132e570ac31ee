"""X16 and X17 belong to the assembler, which lends them: nobody holds one that somebody else may be given."""

import ast
from pathlib import Path

import jit.backend.baseline

SOURCES = sorted(Path(jit.backend.baseline.__path__[0]).glob("*.py"))


def test_no_emitter_names_a_scratch_register() -> None:
    """Whoever borrows one by `MacroAssembler.scratch` has it alone; asking for a third is an assertion."""
    named = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name | ast.alias) and (node.id if isinstance(node, ast.Name) else node.name) in _SCRATCH
    ]
    assert len(SOURCES) > 20
    assert named == []


_SCRATCH = frozenset(("X16", "X17"))
