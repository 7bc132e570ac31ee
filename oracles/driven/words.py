"""What engines say when code ends in a trap, in the specification's words.

Some have one sentence for several kinds; which, `Capabilities.indistinct` says, so that `compare/rules.py` can name it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jit.wasm.types import TrapKind

from ..protocol import Crashed, Exhausted, Outcome, Trapped

_TABLE = frozenset({TrapKind.OOB_TABLE, TrapKind.UNDEFINED_ELEMENT})


@dataclass(frozen=True, slots=True)
class Words:
    """`where` finds the words proper in a message, its group 1: a backtrace may hold any words.

    `kinds` gives the kind of a trap by what these words contain, the first that fits; `exhausted` the same for what ran
    out.  `indistinct` are groups of kinds that have one sentence.
    """

    where: re.Pattern[str]
    kinds: Mapping[str, TrapKind]
    exhausted: Mapping[str, str]
    indistinct: tuple[frozenset[TrapKind], ...]

    def outcome(self, message: str) -> Outcome:
        """The outcome that a message tells; a crash where nothing fits."""
        found = self.where.search(message)
        words = found[1] if found else message
        for pattern, what in self.exhausted.items():
            if re.search(pattern, words):
                return Exhausted(what)
        for pattern, kind in self.kinds.items():
            if re.search(pattern, words):
                return Trapped(kind, message)
        return Crashed(f"the engine stopped for a reason of its own\n{message}")


_STACK = TrapKind.EXHAUSTED.value

# fmt: off
WASMTIME = Words(
    re.compile("wasm trap: (.*)"),
    {
        "out of bounds memory access":                            TrapKind.OOB_MEMORY,
        "undefined element|out of bounds table access|table out of bounds": TrapKind.OOB_TABLE,
        "uninitialized element":                                  TrapKind.UNINITIALIZED_ELEMENT,
        "indirect call type mismatch":                            TrapKind.INDIRECT_MISMATCH,
        "integer overflow":                                       TrapKind.OVERFLOW,
        "integer divide by zero":                                 TrapKind.DIV_ZERO,
        "invalid conversion to integer":                          TrapKind.BAD_CONVERSION,
        "unreachable":                                             TrapKind.UNREACHABLE,
    },
    {
        "call stack exhausted":                                   _STACK,
        "allocat|mmap|resource limit|exceeds .* limits|memory minimum size": "memory",
    },
    (_TABLE,),
)
V8 = Words(
    re.compile("RuntimeError: (.*)"),
    {
        "memory access out of bounds|data segment .*out of bounds": TrapKind.OOB_MEMORY,
        "table index is out of bounds|table access out of bounds|(element|table) segment .*out of bounds|"
        "table initializer .*out of bounds":                      TrapKind.OOB_TABLE,
        "null function or function signature mismatch":           TrapKind.INDIRECT_MISMATCH,
        "float unrepresentable in integer range":                 TrapKind.OVERFLOW,
        "divide result unrepresentable":                          TrapKind.OVERFLOW,
        "(divide|remainder) by zero":                             TrapKind.DIV_ZERO,
        "unreachable":                                            TrapKind.UNREACHABLE,
    },
    {
        "Maximum call stack size exceeded":                       _STACK,
        "Out of memory|could not allocate|Cannot allocate|initial memory size": "memory",
        "initial table size":                                     "table",
    },
    (
        _TABLE,
        frozenset({TrapKind.INDIRECT_MISMATCH, TrapKind.UNINITIALIZED_ELEMENT}),
        frozenset({TrapKind.OVERFLOW, TrapKind.BAD_CONVERSION}),
    ),
)
# fmt: on
