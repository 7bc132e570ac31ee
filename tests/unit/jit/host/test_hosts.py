"""Which hosts there are, and which one a machine has."""

import platform
import sys

import pytest

from jit import host
from jit.host.native import platforms


def test_every_available_host_opens_by_name() -> None:
    for name in host.available():
        opened = host.open_host(name)
        assert opened.name == name
        opened.close()


def test_the_automatic_host_is_native_exactly_where_the_machine_is_arm64() -> None:
    arm64 = platform.machine() in ("aarch64", "arm64")
    opened = host.open_host()
    assert opened.name == ("native" if arm64 else "emulator")
    opened.close()


def test_an_unknown_host_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(host.HostError, match="use 'auto', 'native' or 'emulator'"):
        host.open_host("vax")


@pytest.mark.parametrize(
    ("machine", "system", "why"),
    [
        ("x86_64", "linux", "this machine is x86_64, not arm64"),
        ("arm64", "darwin", None),
        ("aarch64", "linux", None),
        ("aarch64", "freebsd14", "is neither Linux nor macOS"),
    ],
)
def test_the_native_host_says_why_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, machine: str, system: str, why: str | None
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sys, "platform", system)
    found = platforms.missing()
    assert found == why if found is None or why is None else why in found
    if why is not None:
        with pytest.raises(host.HostError, match="the native host is not available"):
            host.choose("native")
        assert host.choose("auto") == "emulator"
