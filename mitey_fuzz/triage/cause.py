"""What triage finds out about a divergence: the first instruction whose effect differs, and whose fault it is.

Plain data.
"""

from dataclasses import dataclass
from enum import Enum

from jit.wasm.types import Value


class Certainty(Enum):
    """How the instruction was found; the value is what reports say."""

    OBSERVED = "observed"  # right before it and wrong behind it, and watching it left the difference alone
    LIKELY = "likely"  # the same, but watching it changes what the program returns, or it calls what nobody watches
    ELIMINATED = "eliminated"  # not seen doing wrong: whatever looks at it moves the difference or makes it go away


class Effect(Enum):
    """In what the instruction's effect differs; the value is used in names of buckets."""

    VALUE = "value"  # what it leaves on the operand stack
    OPERAND = "operand"  # a value that waited on the operand stack while it ran
    LOCAL = "local"  # a local
    GLOBAL = "global"
    MEMORY = "memory"
    TABLE = "table"
    HOST_CALL = "host-call"  # which host function it calls, or with what
    CONTROL = "control"  # where it goes
    TRAP = "trap"  # it traps and should not, or with another kind
    NO_TRAP = "no-trap"  # it does not trap and should
    CRASH = "crash"
    COMPILE = "compile"  # it cannot be compiled
    ACCEPTED = "accepted"  # a module with it is accepted and should not be
    REFUSED = "refused"  # a module with it is refused and should not be, or in another phase
    HANG = "hang"


@dataclass(frozen=True, slots=True)
class Cause:
    """The first wasm instruction whose effect differs, or what in a module one engine takes and another refuses.

    `mnemonic` and `instruction` name it, `offset` is that of its opcode in the module; where what goes wrong is a
    function's entry, before its first instruction, `mnemonic` is `ENTRY` and `offset` None.  Where it is none,
    `function` is None and `mnemonic` the kind of part, such as `data` or `import.table`.  `occurrence` counts how often
    it had run by then, from 1; 0 where nothing ran.  `operands` are those that `culprit` really had; `expected` and
    `actual` what it left or did, in words.  `code` is what the culprit's compiler made of it, where that is known.
    `right` and `wrong` are the engines by what they do with this instruction.
    """

    culprit: str
    effect: Effect
    function: int | None
    offset: int | None
    mnemonic: str
    instruction: str
    occurrence: int
    operands: tuple[Value, ...]
    expected: str
    actual: str
    certainty: Certainty
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    code: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where it is, for people."""
        if self.function is None:
            return "the module"
        at = "its entry" if self.offset is None else f"offset {self.offset:#x}"
        return f"function {self.function}, {at}"

    @property
    def time(self) -> str:
        """When it is, for people."""
        if self.occurrence:
            return f"time {self.occurrence}"
        return "while it is compiled" if self.effect is Effect.COMPILE else "before anything runs"


ENTRY = "entry"
"""What stands for a mnemonic where a function's entry goes wrong."""
