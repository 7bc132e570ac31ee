"""Other releases of the wasmtime package, each in a process of its own: where one lies, and what it can do.

A directory is as `pip install --target DIRECTORY wasmtime==X` makes it; every release since 0.26 will do.
"""

import platform
import sys
from pathlib import Path

from jit.wasm.features import WASM_2, Features

from ..registry import RELEASE
from .engine import DrivenEngine
from .kind import Kind
from .words import WASMTIME

OLDEST = (0, 26)
SIMD_SINCE = (0, 29)
"""Before it, some instructions of the proposal do not compile on x86-64."""

_LIBRARIES = {"linux": "_libwasmtime.so", "darwin": "_libwasmtime.dylib", "win32": "_wasmtime.dll"}


def create(directory: str) -> DrivenEngine:
    """The release in a directory; `ImportError` where there is none that can be used."""
    path = Path(directory).absolute()
    found = version(path)
    if _number(found) < OLDEST:
        raise ImportError(f"wasmtime {found} is older than {OLDEST[0]}.{OLDEST[1]}")
    library(path)
    features = features_of(found)
    command = (sys.executable, "-m", "oracles.driven.release_driver", str(path))
    kind = Kind(RELEASE + directory, command, features, "wasmparser", WASMTIME, references=False)
    return DrivenEngine(kind)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")[:2]))


def features_of(version: str) -> Features:
    """What modules for a release of this version may use."""
    return WASM_2 if _number(version) >= SIMD_SINCE else Features.of(WASM_2.names - {"simd"})


def version(directory: Path) -> str:
    """The version of the package in a directory, as its metadata's name has it."""
    found = sorted(directory.glob("wasmtime-*.dist-info"))
    if len(found) != 1:
        raise ImportError(f"{directory} holds {len(found)} releases of wasmtime instead of one")
    return found[0].name.removeprefix("wasmtime-").removesuffix(".dist-info")


def library(directory: Path) -> Path:
    """The package's shared library for this machine."""
    machine = {"AMD64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    path = directory / "wasmtime" / f"{sys.platform}-{machine}" / _LIBRARIES.get(sys.platform, "")
    if not path.is_file():
        raise ImportError(f"there is no {path}: the release was not built for this machine")
    return path
