"""Two instructions in one: what an addition or a logical operation can do to an operand on the way.

A64 adds to a product (MADD, MSUB) and shifts the last operand of its three-register forms.  So whoever multiplies, or
shifts left by a constant, notes it; when the next instruction to emit is one that can take the operands themselves,
the word is taken back.  That is safe because nothing was emitted since, so the operands' registers still hold them; the
other operand must be in a register already, as fetching it would come too late.
"""

from collections.abc import Callable

from ...a64.masm import MacroAssembler
from ...a64.operands import LSL, Amount, Reg, Shift, Size, XReg
from ...wasm.types import I32, I64
from .compiler import FunctionCompiler
from .values import InReg, Value, is_general, x_reg

_TYPES = (I32, I64)
ShiftedForm = Callable[[MacroAssembler, Size, Reg, Reg, Reg, Shift, Amount], None]
ProductForm = Callable[[MacroAssembler, Size, Reg, Reg, Reg, Reg], None]


def _take_back(c: FunctionCompiler, value: InReg) -> XReg:
    """Drops the word that made the value; its register is free for the result."""
    c.asm.words.pop()
    c.product = c.shifted = None  # the position where they ended will come again
    return x_reg(value.place)


def _fusible(c: FunctionCompiler, sf: Size, value: InReg, other: Value) -> Reg | None:
    """The register of `other`, if the last word made `value`, of this width, for nobody else."""
    if not c.state.is_written(value.place):
        return None
    if not c.state.registers.may_overwrite(value.place) or value.type is not _TYPES[sf]:
        return None
    source = c.state.source(other)
    return x_reg(source) if isinstance(source, int) and is_general(source) else None


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
    """Compiles popped operands if `value` was just shifted left by a constant; else emits nothing."""
    if type(value) is not InReg or c.shifted is None or c.shifted[0] != c.asm.position:
        return False
    first = _fusible(c, sf, value, other)
    if first is None or c.shifted[1] != sf:
        return False
    _, _, n, amount = c.shifted
    emit(c.asm, sf, _take_back(c, value), first, n, LSL, amount)
    c.state.push_written(value.type, value.place)
    return True
