"""Small pieces of machine code for tests of hosts."""

from collections.abc import Callable

from jit.a64.asm import Assembler
from jit.a64.operands import LR, SP, X16, X29, X, XReg
from jit.host.base import Addr, Host


def load_code(host: Host, build: Callable[[Assembler], object]) -> Addr:
    """Assembles and loads; `build` emits."""
    asm = Assembler()
    build(asm)
    image = asm.finish()
    address = host.allocate_code(len(image))
    host.load(address, image)
    return address


def move_wide(asm: Assembler, rd: XReg, value: int) -> None:
    """Any 64-bit constant, in four instructions."""
    asm.movz(X, rd, value & 0xFFFF)
    for shift in (16, 32, 48):
        asm.movk(X, rd, value >> shift & 0xFFFF, shift)


def call(asm: Assembler, target: Addr) -> None:
    """Calls an absolute address through x16, in five instructions."""
    move_wide(asm, X16, target)
    asm.blr(X16)


def load_caller(host: Host, target: Addr) -> Addr:
    """A function with a frame that calls `target` with its own arguments and gives what that gives."""

    def build(asm: Assembler) -> None:
        asm.stp_pre(X, X29, LR, SP, -16)
        call(asm, target)
        asm.ldp_post(X, X29, LR, SP, 16)
        asm.ret()

    return load_code(host, build)
