"""Releases of the wasmtime package that a machine has: directories below the one that `MITEY_WASMTIME_RELEASES` names,
each filled by `pip install --target DIRECTORY wasmtime==X`."""

import os
from pathlib import Path

VARIABLE = "MITEY_WASMTIME_RELEASES"
REASON = f"no release of wasmtime: {VARIABLE} names no directory with any"


def installed() -> list[Path]:
    """Their directories, in order of version; none where nobody has installed any."""
    root = os.environ.get(VARIABLE)
    found = [path.parent for path in Path(root).glob("*/wasmtime-*.dist-info")] if root else []
    return sorted(found, key=lambda path: [int(part) for part in path.name.split(".") if part.isdigit()])
