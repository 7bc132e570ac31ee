"""An engine for all tests of the runtime, and a store for each."""

from collections.abc import Iterator

import pytest

import jit
from jit.wasm.features import WASM_1


@pytest.fixture(scope="session")
def engine() -> Iterator[jit.Engine]:
    """All features of the minimal back end."""
    with jit.Engine("minimal") as made:
        yield made


@pytest.fixture(scope="session")
def engine_1() -> Iterator[jit.Engine]:
    """WebAssembly 1.0 alone."""
    with jit.Engine("minimal", features=WASM_1) as made:
        yield made


@pytest.fixture
def store(engine: jit.Engine) -> Iterator[jit.Store]:
    with engine.open_store() as made:
        yield made
