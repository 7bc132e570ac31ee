"""The host kit: what every host must do, one suite for all of them."""

from collections.abc import Iterator

import pytest

from jit.host import open_host
from jit.host.base import Host


@pytest.fixture(scope="module", params=["emulator"])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    opened = open_host(request.param)
    yield opened
    opened.close()
