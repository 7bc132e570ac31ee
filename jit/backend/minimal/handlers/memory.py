"""Minimal: loads, stores and the other memory instructions (spec: `syntax-instr-memory`).

The effective address is the zero-extended i32 plus the unsigned offset, at most 33 bits, added to the base in MEMORY:
what lies beyond the memory's end is address space that faults, so no bounds are checked and the access is the trap.
A64 accesses need no alignment, as wasm's do not.

Immediates: IMM is the offset of a load or store; those `at 0` have none.
"""

from collections.abc import Callable

from ....a64.masm import MacroAssembler
from ....a64.operands import UXTW, UXTX, XZR, IndexExtend, Reg, RegSP, Size, W, X
from ....abi import Builtin, MemoryRecord
from ....wasm.types import TrapKind
from ..abi import CONTEXT, IMM, MEMORY, TOP, A, B
from ..callout import call_builtin
from ..handler import Handler, Handlers

HANDLERS = Handlers()

AT_0 = " at 0"
"""Suffix of the handlers for offset 0."""

Asm = MacroAssembler
Access = Callable[[MacroAssembler, Reg, RegSP, Reg, IndexExtend], None]
"""Moves a register from or to base plus extended index."""
SizedAccess = Callable[[MacroAssembler, Size, Reg, RegSP, Reg, IndexExtend], None]


def sized(sf: Size, access: SizedAccess) -> Access:
    """The access with its size fixed."""
    return lambda asm, rt, base, index, extend: access(asm, sf, rt, base, index, extend)


def load(name: str, access: Access) -> None:
    """Handlers of a load; it extends its result to the slot by itself (spec: `exec-load`)."""

    def without_offset(h: Handler) -> None:
        h.asm.ldur(W, A, TOP, -8)
        h.may_fault(TrapKind.OOB_MEMORY)
        access(h.asm, A, MEMORY, A, UXTX)
        h.replace(A)
        h.ret()

    def with_offset(h: Handler) -> None:
        h.asm.ldur(W, A, TOP, -8)
        h.asm.add(X, A, A, IMM)
        h.may_fault(TrapKind.OOB_MEMORY)
        access(h.asm, A, MEMORY, A, UXTX)
        h.replace(A)
        h.ret()

    HANDLERS.row(name + AT_0, without_offset)
    HANDLERS.row(name, with_offset)


def store(name: str, access: Access, probe: Access | None) -> None:
    """Handlers of a store (spec: `exec-store`).

    `probe` loads the same bytes; it comes first where the host would leave half of a straddling store behind.  A single
    byte does not straddle and has none.
    """

    def put(h: Handler, extend: IndexExtend) -> None:
        if probe is not None and h.options.probe_stores:
            h.may_fault(TrapKind.OOB_MEMORY)
            probe(h.asm, XZR, MEMORY, A, extend)
        h.may_fault(TrapKind.OOB_MEMORY)
        access(h.asm, B, MEMORY, A, extend)
        h.ret()

    def without_offset(h: Handler) -> None:
        h.pop_pair(A, B)
        put(h, UXTW)

    def with_offset(h: Handler) -> None:
        h.pop_pair(A, B)
        h.asm.add_ext(X, A, IMM, A, UXTW)
        put(h, UXTX)

    HANDLERS.row(name + AT_0, without_offset)
    HANDLERS.row(name, with_offset)


_LDR_W, _LDR_X = sized(W, Asm.ldr_reg), sized(X, Asm.ldr_reg)
_STR_W, _STR_X = sized(W, Asm.str_reg), sized(X, Asm.str_reg)

# fmt: off
load("i32.load",      _LDR_W)
load("i64.load",      _LDR_X)
load("f32.load",      _LDR_W)
load("f64.load",      _LDR_X)
load("i32.load8_s",   sized(W, Asm.ldrsb_reg))
load("i32.load8_u",   Asm.ldrb_reg)
load("i32.load16_s",  sized(W, Asm.ldrsh_reg))
load("i32.load16_u",  Asm.ldrh_reg)
load("i64.load8_s",   sized(X, Asm.ldrsb_reg))
load("i64.load8_u",   Asm.ldrb_reg)
load("i64.load16_s",  sized(X, Asm.ldrsh_reg))
load("i64.load16_u",  Asm.ldrh_reg)
load("i64.load32_s",  Asm.ldrsw_reg)
load("i64.load32_u",  _LDR_W)

store("i32.store",    _STR_W,         _LDR_W)
store("i64.store",    _STR_X,         _LDR_X)
store("f32.store",    _STR_W,         _LDR_W)
store("f64.store",    _STR_X,         _LDR_X)
store("i32.store8",   Asm.strb_reg,   None)
store("i32.store16",  Asm.strh_reg,   Asm.ldrh_reg)
store("i64.store8",   Asm.strb_reg,   None)
store("i64.store16",  Asm.strh_reg,   Asm.ldrh_reg)
store("i64.store32",  _STR_W,         _LDR_W)

# IMM and IMM2 are indices, in the order of the builtin's arguments.
call_builtin(HANDLERS, "memory.grow",  Builtin.MEMORY_GROW,  indices=1, operands=(W,), result=True)
call_builtin(HANDLERS, "memory.init",  Builtin.MEMORY_INIT,  indices=2, operands=(W, W, W))
call_builtin(HANDLERS, "memory.copy",  Builtin.MEMORY_COPY,  indices=2, operands=(W, W, W))
call_builtin(HANDLERS, "memory.fill",  Builtin.MEMORY_FILL,  indices=1, operands=(W, W, W))
call_builtin(HANDLERS, "data.drop",    Builtin.DATA_DROP,    indices=1, operands=())
# fmt: on


@HANDLERS.handles("memory.size", X)
def memory_size(h: Handler, sf: Size) -> None:
    """Spec: `exec-memory-size`.  IMM is where the VMContext holds the memory's record."""
    h.asm.ldr_reg(sf, A, CONTEXT, IMM)
    h.asm.ldr_imm(sf, A, A, MemoryRecord.PAGES)
    h.push(A)
    h.ret()
