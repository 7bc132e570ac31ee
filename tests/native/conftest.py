"""What only an arm64 machine can show; everywhere else `just native` runs it under qemu-user."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jit.host.native import platforms
from jit.host.native.host import NativeHost

MISSING = platforms.missing()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if MISSING is not None and item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.skip(reason=f"{MISSING}: run `just native`"))


@pytest.fixture
def host() -> Iterator[NativeHost]:
    opened = NativeHost()
    yield opened
    opened.close()
