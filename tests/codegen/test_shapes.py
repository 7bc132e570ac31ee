"""What every instruction becomes in every operand shape, as listings by family; `MITEY_BLESS=1` rewrites them."""

import os
from pathlib import Path

import pytest

from support import baseline_listing, minimal_listing
from support.shape_listing import families, family_listing

LISTERS = {"baseline": baseline_listing.list_functions, "minimal": minimal_listing.list_functions}
HERE = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.parametrize("family", families())
@pytest.mark.parametrize("backend", LISTERS)
def test_instructions_become_what_their_listing_says(backend: str, family: str) -> None:
    path = HERE / backend / "shapes" / f"{family}.txt"
    listing = family_listing(family, LISTERS[backend])
    if os.environ.get("MITEY_BLESS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(listing, encoding="utf-8")
        return
    assert listing == path.read_text(encoding="utf-8"), f"{path.name}: generated code changed; MITEY_BLESS=1 accepts it"


def test_every_listing_belongs_to_a_family() -> None:
    for backend in LISTERS:
        kept = {path.stem for path in (HERE / backend / "shapes").iterdir()}
        assert kept == set(families())
