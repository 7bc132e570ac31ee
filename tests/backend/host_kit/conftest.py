"""The host kit: what every host must do, one suite for all that this machine has."""

from collections.abc import Iterator

import pytest

from jit.host import available, open_host
from jit.host.base import Host


@pytest.fixture(scope="module", params=available())
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    opened = open_host(request.param)
    yield opened
    opened.close()
