"""Generated code is reviewed as listings: each file of wat ends in the code that it becomes, as comments.

`MITEY_BLESS=1` rewrites them; what a listing says is then for the reviewer of its diff.
"""

import os
from pathlib import Path

import pytest
from wasmtime import wat2wasm

from support.baseline_listing import list_functions

LISTINGS = Path(__file__).parent / "baseline"
FIRST = ";; function "
"""How the listing in a wat file begins."""


@pytest.mark.parametrize("path", sorted(LISTINGS.glob("*.wat")), ids=lambda path: path.stem)
def test_functions_become_what_their_listing_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    source = text.partition(FIRST)[0].rstrip() + "\n"
    listing = "".join(f";; {line}\n" for line in list_functions(bytes(wat2wasm(source))))
    assert listing.startswith(FIRST)
    if os.environ.get("MITEY_BLESS") == "1":
        path.write_text(f"{source}\n{listing}", encoding="utf-8")
        return
    assert text == f"{source}\n{listing}", f"{path.name}: generated code changed; MITEY_BLESS=1 accepts it"
