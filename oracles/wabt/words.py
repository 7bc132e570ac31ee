"""What `wasm-interp` says when code traps or a run ends otherwise, in the specification's words."""

import re

from jit.wasm.types import TrapKind

from ..driven.words import Words

# fmt: off
WABT = Words(
    re.compile("(.*)"),
    {
        "out of bounds memory access":        TrapKind.OOB_MEMORY,
        "out of bounds table access":         TrapKind.OOB_TABLE,
        "undefined table index":              TrapKind.UNDEFINED_ELEMENT,
        "uninitialized table element":        TrapKind.UNINITIALIZED_ELEMENT,
        "indirect call signature mismatch":   TrapKind.INDIRECT_MISMATCH,
        "integer overflow":                   TrapKind.OVERFLOW,
        "integer divide by zero":             TrapKind.DIV_ZERO,
        "invalid conversion to integer":      TrapKind.BAD_CONVERSION,
        "unreachable executed":               TrapKind.UNREACHABLE,
    },
    {
        "call stack exhausted":               TrapKind.EXHAUSTED.value,
        "bad_alloc":                          "memory",
    },
    (),
)
# fmt: on

SEGMENT = re.compile("(data|elem|table) segment is out of bounds")
"""An active segment that does not fit: without bulk memory that is a matter of linking."""
