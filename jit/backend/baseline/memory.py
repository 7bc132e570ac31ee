"""Baseline: loads, stores and the other memory instructions (spec: `syntax-instr-memory`).

The effective address is the zero-extended i32 plus the unsigned offset, at most 33 bits, added to the base in MEMORY:
what lies beyond the memory's end is address space that faults, so no bounds are checked and the access is the trap.
A64 accesses need no alignment, as wasm's do not.
"""

from typing import Final, NamedTuple

from ...a64.immediates import fits_scaled12, fits_unscaled9, split_imm12
from ...a64.lending import Loan
from ...a64.operands import (
    LDR_D,
    LDR_S,
    LDR_W,
    LDR_X,
    LDRB,
    LDRH,
    LDRSB_W,
    LDRSB_X,
    LDRSH_W,
    LDRSH_X,
    LDRSW,
    STR_D,
    STR_S,
    STR_W,
    STR_X,
    STRB,
    STRH,
    UXTW,
    UXTX,
    XZR,
    AnyAccess,
    IndexExtend,
    Load,
    Reg,
    Store,
    VLoad,
    VReg,
    VStore,
    W,
    X,
    XReg,
    access_log2,
)  # fmt: skip
from ...abi import Builtin, MemoryRecord
from ...wasm.types import F32, F64, I32, I64, ValType
from .abi import CONTEXT, MEMORY
from .calls import call_builtin
from .compiler import FunctionCompiler
from .rows import Rows
from .values import Const, Local, Value, is_float, v_place, v_reg, x_place

ROWS: Final[Rows] = Rows()


class Address(NamedTuple):
    """`base + offset`, or `base +` an extended register."""

    base: XReg
    offset: int
    register: XReg | None = None
    extend: IndexExtend = UXTX


class Based(NamedTuple):
    """An index that MEMORY was added to, in a register that is not to be written to."""

    address: XReg


Index = Const | XReg | Based


def fetch(c: FunctionCompiler, index: Value, offset: int) -> Index:
    """A popped operand that an address counts from: a constant as it is, others in a register.

    The address of a local is kept for the next access (see `addresses`), if this one has an offset to add.
    """
    if isinstance(index, Const):
        return index
    if not isinstance(index, Local):
        return c.state.general(index)
    address = c.addresses.find(index.index)
    if address is None:
        reg = c.state.general(index)
        if offset == 0:
            return reg
        address = c.addresses.add(index.index)
        c.asm.add_ext(X, address, MEMORY, reg, UXTW)
    return Based(address)


def addressed(c: FunctionCompiler, index: Index, offset: int, access: AnyAccess) -> Loan[Address]:
    """The address of an access."""
    if isinstance(index, Const):
        return Loan(Address(MEMORY, index.bits + offset))
    fits = fits_scaled12(offset, access_log2(access)) or fits_unscaled9(offset)
    if isinstance(index, Based) and fits:
        return Loan(Address(index.address, offset))
    if offset == 0 and not isinstance(index, Based):
        return Loan(Address(MEMORY, 0, index, UXTW))
    scratch = c.asm.scratch()
    return Loan(_by_scratch(c, scratch.take(), index, offset, fits=fits), scratch)


def _by_scratch(c: FunctionCompiler, part: XReg, index: XReg | Based, offset: int, *, fits: bool) -> Address:
    """An address that a scratch register is part of; `fits` says whether the access holds the offset."""
    if isinstance(index, Based):
        c.asm.mov_imm(X, part, offset)
        return Address(index.address, 0, part)
    if fits:
        c.asm.add_ext(X, part, MEMORY, index, UXTW)
        return Address(part, offset)
    if split_imm12(offset) is not None:
        c.asm.add_const(X, part, MEMORY, offset)
        return Address(part, 0, index, UXTW)
    c.asm.mov_imm(X, part, offset)
    c.asm.add_ext(X, part, part, index, UXTW)
    return Address(MEMORY, 0, part)


def _load(c: FunctionCompiler, access: Load, rt: Reg, at: Address) -> None:
    if at.register is None:
        c.asm.load(access, rt, at.base, at.offset)
    else:
        c.asm.load_at(access, rt, at.base, at.register, at.extend)
    c.may_fault()


def load_v(c: FunctionCompiler, access: VLoad, vt: VReg, at: Address) -> None:
    """Loads a SIMD and floating-point register; what it does not fill is zero."""
    if at.register is None:
        c.asm.load_v(access, vt, at.base, at.offset)
    else:
        c.asm.load_v_at(access, vt, at.base, at.register, at.extend)
    c.may_fault()


def store_v(c: FunctionCompiler, access: VStore, vt: VReg, at: Address) -> None:
    """Stores the low bits of a SIMD and floating-point register."""
    if at.register is None:
        c.asm.store_v(access, vt, at.base, at.offset)
    else:
        c.asm.store_v_at(access, vt, at.base, at.register, at.extend)
    c.may_fault()


def load(name: str, type: ValType, access: Load) -> None:
    """A load into a general register; it extends its result by itself (spec: `exec-load`)."""

    def emitter(c: FunctionCompiler, offset: int, memory: int) -> None:
        assert memory == 0, "MEMORY is memory 0"
        index = fetch(c, c.state.pop(), offset)
        result = c.state.result(index) if isinstance(index, int) else c.state.result()
        with addressed(c, index, offset, access) as at:
            _load(c, access, result, at)
        c.state.push_written(type, x_place(result))

    ROWS.row(name, emitter)


