"""Hosts: machines that run arm64 code.

Rule 1: this is the only place that knows which hosts there are, and which of them a machine can have.
"""

from ..perturbation import Perturbation
from .base import Host
from .native import platforms

NAMES = ("native", "emulator")
"""The best first."""


class HostError(ValueError):
    """There is no such host here; the message says what to do."""


def missing(name: str) -> str | None:
    """Why a host of `NAMES` is not available here; None where it is."""
    return platforms.missing() if name == "native" else None


def available() -> tuple[str, ...]:
    """The hosts that this machine can have, the best first."""
    return tuple(name for name in NAMES if missing(name) is None)


def best() -> str:
    """The host that `auto` stands for: native where the machine is arm64, the emulator elsewhere."""
    return available()[0]


def choose(name: str) -> str:
    """The host that a name stands for: one of `NAMES`, or `auto` for the best there is.  Raises `HostError`."""
    chosen = best() if name == "auto" else name
    if chosen not in NAMES:
        raise HostError(f"no host is called {name!r}; use 'auto', {' or '.join(map(repr, NAMES))}")
    why = missing(chosen)
    if why is not None:
        raise HostError(f"the {chosen} host is not available: {why}; use 'auto' or '{best()}'")
    return chosen


def open_host(name: str = "auto", perturbation: Perturbation | None = None) -> Host:
    """Opens a host by name: one of `NAMES`, or `auto` for the best there is.  Raises `HostError`.

    With a perturbation the emulator watches generated code (see `watch`); the native host changes nothing for it.
    """
    # Imported when wanted: the native host needs no Unicorn, and no other machine needs the native one.
    if choose(name) == "native":
        from .native.host import NativeHost

        return NativeHost()
    if perturbation is not None:
        from .emulator_watched import WatchedEmulator

        return WatchedEmulator(perturbation)
    from .emulator import EmulatorHost

    return EmulatorHost()
