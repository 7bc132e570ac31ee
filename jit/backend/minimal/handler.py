"""A handler under construction: what all of them do with the value stack, and how they end.

Handlers are written by family in `handlers`, as rows for the regular ones and functions for the rest, both registered
in a `Handlers` under the name that `bl` relocations use: the mnemonic, with words behind it where an opcode has several
(`i32.load` for any offset, `i32.load at 0` without one).
"""

from collections.abc import Callable
from typing import TypeVar

from ...a64.labels import Label
from ...a64.masm import MacroAssembler
from ...a64.operands import FP, LR, SP, FSize, Q, Reg, VReg, X, XReg
from ...a64.operands import D as DOUBLE
from ...abi import udf_code
from ...wasm.types import TrapKind
from ..code import CodegenOptions, Compiled
from .abi import CONTEXT, FA, FB, MEMORY, TOP, A, B

Body = Callable[["Handler"], None]
T = TypeVar("T")


class Handlers(dict[str, Body]):
    """Handlers by name."""

    def row(self, name: str, body: Body) -> None:
        """Registers a body."""
        assert name not in self, name
        self[name] = body

    def handles(
        self, name: str, shape: T
    ) -> Callable[[Callable[["Handler", T], None]], Callable[["Handler", T], None]]:
        """Registers the decorated function under a name, with its second parameter fixed to `shape`."""

        def register(body: Callable[["Handler", T], None]) -> Callable[["Handler", T], None]:
            self.row(name, lambda h: body(h, shape))
            return body

        return register


class Handler:
    """One routine.  `asm` takes the instructions between popping and pushing; `finish` puts the cold ends behind."""

    def __init__(self, options: CodegenOptions) -> None:
        self.asm = MacroAssembler()
        self.options = options
        self._cold: dict[TrapKind, Label] = {}
        self._accesses: list[tuple[int, TrapKind]] = []

    # The value stack.  Slots are moved whole: the upper half of an i32 or f32 is never looked at.

    def peek(self, reg: XReg = A) -> None:
        """Reads the top slot and leaves it there, for `replace`."""
        self.asm.ldur(X, reg, TOP, -8)

    def replace(self, reg: Reg = A) -> None:
        """Overwrites the top slot."""
        self.asm.stur(X, reg, TOP, -8)

    def pop(self, reg: XReg = A) -> None:
        self.asm.ldr_pre(X, reg, TOP, -8)

    def pop_pair(self, under: XReg = A, top: XReg = B) -> None:
        """Pops two slots at once."""
        self.asm.ldp_pre(X, under, top, TOP, -16)

    def push(self, reg: Reg = A) -> None:
        self.asm.str_post(X, reg, TOP, 8)

    # The same through floating-point registers.

    def peek_float(self, fs: FSize, reg: VReg = FA) -> None:
        self.asm.ldur_v(fs, reg, TOP, -8)

    def replace_float(self, reg: VReg = FA) -> None:
        self.asm.stur_v(DOUBLE, reg, TOP, -8)

    def pop_float_pair(self, under: VReg = FA, top: VReg = FB) -> None:
        self.asm.ldp_v_pre(DOUBLE, under, top, TOP, -16)

    def push_float(self, reg: VReg = FA) -> None:
        self.asm.str_v_post(DOUBLE, reg, TOP, 8)

    # Vectors: two slots each, moved as one.

    def peek_vector(self, reg: VReg = FA) -> None:
        self.asm.ldur_v(Q, reg, TOP, -16)

    def replace_vector(self, reg: VReg = FA) -> None:
        self.asm.stur_v(Q, reg, TOP, -16)

    def pop_vector(self, reg: VReg = FA) -> None:
        self.asm.ldr_v_pre(Q, reg, TOP, -16)

    def pop_vector_pair(self, under: VReg = FA, top: VReg = FB) -> None:
        self.asm.ldp_v_pre(Q, under, top, TOP, -32)

    def push_vector(self, reg: VReg = FA) -> None:
        self.asm.str_v_post(Q, reg, TOP, 16)

    # Traps

    def trap(self, kind: TrapKind) -> Label:
        """Where to branch in order to trap: a `udf` behind the routine, one for each kind."""
        return self._cold.setdefault(kind, Label())

    def ret(self) -> None:
        self.asm.ret()

    def may_fault(self, kind: TrapKind) -> None:
        """The next instruction accesses wasm memory; when it faults, that is this trap."""
        self._accesses.append((self.asm.position, kind))

    # Calling out

    def enter_frame(self, size: int = 32) -> None:
        """Opens a frame of `size` bytes on the machine stack that keeps the link, MEMORY and CONTEXT."""
        assert size >= 32 and size % 16 == 0, "sp stays 16-byte aligned"
        self.asm.stp_pre(X, FP, LR, SP, -size)
        self.asm.stp_imm(X, MEMORY, CONTEXT, SP, 16)

    def leave_frame(self, size: int = 32) -> None:
        """Closes the frame: the opposite of `enter_frame`."""
        self.asm.ldp_imm(X, MEMORY, CONTEXT, SP, 16)
        self.asm.ldp_post(X, FP, LR, SP, size)

    def finish(self) -> Compiled:
        """The routine, with its cold ends."""
        for kind, label in self._cold.items():
            self.asm.bind(label)
            self.asm.udf(udf_code(kind))
        return Compiled(
            self.asm.finish(),
            relocs=tuple(self.asm.symbols),
            traps=tuple(self._accesses),
            data=tuple(self.asm.data),
        )
