"""How engines say that a module is larger than they take, in the words of a refusal (spec: `impl`)."""

import re

_LIMIT = re.compile(r"exceeds (internal )?limit of|\bsize out of bounds")
"""wasmparser: "tables count exceeds limit of 100", "string size out of bounds"; V8: "exceeds internal limit of"."""


def is_limit(message: str) -> bool:
    """Whether a refusal is for a limit of the engine's own."""
    return _LIMIT.search(message) is not None
