"""The composer's moves: what only takes a value from where it lives to the stack, or back, is written inline.

Spec: `syntax-instr-variable`, `exec-const`, `exec-drop`, `exec-ref-null`, `exec-ref-func`.  The call of a handler would
take a word too, and as much again to return; a local with a home, and a constant once it is in a register, take one.
A local in the frame lies a known distance below TOP.  A global's cell is in the VMContext when the module defines it,
and at an address held there when it is imported.
"""

from ...a64.operands import LDR_Q, LDR_X, STR_Q, STR_X, XZR, D, Q, Size, X, XReg
from ...abi import SLOT
from ...wasm.types import V128, ValType
from .abi import CONTEXT, FA, IMM, TOP, A, B, slots
from .compiler import FunctionCompiler


def local_get(c: FunctionCompiler, index: int) -> None:
    """Spec: `exec-local-get`."""
    frame = c.frame
    home = frame.homes[index]
    c.mark()
    if home is not None:
        c.push_home(home)
    elif frame.is_wide[index]:
        c.asm.load_v(LDR_Q, FA, TOP, _distance(c, index))
        c.push_vector(FA)
    else:
        c.asm.load(LDR_X, A, TOP, _distance(c, index))
        c.push(A)


def local_set(c: FunctionCompiler, index: int) -> None:
    """Spec: `exec-local-set`."""
    frame = c.frame
    home = frame.homes[index]
    c.mark()
    if home is not None:
        c.asm.ldr_v_pre(D, home, TOP, -SLOT)
        c.height -= 1
    elif frame.is_wide[index]:
        c.pop_vector(FA)
        c.asm.store_v(STR_Q, FA, TOP, _distance(c, index))
    else:
        c.pop(A)
        c.asm.store(STR_X, A, TOP, _distance(c, index))


def local_tee(c: FunctionCompiler, index: int) -> None:
    """Spec: `exec-local-tee`."""
    frame = c.frame
    home = frame.homes[index]
    c.mark()
    if home is not None:
        c.asm.ldur_v(D, home, TOP, -SLOT)
    elif frame.is_wide[index]:
        c.asm.ldur_v(Q, FA, TOP, -2 * SLOT)
        c.asm.store_v(STR_Q, FA, TOP, _distance(c, index))
    else:
        c.asm.ldur(X, A, TOP, -SLOT)
        c.asm.store(STR_X, A, TOP, _distance(c, index))


def _distance(c: FunctionCompiler, index: int) -> int:
    """Bytes from TOP to a local in the frame: negative."""
    return (c.frame.places[index] - c.height) * SLOT


def global_get(c: FunctionCompiler, index: int) -> None:
    """Spec: `exec-global-get`."""
    c.mark()
    base, offset = _cell(c, index)
    if c.module.global_types[index].type is V128:
        c.asm.load_v(LDR_Q, FA, base, offset)
        c.push_vector(FA)
    else:
        c.asm.load(LDR_X, A, base, offset)
        c.push(A)


def global_set(c: FunctionCompiler, index: int) -> None:
    """Spec: `exec-global-set`."""
    c.mark()
    base, offset = _cell(c, index)
    if c.module.global_types[index].type is V128:
        c.pop_vector(FA)
        c.asm.store_v(STR_Q, FA, base, offset)
    else:
        c.pop(A)
        c.asm.store(STR_X, A, base, offset)


def _cell(c: FunctionCompiler, index: int) -> tuple[XReg, int]:
    """Where a global's cell lies: base and offset.  May change B."""
    if index >= c.module.imported_globals:
        return CONTEXT, c.layout.global_(index)
    c.asm.load(LDR_X, B, CONTEXT, c.layout.imported_global(index))
    return B, 0


def const(c: FunctionCompiler, sf: Size, bits: int) -> None:
    """Spec: `exec-const`.  Loaded at its own width: nothing looks at the upper half of a narrow one."""
    c.mark()
    if bits == 0:
        c.push(XZR)
    else:
        c.asm.mov_imm(sf, IMM, bits)
        c.push(IMM)


def v128_const(c: FunctionCompiler, bits: int) -> None:
    """Spec: `exec-vconst`."""
    c.mark()
    c.asm.mov_v_imm(FA, bits)
    c.push_vector(FA)


def ref_null(c: FunctionCompiler, _type: ValType) -> None:
    """Spec: `exec-ref-null`.  Null is 0."""
    c.mark()
    c.push(XZR)


def ref_func(c: FunctionCompiler, index: int) -> None:
    """Spec: `exec-ref-func`.  A function is its FuncRef's address."""
    c.mark()
    if index < c.module.imported_funcs:
        c.asm.load(LDR_X, A, CONTEXT, c.layout.imported_func(index))
    else:
        c.asm.add_const(X, A, CONTEXT, c.layout.funcref(index))
    c.push(A)


def drop(c: FunctionCompiler, type: ValType) -> None:
    """Spec: `exec-drop`."""
    c.mark()
    size = slots((type,))
    c.asm.sub_imm(X, TOP, TOP, SLOT * size)
    c.height -= size


def select(c: FunctionCompiler, type: ValType) -> None:
    """Spec: `exec-select`."""
    if type is V128:
        c.handler("select v128", -3)
    else:
        c.handler("select", -2)
