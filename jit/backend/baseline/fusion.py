"""Two instructions in one: what an instruction can do to an operand on the way, or to its result.

A64 adds to a product (MADD, MSUB), shifts the last operand of its three-register forms, inverts that of logical ones
(BIC, ORN, EON), cuts out bit fields (UBFX, UBFIZ), and branches on a single bit (TBZ, TBNZ).  So whoever multiplies,
shifts, masks or inverts notes it; when the next instruction to emit is one that can take the operands themselves, the
word is taken back.  That is safe because nothing was emitted since, so the operands' registers still hold them; the
other operand must be in a register already, as fetching it would come too late.

What the last word writes can also go to another register: a word that `State.push_written` was told of has its
destination in the low five bits.
"""

from collections.abc import Callable, Sequence
from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import ASR, LSL, LSR, ROR, Amount, Reg, Rotate, Shift, Size, W, XReg
from ...wasm.types import I32, I64, ValType
from .compiler import Bit, FunctionCompiler
from .moves import Move
from .state import State
from .values import FIRST_FLOAT, InReg, Place, Value, is_float, is_general, is_slot, x_reg

_TYPES: Final[tuple[ValType, ...]] = (I32, I64)
ShiftedForm = Callable[[MacroAssembler, Size, Reg, Reg, Reg, Shift, Amount], None]
LogicalForm = Callable[[MacroAssembler, Size, Reg, Reg, Reg, Shift | Rotate, Amount], None]
ProductForm = Callable[[MacroAssembler, Size, Reg, Reg, Reg, Reg], None]


def _take_back(c: FunctionCompiler, value: InReg) -> XReg:
    """Drops the word that made the value; its register is free for the result."""
    c.take_back()
    return x_reg(value.place)


def _is_last(c: FunctionCompiler, sf: Size, value: InReg) -> bool:
    """Whether the last word made a popped value, of this width, for nobody else."""
    return (
        c.state.is_written(value.place)
        and c.state.registers.may_overwrite(value.place)
        and value.type is _TYPES[sf]
    )  # fmt: skip


def _fusible(c: FunctionCompiler, sf: Size, value: InReg, other: Value) -> Reg | None:
    """The register of `other`, if the last word made `value`, of this width, for nobody else."""
    if not _is_last(c, sf, value):
        return None
    source = c.state.source(other)
    return x_reg(source) if isinstance(source, int) and is_general(source) and source != value.place else None


def into_product(c: FunctionCompiler, sf: Size, value: Value, other: Value, emit: ProductForm) -> bool:
    """Compiles popped operands if `value` is a product just made; else emits nothing."""
    if type(value) is not InReg or c.product is None or c.product[0] != c.asm.position:
        return False
    addend = _fusible(c, sf, value, other)
    if addend is None or c.product[1] != sf:
        return False
    _, _, n, m = c.product
    emit(c.asm, sf, _take_back(c, value), n, m, addend)
    c.state.push_written(value.type, value.place)
    return True


def into_shifted(c: FunctionCompiler, sf: Size, value: Value, other: Value, emit: ShiftedForm) -> bool:
    """Compiles popped operands if `value` was just shifted by a constant; else emits nothing."""
    if type(value) is not InReg or c.shifted is None or c.shifted[0] != c.asm.position:
        return False
    first = _fusible(c, sf, value, other)
    if first is None or c.shifted[1] != sf:
        return False
    _, _, n, kind, amount = c.shifted
    emit(c.asm, sf, _take_back(c, value), first, n, kind, amount)
    c.state.push_written(value.type, value.place)
    return True


def into_logical(
    c: FunctionCompiler, sf: Size, value: Value, other: Value, emit: LogicalForm, inverting: LogicalForm
) -> bool:
    """Compiles popped operands if `value` was just shifted, rotated or inverted; else emits nothing."""
    if into_shifted(c, sf, value, other, emit):
        return True
    if type(value) is not InReg:
        return False
    here = c.asm.position, sf
    rotated = c.rotated if c.rotated is not None and c.rotated[:2] == here else None
    inverted = c.inverted if c.inverted is not None and c.inverted[:2] == here else None
    if rotated is None and inverted is None:
        return False
    first = _fusible(c, sf, value, other)
    if first is None:
        return False
    if rotated is not None:
        emit(c.asm, sf, _take_back(c, value), first, rotated[2], ROR, rotated[3])
    elif inverted is not None:
        inverting(c.asm, sf, _take_back(c, value), first, inverted[2], LSL, 0)
    c.state.push_written(value.type, value.place)
    return True


def into_field(c: FunctionCompiler, sf: Size, value: Value, bits: int) -> bool:
    """Compiles a mask of so many low bits if `value`, popped, was just shifted right; else emits nothing."""
    if type(value) is not InReg or c.shifted is None or c.shifted[:2] != (c.asm.position, sf):
        return False
    _, _, n, kind, amount = c.shifted
    left = (32 << sf) - amount
    if not _is_last(c, sf, value) or not (kind == LSR or (kind == ASR and bits <= left)):
        return False
    c.asm.ubfx(sf, _take_back(c, value), n, amount, min(bits, left))
    c.state.push_written(value.type, value.place)
    if bits == 1:
        c.one_bit = c.asm.position, W, n, amount
    return True


def into_insertion(c: FunctionCompiler, sf: Size, value: Value, amount: int) -> bool:
    """Compiles a shift to the left if `value`, popped, was just masked to its low bits; else emits nothing."""
    if type(value) is not InReg or c.masked is None or c.masked[:2] != (c.asm.position, sf):
        return False
    if not _is_last(c, sf, value):
        return False
    _, _, n, bits = c.masked
    c.asm.ubfiz(sf, _take_back(c, value), n, amount, min(bits, (32 << sf) - amount))
    c.state.push_written(value.type, value.place)
    return True


def tested_bit(c: FunctionCompiler, sf: Size, value: Value) -> Bit | None:
    """The bit on which a popped value depends, if the last word made it of that bit for nobody else."""
    if type(value) is not InReg or c.one_bit is None or c.one_bit[0] != c.asm.position:
        return None
    _, least, reg, number = c.one_bit
    return Bit(reg, number) if sf >= least and _is_last(c, sf, value) else None


def take_bit(c: FunctionCompiler, sf: Size, value: Value) -> Bit | None:
    """The same, and takes that word back."""
    bit = tested_bit(c, sf, value)
    if bit is not None:
        assert isinstance(value, InReg)
        _take_back(c, value)
    return bit


def redirect(state: State, place: Place, home: Place) -> bool:
    """Lets the last word write what it writes to `place` to the register `home` instead, if it writes `place` at all.

    The caller knows that nobody else wants the value, and that `home` is free.
    """
    if not state.is_written(place) or is_slot(home) or is_float(home) != is_float(place):
        return False
    word = state.asm.words.pop()
    assert word & 31 == place % FIRST_FLOAT, "the last word wrote the value"
    state.asm.put(word & ~31 | home % FIRST_FLOAT)
    state.forget_written()
    return True


def shorten(state: State, moves: Sequence[Move]) -> Sequence[Move]:
    """What remains of moves that end their sources' lives when the last word writes where its result is to go."""
    for n, (_, destination, source) in enumerate(moves):
        if not isinstance(source, int) or not state.is_written(source):
            continue
        rest = [*moves[:n], *moves[n + 1 :]]
        others = [other for _, _, other in rest]
        if destination == source or source in others or destination in others:
            continue
        if redirect(state, source, destination):
            return rest
    return moves
