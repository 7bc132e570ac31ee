"""THE opcode table: the one place where an opcode's byte, name, immediates and signature are written.

Rule 1: no module but this one and `vector_rows`, its second half, may spell an opcode byte, a list of mnemonics or a
signature.  Decoder, validator, encoder, printer, semantics, generator, minimizer, both back ends, interpreter and tests
all derive from these rows.

A signature is `params>results` in type letters: i = i32, l = i64, f = f32, d = f64, v = v128.  An empty signature
means "typed by rule": the type depends on immediates or on the stack, and each consumer has a function for it.
`feature` names the proposal that brought the row (empty: WebAssembly 1.0).  Rows follow the specification's
`index-instr` through version 2.0.
"""

import copyreg
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from .row import MEMARG, NONE, Family, Imm, Op, Traps
from .vector_rows import VECTOR

__all__ = [
    "BY_INDEX", "BY_NAME", "MEMARG", "NONE", "ROWS", "SCALAR", "TABLE_SIZE", "VECTOR", "Family", "Imm", "Op", "Traps",
    "Unbound", "bind", "op",
]  # fmt: skip

BLOCK = (Imm.BLOCK,)
LABEL = (Imm.LABEL,)
LABELS = (Imm.LABELS,)
FUNC = (Imm.FUNC,)
TYPE_TABLE = (Imm.TYPE, Imm.TABLE)
REFTYPE = (Imm.REFTYPE,)
TYPES = (Imm.VALTYPES,)
LOCAL = (Imm.LOCAL,)
GLOBAL = (Imm.GLOBAL,)
TABLE = (Imm.TABLE,)
TAB_TAB = (Imm.TABLE, Imm.TABLE)
ELEM = (Imm.ELEM,)
ELEM_TABLE = (Imm.ELEM, Imm.TABLE)
MEMORY = (Imm.MEMORY,)
MEM_MEM = (Imm.MEMORY, Imm.MEMORY)
DATA = (Imm.DATA,)
DATA_MEM = (Imm.DATA, Imm.MEMORY)
CONST_I32 = (Imm.I32,)
CONST_I64 = (Imm.I64,)
CONST_F32 = (Imm.F32,)
CONST_F64 = (Imm.F64,)

_F = Family
_T = Traps
_SIGN = "sign-extension"
_SAT = "saturating-conversions"
_REFS = "reference-types"
_BULK = "bulk-memory"
_DIV = _T.DIV_ZERO
_DIVS = _T.DIV_ZERO | _T.OVERFLOW
_TRUNC = _T.BAD_CONVERSION | _T.OVERFLOW
_OOBM = _T.OOB_MEMORY
_OOBT = _T.OOB_TABLE
_INDIRECT = _T.UNDEFINED_ELEMENT | _T.UNINITIALIZED_ELEMENT | _T.INDIRECT_MISMATCH | _T.EXHAUSTED

