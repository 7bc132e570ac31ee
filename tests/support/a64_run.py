"""Runs a few A64 instructions and gives the registers: what encodings mean, by an emulator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import unicorn
from unicorn import arm64_const as uc

from jit.a64.masm import MacroAssembler

CODE = 0x10000
MEMORY = 0x100000
"""Address of 64 KiB that may be read and written."""
SIZE = 0x10000

_GENERAL = [getattr(uc, f"UC_ARM64_REG_X{n}") for n in range(31)] + [uc.UC_ARM64_REG_SP]
_VECTOR = [getattr(uc, f"UC_ARM64_REG_Q{n}") for n in range(32)]


@dataclass(frozen=True)
class State:
    """`x[31]` is SP; `v` are the whole 128-bit registers."""

    x: tuple[int, ...]
    v: tuple[int, ...]
    nzcv: int
    memory: bytes


def run(
    write: Callable[[MacroAssembler], object],
    x: Mapping[int, int] | None = None,
    v: Mapping[int, int] | None = None,
    memory: bytes = b"",
) -> State:
    """The state after the instructions that `write` emits; registers not given start at zero, SP amid the memory."""
    asm = MacroAssembler()
    write(asm)
    code = asm.finish()
    machine = unicorn.Uc(unicorn.UC_ARCH_ARM64, unicorn.UC_MODE_ARM)
    machine.mem_map(CODE, 0x10000, unicorn.UC_PROT_READ | unicorn.UC_PROT_EXEC)
    machine.mem_map(MEMORY, SIZE, unicorn.UC_PROT_READ | unicorn.UC_PROT_WRITE)
    machine.mem_write(CODE, code)
    machine.mem_write(MEMORY, memory)
    machine.reg_write(uc.UC_ARM64_REG_SP, MEMORY + SIZE // 2)
    for number, value in (x or {}).items():
        machine.reg_write(_GENERAL[number], value)
    for number, value in (v or {}).items():
        machine.reg_write(_VECTOR[number], value)
    machine.emu_start(CODE, CODE + len(code))
    return State(
        tuple(int(machine.reg_read(register)) for register in _GENERAL),
        tuple(int(machine.reg_read(register)) for register in _VECTOR),
        int(machine.reg_read(uc.UC_ARM64_REG_NZCV)) >> 28,
        bytes(machine.mem_read(MEMORY, SIZE)),
    )
