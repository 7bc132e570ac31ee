"""An engine behind the process protocol that links no memory: the interpreter, but for that."""

import os
import sys
from pathlib import Path

from jit.wasm.decode import decode
from jit.wasm.features import WASM_2, Features
from jit.wasm.types import MemoryType
from oracles.interp import InterpEngine
from oracles.protocol import Outcome, Phase, Rejected
from oracles.serve import serve

from .liar import Liar


def command() -> str:
    """How it is named as an engine; a process that is started so needs the environment of `environment`."""
    return f'exec:"{sys.executable} -m support.refusing"'


def environment() -> dict[str, str]:
    root = Path(__file__).parents[2]
    return {"PYTHONPATH": os.pathsep.join((str(root), str(root / "tests")))}


def refuse(wasm: bytes) -> Outcome | None:
    imported = any(isinstance(entry.type, MemoryType) for entry in decode(wasm, WASM_2).imports)
    return Rejected(Phase.LINK, "incompatible import type") if imported else None


def make(features: Features) -> Liar:
    return Liar(refuse=refuse, inner=InterpEngine(features), name="refusing")


if __name__ == "__main__":
    serve(make, sys.stdin.buffer, sys.stdout.buffer)