# fmt: off
SCALAR: tuple[Op, ...] = (
    #  code    mnemonic              immediates  type   family        anchor, may trap, access, proposal
    # Control instructions (spec: `syntax-instr-control`)
    Op(0x00,   "unreachable",         NONE,       "",    _F.CONTROL,   "exec-unreachable", traps=_T.UNREACHABLE),
    Op(0x01,   "nop",                 NONE,       ">",   _F.CONTROL,   "exec-nop"),
    Op(0x02,   "block",               BLOCK,      "",    _F.CONTROL,   "exec-block"),
    Op(0x03,   "loop",                BLOCK,      "",    _F.CONTROL,   "exec-loop"),
    Op(0x04,   "if",                  BLOCK,      "",    _F.CONTROL,   "exec-if"),
    Op(0x05,   "else",                NONE,       "",    _F.CONTROL,   "exec-if"),
    Op(0x0B,   "end",                 NONE,       "",    _F.CONTROL,   "exec-instr-seq-exit"),
    Op(0x0C,   "br",                  LABEL,      "",    _F.CONTROL,   "exec-br"),
    Op(0x0D,   "br_if",               LABEL,      "",    _F.CONTROL,   "exec-br-if"),
    Op(0x0E,   "br_table",            LABELS,     "",    _F.CONTROL,   "exec-br-table"),
    Op(0x0F,   "return",              NONE,       "",    _F.CONTROL,   "exec-return"),
    Op(0x10,   "call",                FUNC,       "",    _F.CONTROL,   "exec-call", traps=_T.EXHAUSTED),
    Op(0x11,   "call_indirect",       TYPE_TABLE, "",    _F.CONTROL,   "exec-call-indirect", traps=_INDIRECT),
    # Reference instructions (spec: `syntax-instr-ref`)
    Op(0xD0,   "ref.null",            REFTYPE,    "",    _F.REFERENCE, "exec-ref-null", feature=_REFS),
    Op(0xD1,   "ref.is_null",         NONE,       "",    _F.REFERENCE, "exec-ref-is-null", feature=_REFS),
    Op(0xD2,   "ref.func",            FUNC,       "",    _F.REFERENCE, "exec-ref-func", feature=_REFS),
    # Parametric instructions (spec: `syntax-instr-parametric`)
    Op(0x1A,   "drop",                NONE,       "",    _F.PARAMETRIC,"exec-drop"),
    Op(0x1B,   "select",              NONE,       "",    _F.PARAMETRIC,"exec-select"),
    Op(0x1C,   "select t",            TYPES,      "",    _F.PARAMETRIC,"exec-select", feature=_REFS),
    # Variable instructions (spec: `syntax-instr-variable`)
    Op(0x20,   "local.get",           LOCAL,      "",    _F.VARIABLE,  "exec-local-get"),
    Op(0x21,   "local.set",           LOCAL,      "",    _F.VARIABLE,  "exec-local-set"),
    Op(0x22,   "local.tee",           LOCAL,      "",    _F.VARIABLE,  "exec-local-tee"),
    Op(0x23,   "global.get",          GLOBAL,     "",    _F.VARIABLE,  "exec-global-get"),
    Op(0x24,   "global.set",          GLOBAL,     "",    _F.VARIABLE,  "exec-global-set"),
    # Table instructions (spec: `syntax-instr-table`)
    Op(0x25,   "table.get",           TABLE,      "",    _F.TABLE,     "exec-table-get", traps=_OOBT, feature=_REFS),
    Op(0x26,   "table.set",           TABLE,      "",    _F.TABLE,     "exec-table-set", traps=_OOBT, feature=_REFS),
    Op(0xFC0C, "table.init",          ELEM_TABLE, "iii>",_F.TABLE,     "exec-table-init", traps=_OOBT, feature=_BULK),
    Op(0xFC0D, "elem.drop",           ELEM,       ">",   _F.TABLE,     "exec-elem-drop", feature=_BULK),
    Op(0xFC0E, "table.copy",          TAB_TAB,    "iii>",_F.TABLE,     "exec-table-copy", traps=_OOBT, feature=_BULK),
    Op(0xFC0F, "table.grow",          TABLE,      "",    _F.TABLE,     "exec-table-grow", feature=_REFS),
    Op(0xFC10, "table.size",          TABLE,      ">i",  _F.TABLE,     "exec-table-size", feature=_REFS),
    Op(0xFC11, "table.fill",          TABLE,      "",    _F.TABLE,     "exec-table-fill", traps=_OOBT, feature=_REFS),
    # Memory instructions (spec: `syntax-instr-memory`)
    Op(0x28,   "i32.load",            MEMARG,     "i>i", _F.LOAD,      "exec-load", traps=_OOBM, width=32),
    Op(0x29,   "i64.load",            MEMARG,     "i>l", _F.LOAD,      "exec-load", traps=_OOBM, width=64),
    Op(0x2A,   "f32.load",            MEMARG,     "i>f", _F.LOAD,      "exec-load", traps=_OOBM, width=32),
    Op(0x2B,   "f64.load",            MEMARG,     "i>d", _F.LOAD,      "exec-load", traps=_OOBM, width=64),
    Op(0x2C,   "i32.load8_s",         MEMARG,     "i>i", _F.LOAD,      "exec-load", traps=_OOBM, width=8, signed=True),
    Op(0x2D,   "i32.load8_u",         MEMARG,     "i>i", _F.LOAD,      "exec-load", traps=_OOBM, width=8),
    Op(0x2E,   "i32.load16_s",        MEMARG,     "i>i", _F.LOAD,      "exec-load", traps=_OOBM, width=16, signed=True),
    Op(0x2F,   "i32.load16_u",        MEMARG,     "i>i", _F.LOAD,      "exec-load", traps=_OOBM, width=16),
    Op(0x30,   "i64.load8_s",         MEMARG,     "i>l", _F.LOAD,      "exec-load", traps=_OOBM, width=8, signed=True),
    Op(0x31,   "i64.load8_u",         MEMARG,     "i>l", _F.LOAD,      "exec-load", traps=_OOBM, width=8),
    Op(0x32,   "i64.load16_s",        MEMARG,     "i>l", _F.LOAD,      "exec-load", traps=_OOBM, width=16, signed=True),
    Op(0x33,   "i64.load16_u",        MEMARG,     "i>l", _F.LOAD,      "exec-load", traps=_OOBM, width=16),
    Op(0x34,   "i64.load32_s",        MEMARG,     "i>l", _F.LOAD,      "exec-load", traps=_OOBM, width=32, signed=True),
    Op(0x35,   "i64.load32_u",        MEMARG,     "i>l", _F.LOAD,      "exec-load", traps=_OOBM, width=32),
    Op(0x36,   "i32.store",           MEMARG,     "ii>", _F.STORE,     "exec-store", traps=_OOBM, width=32),
    Op(0x37,   "i64.store",           MEMARG,     "il>", _F.STORE,     "exec-store", traps=_OOBM, width=64),
    Op(0x38,   "f32.store",           MEMARG,     "if>", _F.STORE,     "exec-store", traps=_OOBM, width=32),
    Op(0x39,   "f64.store",           MEMARG,     "id>", _F.STORE,     "exec-store", traps=_OOBM, width=64),
    Op(0x3A,   "i32.store8",          MEMARG,     "ii>", _F.STORE,     "exec-store", traps=_OOBM, width=8),
    Op(0x3B,   "i32.store16",         MEMARG,     "ii>", _F.STORE,     "exec-store", traps=_OOBM, width=16),
    Op(0x3C,   "i64.store8",          MEMARG,     "il>", _F.STORE,     "exec-store", traps=_OOBM, width=8),
    Op(0x3D,   "i64.store16",         MEMARG,     "il>", _F.STORE,     "exec-store", traps=_OOBM, width=16),
    Op(0x3E,   "i64.store32",         MEMARG,     "il>", _F.STORE,     "exec-store", traps=_OOBM, width=32),
    Op(0x3F,   "memory.size",         MEMORY,     ">i",  _F.MEMORY,    "exec-memory-size"),
    Op(0x40,   "memory.grow",         MEMORY,     "i>i", _F.MEMORY,    "exec-memory-grow"),
    Op(0xFC08, "memory.init",         DATA_MEM,   "iii>",_F.MEMORY,    "exec-memory-init", traps=_OOBM, feature=_BULK),
    Op(0xFC09, "data.drop",           DATA,       ">",   _F.MEMORY,    "exec-data-drop", feature=_BULK),
    Op(0xFC0A, "memory.copy",         MEM_MEM,    "iii>",_F.MEMORY,    "exec-memory-copy", traps=_OOBM, feature=_BULK),
    Op(0xFC0B, "memory.fill",         MEMORY,     "iii>",_F.MEMORY,    "exec-memory-fill", traps=_OOBM, feature=_BULK),
    # Constants (spec: `syntax-instr-numeric`)
    Op(0x41,   "i32.const",           CONST_I32,  ">i",  _F.CONST,     "exec-const"),
    Op(0x42,   "i64.const",           CONST_I64,  ">l",  _F.CONST,     "exec-const"),
    Op(0x43,   "f32.const",           CONST_F32,  ">f",  _F.CONST,     "exec-const"),
    Op(0x44,   "f64.const",           CONST_F64,  ">d",  _F.CONST,     "exec-const"),
    # Integer and floating-point tests and comparisons (spec: `exec-testop`, `exec-relop`)
    Op(0x45,   "i32.eqz",             NONE,       "i>i", _F.TEST,      "op-ieqz"),
    Op(0x46,   "i32.eq",              NONE,       "ii>i",_F.COMPARE,   "op-ieq"),
    Op(0x47,   "i32.ne",              NONE,       "ii>i",_F.COMPARE,   "op-ine"),
    Op(0x48,   "i32.lt_s",            NONE,       "ii>i",_F.COMPARE,   "op-ilt_s"),
    Op(0x49,   "i32.lt_u",            NONE,       "ii>i",_F.COMPARE,   "op-ilt_u"),
    Op(0x4A,   "i32.gt_s",            NONE,       "ii>i",_F.COMPARE,   "op-igt_s"),
    Op(0x4B,   "i32.gt_u",            NONE,       "ii>i",_F.COMPARE,   "op-igt_u"),
    Op(0x4C,   "i32.le_s",            NONE,       "ii>i",_F.COMPARE,   "op-ile_s"),
    Op(0x4D,   "i32.le_u",            NONE,       "ii>i",_F.COMPARE,   "op-ile_u"),
    Op(0x4E,   "i32.ge_s",            NONE,       "ii>i",_F.COMPARE,   "op-ige_s"),
    Op(0x4F,   "i32.ge_u",            NONE,       "ii>i",_F.COMPARE,   "op-ige_u"),
    Op(0x50,   "i64.eqz",             NONE,       "l>i", _F.TEST,      "op-ieqz"),
    Op(0x51,   "i64.eq",              NONE,       "ll>i",_F.COMPARE,   "op-ieq"),
    Op(0x52,   "i64.ne",              NONE,       "ll>i",_F.COMPARE,   "op-ine"),
    Op(0x53,   "i64.lt_s",            NONE,       "ll>i",_F.COMPARE,   "op-ilt_s"),
    Op(0x54,   "i64.lt_u",            NONE,       "ll>i",_F.COMPARE,   "op-ilt_u"),
    Op(0x55,   "i64.gt_s",            NONE,       "ll>i",_F.COMPARE,   "op-igt_s"),
    Op(0x56,   "i64.gt_u",            NONE,       "ll>i",_F.COMPARE,   "op-igt_u"),
    Op(0x57,   "i64.le_s",            NONE,       "ll>i",_F.COMPARE,   "op-ile_s"),
    Op(0x58,   "i64.le_u",            NONE,       "ll>i",_F.COMPARE,   "op-ile_u"),
    Op(0x59,   "i64.ge_s",            NONE,       "ll>i",_F.COMPARE,   "op-ige_s"),
    Op(0x5A,   "i64.ge_u",            NONE,       "ll>i",_F.COMPARE,   "op-ige_u"),
    Op(0x5B,   "f32.eq",              NONE,       "ff>i",_F.COMPARE,   "op-feq"),
    Op(0x5C,   "f32.ne",              NONE,       "ff>i",_F.COMPARE,   "op-fne"),
    Op(0x5D,   "f32.lt",              NONE,       "ff>i",_F.COMPARE,   "op-flt"),
    Op(0x5E,   "f32.gt",              NONE,       "ff>i",_F.COMPARE,   "op-fgt"),
    Op(0x5F,   "f32.le",              NONE,       "ff>i",_F.COMPARE,   "op-fle"),
    Op(0x60,   "f32.ge",              NONE,       "ff>i",_F.COMPARE,   "op-fge"),
    Op(0x61,   "f64.eq",              NONE,       "dd>i",_F.COMPARE,   "op-feq"),
    Op(0x62,   "f64.ne",              NONE,       "dd>i",_F.COMPARE,   "op-fne"),
    Op(0x63,   "f64.lt",              NONE,       "dd>i",_F.COMPARE,   "op-flt"),
    Op(0x64,   "f64.gt",              NONE,       "dd>i",_F.COMPARE,   "op-fgt"),
    Op(0x65,   "f64.le",              NONE,       "dd>i",_F.COMPARE,   "op-fle"),
    Op(0x66,   "f64.ge",              NONE,       "dd>i",_F.COMPARE,   "op-fge"),
    # Integer arithmetic (spec: `exec-unop`, `exec-binop`)
    Op(0x67,   "i32.clz",             NONE,       "i>i", _F.UNARY,     "op-iclz"),
    Op(0x68,   "i32.ctz",             NONE,       "i>i", _F.UNARY,     "op-ictz"),
    Op(0x69,   "i32.popcnt",          NONE,       "i>i", _F.UNARY,     "op-ipopcnt"),
    Op(0x6A,   "i32.add",             NONE,       "ii>i",_F.BINARY,    "op-iadd"),
    Op(0x6B,   "i32.sub",             NONE,       "ii>i",_F.BINARY,    "op-isub"),
    Op(0x6C,   "i32.mul",             NONE,       "ii>i",_F.BINARY,    "op-imul"),
    Op(0x6D,   "i32.div_s",           NONE,       "ii>i",_F.BINARY,    "op-idiv_s", traps=_DIVS),
    Op(0x6E,   "i32.div_u",           NONE,       "ii>i",_F.BINARY,    "op-idiv_u", traps=_DIV),
    Op(0x6F,   "i32.rem_s",           NONE,       "ii>i",_F.BINARY,    "op-irem_s", traps=_DIV),
    Op(0x70,   "i32.rem_u",           NONE,       "ii>i",_F.BINARY,    "op-irem_u", traps=_DIV),
    Op(0x71,   "i32.and",             NONE,       "ii>i",_F.BINARY,    "op-iand"),
    Op(0x72,   "i32.or",              NONE,       "ii>i",_F.BINARY,    "op-ior"),
    Op(0x73,   "i32.xor",             NONE,       "ii>i",_F.BINARY,    "op-ixor"),
    Op(0x74,   "i32.shl",             NONE,       "ii>i",_F.BINARY,    "op-ishl"),
    Op(0x75,   "i32.shr_s",           NONE,       "ii>i",_F.BINARY,    "op-ishr_s"),
    Op(0x76,   "i32.shr_u",           NONE,       "ii>i",_F.BINARY,    "op-ishr_u"),
    Op(0x77,   "i32.rotl",            NONE,       "ii>i",_F.BINARY,    "op-irotl"),
    Op(0x78,   "i32.rotr",            NONE,       "ii>i",_F.BINARY,    "op-irotr"),
    Op(0x79,   "i64.clz",             NONE,       "l>l", _F.UNARY,     "op-iclz"),
    Op(0x7A,   "i64.ctz",             NONE,       "l>l", _F.UNARY,     "op-ictz"),
    Op(0x7B,   "i64.popcnt",          NONE,       "l>l", _F.UNARY,     "op-ipopcnt"),
    Op(0x7C,   "i64.add",             NONE,       "ll>l",_F.BINARY,    "op-iadd"),
    Op(0x7D,   "i64.sub",             NONE,       "ll>l",_F.BINARY,    "op-isub"),
    Op(0x7E,   "i64.mul",             NONE,       "ll>l",_F.BINARY,    "op-imul"),
    Op(0x7F,   "i64.div_s",           NONE,       "ll>l",_F.BINARY,    "op-idiv_s", traps=_DIVS),
    Op(0x80,   "i64.div_u",           NONE,       "ll>l",_F.BINARY,    "op-idiv_u", traps=_DIV),
    Op(0x81,   "i64.rem_s",           NONE,       "ll>l",_F.BINARY,    "op-irem_s", traps=_DIV),
    Op(0x82,   "i64.rem_u",           NONE,       "ll>l",_F.BINARY,    "op-irem_u", traps=_DIV),
    Op(0x83,   "i64.and",             NONE,       "ll>l",_F.BINARY,    "op-iand"),
    Op(0x84,   "i64.or",              NONE,       "ll>l",_F.BINARY,    "op-ior"),
    Op(0x85,   "i64.xor",             NONE,       "ll>l",_F.BINARY,    "op-ixor"),
    Op(0x86,   "i64.shl",             NONE,       "ll>l",_F.BINARY,    "op-ishl"),
    Op(0x87,   "i64.shr_s",           NONE,       "ll>l",_F.BINARY,    "op-ishr_s"),
    Op(0x88,   "i64.shr_u",           NONE,       "ll>l",_F.BINARY,    "op-ishr_u"),
    Op(0x89,   "i64.rotl",            NONE,       "ll>l",_F.BINARY,    "op-irotl"),
    Op(0x8A,   "i64.rotr",            NONE,       "ll>l",_F.BINARY,    "op-irotr"),
    # Floating-point arithmetic (spec: `exec-unop`, `exec-binop`)
    Op(0x8B,   "f32.abs",             NONE,       "f>f", _F.UNARY,     "op-fabs"),
    Op(0x8C,   "f32.neg",             NONE,       "f>f", _F.UNARY,     "op-fneg"),
    Op(0x8D,   "f32.ceil",            NONE,       "f>f", _F.UNARY,     "op-fceil"),
    Op(0x8E,   "f32.floor",           NONE,       "f>f", _F.UNARY,     "op-ffloor"),
    Op(0x8F,   "f32.trunc",           NONE,       "f>f", _F.UNARY,     "op-ftrunc"),
    Op(0x90,   "f32.nearest",         NONE,       "f>f", _F.UNARY,     "op-fnearest"),
    Op(0x91,   "f32.sqrt",            NONE,       "f>f", _F.UNARY,     "op-fsqrt"),
    Op(0x92,   "f32.add",             NONE,       "ff>f",_F.BINARY,    "op-fadd"),
    Op(0x93,   "f32.sub",             NONE,       "ff>f",_F.BINARY,    "op-fsub"),
    Op(0x94,   "f32.mul",             NONE,       "ff>f",_F.BINARY,    "op-fmul"),
    Op(0x95,   "f32.div",             NONE,       "ff>f",_F.BINARY,    "op-fdiv"),
    Op(0x96,   "f32.min",             NONE,       "ff>f",_F.BINARY,    "op-fmin"),
    Op(0x97,   "f32.max",             NONE,       "ff>f",_F.BINARY,    "op-fmax"),
    Op(0x98,   "f32.copysign",        NONE,       "ff>f",_F.BINARY,    "op-fcopysign"),
    Op(0x99,   "f64.abs",             NONE,       "d>d", _F.UNARY,     "op-fabs"),
    Op(0x9A,   "f64.neg",             NONE,       "d>d", _F.UNARY,     "op-fneg"),
    Op(0x9B,   "f64.ceil",            NONE,       "d>d", _F.UNARY,     "op-fceil"),
    Op(0x9C,   "f64.floor",           NONE,       "d>d", _F.UNARY,     "op-ffloor"),
    Op(0x9D,   "f64.trunc",           NONE,       "d>d", _F.UNARY,     "op-ftrunc"),
    Op(0x9E,   "f64.nearest",         NONE,       "d>d", _F.UNARY,     "op-fnearest"),
    Op(0x9F,   "f64.sqrt",            NONE,       "d>d", _F.UNARY,     "op-fsqrt"),
    Op(0xA0,   "f64.add",             NONE,       "dd>d",_F.BINARY,    "op-fadd"),
    Op(0xA1,   "f64.sub",             NONE,       "dd>d",_F.BINARY,    "op-fsub"),
    Op(0xA2,   "f64.mul",             NONE,       "dd>d",_F.BINARY,    "op-fmul"),
    Op(0xA3,   "f64.div",             NONE,       "dd>d",_F.BINARY,    "op-fdiv"),
    Op(0xA4,   "f64.min",             NONE,       "dd>d",_F.BINARY,    "op-fmin"),
    Op(0xA5,   "f64.max",             NONE,       "dd>d",_F.BINARY,    "op-fmax"),
    Op(0xA6,   "f64.copysign",        NONE,       "dd>d",_F.BINARY,    "op-fcopysign"),
    # Conversions (spec: `exec-cvtop`)
    Op(0xA7,   "i32.wrap_i64",        NONE,       "l>i", _F.CONVERT,   "op-wrap"),
    Op(0xA8,   "i32.trunc_f32_s",     NONE,       "f>i", _F.CONVERT,   "op-trunc_s", traps=_TRUNC),
    Op(0xA9,   "i32.trunc_f32_u",     NONE,       "f>i", _F.CONVERT,   "op-trunc_u", traps=_TRUNC),
    Op(0xAA,   "i32.trunc_f64_s",     NONE,       "d>i", _F.CONVERT,   "op-trunc_s", traps=_TRUNC),
    Op(0xAB,   "i32.trunc_f64_u",     NONE,       "d>i", _F.CONVERT,   "op-trunc_u", traps=_TRUNC),
    Op(0xAC,   "i64.extend_i32_s",    NONE,       "i>l", _F.CONVERT,   "op-extend_s"),
    Op(0xAD,   "i64.extend_i32_u",    NONE,       "i>l", _F.CONVERT,   "op-extend_u"),
    Op(0xAE,   "i64.trunc_f32_s",     NONE,       "f>l", _F.CONVERT,   "op-trunc_s", traps=_TRUNC),
    Op(0xAF,   "i64.trunc_f32_u",     NONE,       "f>l", _F.CONVERT,   "op-trunc_u", traps=_TRUNC),
    Op(0xB0,   "i64.trunc_f64_s",     NONE,       "d>l", _F.CONVERT,   "op-trunc_s", traps=_TRUNC),
    Op(0xB1,   "i64.trunc_f64_u",     NONE,       "d>l", _F.CONVERT,   "op-trunc_u", traps=_TRUNC),
    Op(0xB2,   "f32.convert_i32_s",   NONE,       "i>f", _F.CONVERT,   "op-convert_s"),
    Op(0xB3,   "f32.convert_i32_u",   NONE,       "i>f", _F.CONVERT,   "op-convert_u"),
    Op(0xB4,   "f32.convert_i64_s",   NONE,       "l>f", _F.CONVERT,   "op-convert_s"),
    Op(0xB5,   "f32.convert_i64_u",   NONE,       "l>f", _F.CONVERT,   "op-convert_u"),
    Op(0xB6,   "f32.demote_f64",      NONE,       "d>f", _F.CONVERT,   "op-demote"),
    Op(0xB7,   "f64.convert_i32_s",   NONE,       "i>d", _F.CONVERT,   "op-convert_s"),
    Op(0xB8,   "f64.convert_i32_u",   NONE,       "i>d", _F.CONVERT,   "op-convert_u"),
    Op(0xB9,   "f64.convert_i64_s",   NONE,       "l>d", _F.CONVERT,   "op-convert_s"),
    Op(0xBA,   "f64.convert_i64_u",   NONE,       "l>d", _F.CONVERT,   "op-convert_u"),
    Op(0xBB,   "f64.promote_f32",     NONE,       "f>d", _F.CONVERT,   "op-promote"),
    Op(0xBC,   "i32.reinterpret_f32", NONE,       "f>i", _F.CONVERT,   "op-reinterpret"),
    Op(0xBD,   "i64.reinterpret_f64", NONE,       "d>l", _F.CONVERT,   "op-reinterpret"),
    Op(0xBE,   "f32.reinterpret_i32", NONE,       "i>f", _F.CONVERT,   "op-reinterpret"),
    Op(0xBF,   "f64.reinterpret_i64", NONE,       "l>d", _F.CONVERT,   "op-reinterpret"),
    Op(0xC0,   "i32.extend8_s",       NONE,       "i>i", _F.UNARY,     "op-iextendn_s", feature=_SIGN),
    Op(0xC1,   "i32.extend16_s",      NONE,       "i>i", _F.UNARY,     "op-iextendn_s", feature=_SIGN),
    Op(0xC2,   "i64.extend8_s",       NONE,       "l>l", _F.UNARY,     "op-iextendn_s", feature=_SIGN),
    Op(0xC3,   "i64.extend16_s",      NONE,       "l>l", _F.UNARY,     "op-iextendn_s", feature=_SIGN),
    Op(0xC4,   "i64.extend32_s",      NONE,       "l>l", _F.UNARY,     "op-iextendn_s", feature=_SIGN),
    Op(0xFC00, "i32.trunc_sat_f32_s", NONE,       "f>i", _F.CONVERT,   "op-trunc_sat_s", feature=_SAT),
    Op(0xFC01, "i32.trunc_sat_f32_u", NONE,       "f>i", _F.CONVERT,   "op-trunc_sat_u", feature=_SAT),
    Op(0xFC02, "i32.trunc_sat_f64_s", NONE,       "d>i", _F.CONVERT,   "op-trunc_sat_s", feature=_SAT),
    Op(0xFC03, "i32.trunc_sat_f64_u", NONE,       "d>i", _F.CONVERT,   "op-trunc_sat_u", feature=_SAT),
    Op(0xFC04, "i64.trunc_sat_f32_s", NONE,       "f>l", _F.CONVERT,   "op-trunc_sat_s", feature=_SAT),
    Op(0xFC05, "i64.trunc_sat_f32_u", NONE,       "f>l", _F.CONVERT,   "op-trunc_sat_u", feature=_SAT),
    Op(0xFC06, "i64.trunc_sat_f64_s", NONE,       "d>l", _F.CONVERT,   "op-trunc_sat_s", feature=_SAT),
    Op(0xFC07, "i64.trunc_sat_f64_u", NONE,       "d>l", _F.CONVERT,   "op-trunc_sat_u", feature=_SAT),
)
# fmt: on
"""Every row but those of the SIMD proposal."""

