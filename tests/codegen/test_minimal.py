"""Generated code is reviewed as listings: each file of wat ends in the code that it becomes, as comments.

`MITEY_BLESS=1` rewrites them; what a listing says is then for the reviewer of its diff.
"""

import os
from pathlib import Path

import pytest
from wasmtime import wat2wasm

from jit.backend.code import CodegenOptions
from jit.backend.minimal import MinimalBackend
from jit.backend.minimal.handler import Handlers
from jit.backend.minimal.handlers import (
    control,
    convert,
    floating,
    integer,
    memory,
    parametric,
    reference,
    table,
    vector_float,
    vector_integer,
    vector_lanes,
    vector_memory,
    vector_test,
    vector_width,
)
from support.minimal_listing import list_code, list_functions

LISTINGS = Path(__file__).parent / "minimal"
FAMILIES: dict[str, Handlers] = {
    "control": control.HANDLERS,
    "convert": convert.HANDLERS,
    "floating": floating.HANDLERS,
    "integer": integer.HANDLERS,
    "memory": memory.HANDLERS,
    "parametric": parametric.HANDLERS,
    "reference": reference.HANDLERS,
    "table": table.HANDLERS,
    "vector_float": vector_float.HANDLERS,
    "vector_integer": vector_integer.HANDLERS,
    "vector_lanes": vector_lanes.HANDLERS,
    "vector_memory": vector_memory.HANDLERS,
    "vector_test": vector_test.HANDLERS,
    "vector_width": vector_width.HANDLERS,
}
FIRST = ";; function "
"""How the listing in a wat file begins."""


def _compare(path: Path, expected: str, actual: str) -> None:
    if os.environ.get("MITEY_BLESS") == "1":
        path.write_text(actual)
        return
    assert actual == expected, f"{path.name}: generated code changed; MITEY_BLESS=1 accepts it"


@pytest.mark.parametrize("path", sorted(LISTINGS.glob("*.wat")), ids=lambda path: path.stem)
def test_functions_become_what_their_listing_says(path: Path) -> None:
    text = path.read_text()
    source = text.partition(FIRST)[0].rstrip() + "\n"
    listing = "".join(f";; {line}\n" for line in list_functions(bytes(wat2wasm(source))))
    assert listing.startswith(FIRST)
    _compare(path, text, f"{source}\n{listing}")


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_handlers_are_what_their_listing_says(family: str) -> None:
    path = LISTINGS / "handlers" / f"{family}.txt"
    code = MinimalBackend().runtime_code(CodegenOptions())
    lines = [line for name in FAMILIES[family] for line in (f"{name}:", *list_code(code[name]))]
    _compare(path, path.read_text() if path.exists() else "", "\n".join(lines) + "\n")
