"""x18 is the platform's: macOS may change it at any time, so no generated code names it."""

import re

import pytest

import jit
from jit.a64.listing import disassemble
from jit.backend.code import Compiled
from support.repository import ROOT
from support.wat import wasm

MODULES = sorted((ROOT / "tests" / "backend" / "programs").glob("*.wat")) + sorted((ROOT / "corpus").rglob("*.wat"))


def instructions(compiled: Compiled) -> list[str]:
    """What is executed of it: data may look like anything."""
    lines = disassemble(compiled.code, 0)
    return [text for address, text in lines if not any(start <= address < end for start, end in compiled.data)]


@pytest.mark.parametrize("backend", jit.Engine.backends())
def test_no_generated_code_names_the_platforms_register(backend: str) -> None:
    with jit.Engine(backend) as engine:
        pieces = list(engine.runtime_code().values())
        for path in MODULES:
            text = path.read_text(encoding="utf-8")
            pieces += engine.code(wasm(text[text.index("(module") :])).values()
    lines = [text for piece in pieces for text in instructions(piece)]
    assert len(lines) > 4000
    assert not [text for text in lines if re.search(r"\b[wx]18\b", text)]
