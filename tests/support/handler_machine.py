"""Runs single handlers of the minimal back end on the emulated host, without runtime or linker.

The machine has a value stack, 64 KiB of linear memory with unmapped space behind it, and a block that serves as
VMContext.  Each handler is entered through a stub that notes which registers it left behind.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from jit.a64.masm import MacroAssembler
from jit.a64.operands import FP, LR, SP, X0, X1, X2, X5, X6, X19, X20, X
from jit.abi import udf_kind
from jit.backend.code import CodegenOptions
from jit.backend.minimal import MinimalBackend
from jit.host.base import Faulted, FaultKind, Finished
from jit.host.emulator import EmulatorHost
from jit.wasm.types import PAGE, TrapKind

GARBAGE = 0xDEADBEEF << 32
"""What the upper half of a narrow slot holds here."""
_UNTOUCHED = 0x5A5A_5A5A_5A5A_5A5A


@dataclass(frozen=True, slots=True)
class Ran:
    """The slots that a handler left on the stack, the operands replaced."""

    slots: tuple[int, ...]


class HandlerMachine:
    """All handlers for one set of options, loaded."""

    def __init__(self, options: CodegenOptions | None = None) -> None:
        self.host = EmulatorHost()
        self.code = MinimalBackend().runtime_code(options or CodegenOptions())
        self.addresses: dict[str, int] = {}
        for name, compiled in self.code.items():
            assert not compiled.relocs, f"{name} is complete in itself"
            self.addresses[name] = self._load(compiled.code)
        self._entry = self._load(_stub())
        self.stack = self._region(PAGE)
        self.memory = self._region(PAGE)
        self.context = self._region(PAGE)
        self._left = self._region(PAGE)

    def close(self) -> None:
        self.host.close()

    def read(self, address: int, size: int) -> bytes:
        return bytes(self.host.memory(address, size))

    def write(self, address: int, content: bytes) -> None:
        self.host.memory(address, len(content))[:] = content

    def write_words(self, address: int, *words: int) -> None:
        """Writes 8-byte words."""
        self.write(address, struct.pack(f"<{len(words)}Q", *words))

    def run(self, name: str, operands: Sequence[int] = (), imm: int = 0, imm2: int = 0) -> Ran | TrapKind:
        """Runs a handler with these slots on the stack, above one that it must leave alone.

        Asserts that it preserves MEMORY, CONTEXT, the machine stack and what lies below its operands.
        """
        self.write_words(self.stack, _UNTOUCHED, *operands)
        top = self.stack + 8 * (1 + len(operands))
        args = (self.memory, self.context, top, imm & (1 << 64) - 1, imm2 & (1 << 64) - 1)
        exit = self.host.enter(self._entry, (*args, self.addresses[name], self._left), budget_s=5)
        if isinstance(exit, Faulted):
            return self._trap(name, exit)
        assert isinstance(exit, Finished), exit
        memory, context, left = struct.unpack("<QQQ", self.read(self._left, 24))
        assert (memory, context) == (self.memory, self.context), f"{name} changed MEMORY or CONTEXT"
        size = left - self.stack
        assert size >= 8 and size % 8 == 0, f"{name} left TOP at {size} bytes"
        below, *slots = struct.unpack(f"<{size // 8}Q", self.read(self.stack, size))
        assert below == _UNTOUCHED, f"{name} changed what lies below its operands"
        return Ran(tuple(slots))

    def _trap(self, name: str, fault: Faulted) -> TrapKind:
        offset = fault.pc - self.addresses[name]
        compiled = self.code[name]
        assert 0 <= offset < len(compiled.code), f"{name} ran away to {fault.pc:#x}"
        if fault.kind is FaultKind.UNDEFINED:
            kind = udf_kind(int.from_bytes(compiled.code[offset : offset + 4], "little"))
        else:
            kind = dict(compiled.traps).get(offset)
        assert kind is not None, f"{name}+{offset:#x} stopped without a trap: {fault}"
        return kind

    def _load(self, code: bytes) -> int:
        address = self.host.allocate_code(len(code))
        self.host.load(address, code)
        return address

    def _region(self, size: int) -> int:
        base = self.host.reserve(size)
        self.host.commit(base, size)
        return base


def _stub() -> bytes:
    """Calls the code at x5 and stores x0, x1 and x2 at x6, which it keeps in x19 meanwhile."""
    asm = MacroAssembler()
    asm.stp_pre(X, FP, LR, SP, -32)
    asm.stp_imm(X, X19, X20, SP, 16)
    asm.mov(X, X19, X6)
    asm.blr(X5)
    asm.stp_imm(X, X0, X1, X19)
    asm.str_imm(X, X2, X19, 16)
    asm.ldp_imm(X, X19, X20, SP, 16)
    asm.ldp_post(X, FP, LR, SP, 32)
    asm.ret()
    return asm.finish()
