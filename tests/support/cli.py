"""Running `mitey-fuzz` as a user does: in a process of its own."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 300


@dataclass(frozen=True)
class Run:
    status: int
    out: str
    err: str


def mitey_fuzz(*args: str | Path, cwd: Path | None = None) -> Run:
    """Runs the command line to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "mitey_fuzz", *map(str, args)],
        capture_output=True, text=True, timeout=TIMEOUT_S, cwd=cwd, check=False,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr)


def start(*args: str | Path) -> "subprocess.Popen[str]":
    """Starts the command line in a process group of its own, for tests that interrupt it."""
    return subprocess.Popen(
        [sys.executable, "-m", "mitey_fuzz", *map(str, args)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
