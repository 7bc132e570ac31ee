"""V8 by way of Node.js: where it is, and what it can do.

V8 has two compilers: Liftoff, a baseline one like the subject's, and TurboFan.  Left alone it starts with the first and
moves hot functions to the second; flags keep it to one, so that a verdict does not depend on when it moves.
"""

import shutil
from pathlib import Path

from jit.wasm.features import WASM_2

from .engine import DrivenEngine
from .kind import Kind
from .words import V8

_DRIVER = Path(__file__).with_name("node_driver.mjs")

_TIERS = {
    "node": "--no-liftoff",  # TurboFan alone
    "node:liftoff": "--liftoff-only",
}


def create(name: str) -> DrivenEngine:
    """V8 with the compiler of this name; `ImportError` where there is no Node.js."""
    node = shutil.which("node")
    if node is None:
        raise ImportError("there is no command node")
    return DrivenEngine(Kind(name, (node, _TIERS[name], str(_DRIVER)), WASM_2, "V8", V8, references=True))
