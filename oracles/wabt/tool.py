"""The commands of wabt: where they are, how they are run, and what `wasm-interp` prints, in frames.

A module is handed over as a file.  The address space of a run is bounded, since the interpreter fills all the memory
that a module declares, and a machine should survive that; where the shell cannot bound it, it is not.
"""

import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from jit.wasm.features import Features

from ..child import Ended, EngineLost, Late, finish
from ..protocol import Crashed, TimedOut
from .customs import anonymous

PATIENCE_S = 1.0
"""Seconds that a run may take beyond its deadline: starting, reading the module, printing."""
READING_S = 5.0
"""Seconds after which a module has been read, on a loaded machine too."""
_MOST_KIB = 3 << 20
_STACKS = ("--call-stack-size=20000", "--value-stack-size=2000000")

# fmt: off
_SWITCHES = {
    "sign-extension":         "--disable-sign-extension",
    "saturating-conversions": "--disable-saturating-float-to-int",
    "multi-value":            "--disable-multi-value",
    "reference-types":        "--disable-reference-types",
    "bulk-memory":            "--disable-bulk-memory",
    "simd":                   "--disable-simd",
}
# fmt: on

_PRINTED = re.compile(r"called host host\.print\((.*)\) =>")
_ENDED = re.compile(r"\d+\(\) =>(?: error: (.*))?")
_FAILED = "error initializing module: "


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference as printed: the name of its type and wabt's number for it, 0 for null."""

    kind: str
    number: int


Event = tuple[int, ...] | Ref
"""What one print told: words or a reference."""


@dataclass(slots=True)
class Frame:
    """What was printed while one function ran, and the engine's words where it trapped.

    What the start function printed stands before what the first function did.
    """

    events: list[Event] = field(default_factory=list)
    trap: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The frames of a run, one for each export, and how long it took.

    `failed` are the words of an instantiation that failed, `refused` those about a module that is not valid.
    """

    frames: list[Frame]
    failed: str | None = None
    refused: str | None = None
    seconds: float = 0.0


class Tool:
    """The commands, and a directory for the modules they read."""

    def __init__(self, features: Features) -> None:
        """`ImportError` where the commands are not there."""
        self._interp = _found("wasm-interp")
        self._off = [switch for name, switch in _SWITCHES.items() if not features.has(name)]
        self.version = finish((self._interp, "--version"), 10 * PATIENCE_S).output.strip()
        self._directory = tempfile.TemporaryDirectory(prefix="mitey-wabt-")
        self._file = Path(self._directory.name) / "module.wasm"

    def refusal(self, wasm: bytes) -> str | None:
        """Why a module is not valid, None where it is.

        `wasm-interp` reads a module before it looks for its imports, and refuses what `wasm-validate` lets through.
        One that has no imports starts, which tells no more: if it is still running, it has been read.
        """
        self._file.write_bytes(anonymous(wasm))
        try:
            ended = self._interpret(READING_S, *self._off)
        except Late:
            return None
        return ended.said if _is_refusal(ended) else None

    def run(self, wasm: bytes, deadline_s: float) -> Run | Crashed | TimedOut:
        """Instantiates a module and runs its exports, with all features on."""
        self._file.write_bytes(wasm)
        start = monotonic()
        try:
            ended = self._interpret(deadline_s + PATIENCE_S, "--run-all-exports", "--host-print")
        except Late:
            return TimedOut(deadline_s)
        if ended.status == 1 and _FAILED in ended.said:
            return Run([], ended.said.split(_FAILED, 1)[1].strip())
        if "bad_alloc" in ended.said:
            return Run([], "bad_alloc")
        if _is_refusal(ended):
            return Run([], refused=ended.said)
        if ended.status != 0:
            return Crashed(f"wasm-interp ended with status {ended.status}\n{ended.said[-4000:]}")
        return Run(read(ended.output), seconds=monotonic() - start)

    def _interpret(self, limit_s: float, *options: str) -> Ended:
        bounded = ("sh", "-c", f'ulimit -v {_MOST_KIB} 2>/dev/null; exec "$@"', "sh")
        return finish((*bounded, self._interp, str(self._file), *_STACKS, *options), limit_s)

    def close(self) -> None:
        self._directory.cleanup()


def _found(command: str) -> str:
    path = shutil.which(command)
    if path is None:
        raise ImportError(f"there is no command {command}")
    return path


def _is_refusal(ended: Ended) -> bool:
    return ended.status == 1 and _FAILED not in ended.said


def read(output: str) -> list[Frame]:
    """What a run that ended well printed; `EngineLost` where a line is none that we know."""
    frames = [Frame()]
    for line in output.splitlines():
        printed = _PRINTED.fullmatch(line)
        if printed:
            frames[-1].events.append(_event(printed[1]))
            continue
        ended = _ENDED.fullmatch(line)
        if ended is None:
            raise EngineLost(f"wasm-interp printed {line!r:.200}")
        frames[-1].trap = ended[1]
        frames.append(Frame())
    return frames[:-1]


def _event(text: str) -> Event:
    parts = [part.split(":") for part in text.split(", ")]
    kind, number = parts[0]
    if kind.endswith("ref"):
        return Ref(kind, int(number))
    return tuple([int(bits) for _, bits in parts])