def load_float(name: str, type: ValType, access: VLoad) -> None:
    """A load into a floating-point register."""

    def emitter(c: FunctionCompiler, offset: int, memory: int) -> None:
        assert memory == 0, "MEMORY is memory 0"
        index = fetch(c, c.state.pop(), offset)
        result = c.state.registers.borrow_float()
        with addressed(c, index, offset, access) as at:
            load_v(c, access, result, at)
        c.state.push_written(type, v_place(result))

    ROWS.row(name, emitter)


def store(name: str, access: Store, test: Load | None, float_access: VStore | None = None) -> None:
    """A store (spec: `exec-store`); a float that is in no register goes through a general one.

    `test` loads the same bytes; it comes first where the host would leave half of a straddling store behind.  A single
    byte does not straddle and has none.
    """

    def emitter(c: FunctionCompiler, offset: int, memory: int) -> None:
        assert memory == 0, "MEMORY is memory 0"
        value, index = c.state.pop(), c.state.pop()
        source = c.state.source(value)
        if isinstance(source, int) and is_float(source):
            assert float_access is not None
            with addressed(c, fetch(c, index, offset), offset, access) as at:
                probe(c, test, at)
                store_v(c, float_access, v_reg(source), at)
        else:
            reg = c.state.general_or_zero(value)
            with addressed(c, fetch(c, index, offset), offset, access) as at:
                probe(c, test, at)
                _store(c, access, reg, at)

    ROWS.row(name, emitter)


def _store(c: FunctionCompiler, access: Store, rt: Reg, at: Address) -> None:
    if at.register is None:
        c.asm.store(access, rt, at.base, at.offset)
    else:
        c.asm.store_at(access, rt, at.base, at.register, at.extend)
    c.may_fault()


def probe(c: FunctionCompiler, access: Load | None, at: Address) -> None:
    """Loads what a store will write, where the host wants that."""
    if access is not None and c.options.probe_stores:
        _load(c, access, XZR, at)


# fmt: off
load("i32.load",       I32, LDR_W)
load("i64.load",       I64, LDR_X)
load_float("f32.load", F32, LDR_S)
load_float("f64.load", F64, LDR_D)
load("i32.load8_s",    I32, LDRSB_W)
load("i32.load8_u",    I32, LDRB)
load("i32.load16_s",   I32, LDRSH_W)
load("i32.load16_u",   I32, LDRH)
load("i64.load8_s",    I64, LDRSB_X)
load("i64.load8_u",    I64, LDRB)
load("i64.load16_s",   I64, LDRSH_X)
load("i64.load16_u",   I64, LDRH)
load("i64.load32_s",   I64, LDRSW)
load("i64.load32_u",   I64, LDR_W)

store("i32.store",     STR_W,  LDR_W)
store("i64.store",     STR_X,  LDR_X)
store("f32.store",     STR_W,  LDR_W,  STR_S)
store("f64.store",     STR_X,  LDR_X,  STR_D)
store("i32.store8",    STRB,   None)
store("i32.store16",   STRH,   LDRH)
store("i64.store8",    STRB,   None)
store("i64.store16",   STRH,   LDRH)
store("i64.store32",   STR_W,  LDR_W)
# fmt: on


@ROWS.emits("memory.size", X)
def memory_size(c: FunctionCompiler, _sf: object, memory: int) -> None:
    """Spec: `exec-memory-size`."""
    result = c.state.result()
    c.asm.load(LDR_X, result, CONTEXT, c.layout.memory(memory))
    c.asm.ldr_imm(X, result, result, MemoryRecord.PAGES)
    c.state.push_written(I32, x_place(result))


@ROWS.emits("memory.grow", I32)
def memory_grow(c: FunctionCompiler, type: ValType, memory: int) -> None:
    """Spec: `exec-memory-grow`.  The base does not move."""
    call_builtin(c, Builtin.MEMORY_GROW, indices=(memory,), operands=(W,), result=type)


@ROWS.emits("memory.init", Builtin.MEMORY_INIT)
def memory_init(c: FunctionCompiler, which: Builtin, data: int, memory: int) -> None:
    """Spec: `exec-memory-init`."""
    call_builtin(c, which, indices=(memory, data), operands=(W, W, W))


@ROWS.emits("data.drop", Builtin.DATA_DROP)
def data_drop(c: FunctionCompiler, which: Builtin, data: int) -> None:
    """Spec: `exec-data-drop`."""
    call_builtin(c, which, indices=(data,))


@ROWS.emits("memory.copy", Builtin.MEMORY_COPY)
def memory_copy(c: FunctionCompiler, which: Builtin, destination: int, source: int) -> None:
    """Spec: `exec-memory-copy`."""
    call_builtin(c, which, indices=(destination, source), operands=(W, W, W))


@ROWS.emits("memory.fill", Builtin.MEMORY_FILL)
def memory_fill(c: FunctionCompiler, which: Builtin, memory: int) -> None:
    """Spec: `exec-memory-fill`."""
    call_builtin(c, which, indices=(memory,), operands=(W, W, W))