ROWS: tuple[Op, ...] = SCALAR + VECTOR

TABLE_SIZE = 0x300
"""Length of a list indexed by `Op.index`."""

BY_NAME: dict[str, Op] = {row.name: row for row in ROWS}
BY_INDEX: list[Op | None] = [None] * TABLE_SIZE
for _row in ROWS:
    BY_INDEX[_row.index] = _row


def op(name: str) -> Op:
    """The row of a mnemonic (`select t` is the typed select); `KeyError` when there is none."""
    return BY_NAME[name]


def _by_name(row: Op) -> tuple[Callable[[str], Op], tuple[str]]:
    return op, (row.name,)


copyreg.pickle(Op, _by_name)  # rows are compared with `is`, also after they crossed to another process


T = TypeVar("T")


class Unbound(Exception):
    """A binding that does not cover its rows, or names a row that does not exist."""


def bind(handlers: Mapping[str, T], rows: Iterable[Op] = ROWS) -> list[T | None]:
    """Arranges handlers, keyed by mnemonic, into a list indexed by `Op.index`.

    Exactly the rows given must be covered; `Unbound` names every handler that is missing and every name that is no row.
    Called at import, so that a typo never becomes a hole at run time.
    """
    wanted = {row.name: row.index for row in rows}
    missing = [name for name in wanted if name not in handlers]
    unknown = [name for name in handlers if name not in wanted]
    if missing or unknown:
        complaints = [f"no handler for {missing}"] if missing else []
        complaints += [f"no row for {unknown}"] if unknown else []
        raise Unbound("; ".join(complaints))
    bound: list[T | None] = [None] * TABLE_SIZE
    for name, index in wanted.items():
        bound[index] = handlers[name]
    return bound
