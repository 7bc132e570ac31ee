"""How subjects are called: `jit:BACKEND[:paranoid|:perturbed-SEED][@HOST]`, and what is done to such a name.

A name says everything about a subject but its features and planted faults, so that a stored case replays by it.  Names
of other engines go through here unchanged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jit import host

PREFIX = "jit:"
"""What the names of subjects start with; the back end's name follows."""
AT = "@"
"""What may follow in a name, and then the name of a host: `jit:minimal@native`."""
PARANOID = "paranoid"
"""What may follow a back end behind a colon: every invariant is checked, in the compiler and after each call."""
PERTURBED = "perturbed-"
"""The same, and the seed of a `jit.perturbation.Perturbation` follows, as in `jit:baseline:perturbed-7`."""
AUTO = "auto"
HOSTS = (AUTO, *host.NAMES)
"""What `--host` takes."""

_NAME = re.compile(
    rf"{PREFIX}(?P<backend>[^:@]+)(:(?P<variant>{PARANOID}|{PERTURBED}(?P<seed>0|[1-9][0-9]{{0,17}})))?"
    rf"({AT}(?P<host>[^:@]+))?"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a name says; whether there is such a back end or host is not asked.  `seed` None: not perturbed."""

    backend: str
    host: str
    paranoid: bool
    seed: int | None


def parts(name: str) -> Parts | None:
    """The parts of a subject's name; None for what is no subject."""
    named = _NAME.fullmatch(name)
    if named is None:
        return None
    seed = named["seed"]
    return Parts(
        named["backend"], named["host"] or AUTO, named["variant"] == PARANOID, None if seed is None else int(seed)
    )


def paranoid(name: str) -> str:
    """An engine's name, paranoid; unchanged for one that is so already, and for what is no subject."""
    return _varied(name, PARANOID)


def perturbed(name: str, seed: int) -> str | None:
    """The name of the same subject, perturbed; None for one that is paranoid or perturbed, and for what is none."""
    twin = _varied(name, f"{PERTURBED}{seed}")
    return None if twin == name else twin


def without_seed(name: str) -> str:
    """An engine's name, which a perturbation's seed is no part of: what they find is the same bug."""
    named = _NAME.fullmatch(name)
    return name if named is None or named["seed"] is None else name.replace(PERTURBED + named["seed"], PERTURBED[:-1])


def _varied(name: str, variant: str) -> str:
    named = _NAME.fullmatch(name)
    if named is None or named["variant"] is not None:
        return name
    return f"{PREFIX}{named['backend']}:{variant}{AT + named['host'] if named['host'] else ''}"


def on_host(name: str, wanted: str) -> str:
    """An engine's name with this host; unchanged for `auto`, for one that names a host, and for what is no subject."""
    return name + AT + wanted if name.startswith(PREFIX) and AT not in name and wanted != AUTO else name


def check_host(wanted: str) -> None:
    """Raises `ValueError` for a host that is none or not available here; the message says what to do."""
    host.choose(wanted)


def hosts() -> Iterator[tuple[str, str | None]]:
    """Each host with why it is not available here, or None where it is; the one that `auto` stands for first."""
    return ((name, host.missing(name)) for name in host.NAMES)
