"""Hosts: machines that run arm64 code."""

from .base import Host
from .emulator import EmulatorHost


class HostError(Exception):
    """There is no such host here; the message says what to do."""


def open_host(name: str = "auto") -> Host:
    """Opens a host by name: `emulator`, or `auto` for the best there is.  Raises `HostError`."""
    if name in ("auto", EmulatorHost.name):
        return EmulatorHost()
    raise HostError(f"no host is called {name!r}; use 'auto' or '{EmulatorHost.name}'")
