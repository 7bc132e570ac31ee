"""How likely rows are: a number for each family, overridden by name where a row deserves more or less.

These are relative to the rows that compete with it: those that take, or give, the same types.
"""

from typing import Final

from jit.wasm.opcodes import BY_NAME, Family, Op

# fmt: off
_FAMILIES: Final[dict[Family, int]] = {
    Family.CONTROL: 4, Family.PARAMETRIC: 4, Family.VARIABLE: 4, Family.REFERENCE: 4, Family.TABLE: 4,
    Family.LOAD: 4, Family.STORE: 4, Family.MEMORY: 4, Family.CONST: 4,
    Family.TEST: 4, Family.COMPARE: 4, Family.UNARY: 4, Family.BINARY: 4, Family.CONVERT: 4,
    Family.VECTOR_LOAD: 2, Family.VECTOR_STORE: 2, Family.VECTOR_CONST: 4, Family.VECTOR_LANE: 4,
    Family.VECTOR_BITWISE: 4, Family.VECTOR_TEST: 2, Family.VECTOR_COMPARE: 2, Family.VECTOR_SHIFT: 4,
    Family.VECTOR_UNARY: 4, Family.VECTOR_BINARY: 4, Family.VECTOR_CONVERT: 4,
}

_NAMES: Final[dict[str, int]] = {
    # Those that back ends treat in their own ways, and bugs have favoured.
    "i32.add": 8,      "i32.sub": 8,      "i32.and": 6,      "i32.or": 6,       "i32.xor": 6,
    "i64.add": 8,      "i64.sub": 8,      "i64.and": 6,      "i64.or": 6,       "i64.xor": 6,
    "i32.rotl": 5,     "i32.rotr": 5,     "i64.rotl": 5,     "i64.rotr": 5,
    "i32.eqz": 8,      "i64.eqz": 8,
    "f32.copysign": 5, "f64.copysign": 5, "f32.min": 6,      "f64.min": 6,      "f32.max": 6,      "f64.max": 6,
    # Hundreds of immediates, three operands, everything else is built on them.
    "i8x16.shuffle": 24,  "i8x16.swizzle": 8,  "v128.bitselect": 12,  "v128.load": 8,  "v128.store": 12,
    # Guarded rows cost several instructions each.
    "i32.trunc_f32_s": 2, "i32.trunc_f32_u": 2, "i32.trunc_f64_s": 2, "i32.trunc_f64_u": 2,
    "i64.trunc_f32_s": 2, "i64.trunc_f32_u": 2, "i64.trunc_f64_s": 2, "i64.trunc_f64_u": 2,
}
# fmt: on

_unknown = sorted(set(_NAMES) - set(BY_NAME))
assert not _unknown, f"weights for rows that do not exist: {_unknown}"


def weight(row: Op) -> int:
    """How often a row is listed among its competitors."""
    return _NAMES.get(row.name, _FAMILIES[row.family])


# fmt: off
STEP_WEIGHTS: Final[dict[str, tuple[int, int, int]]] = {
    #  step            where the stack is low, between, high
    "const":           (4, 2, 0),
    "local.get":       (12, 6, 1),
    "global.get":      (3, 1, 0),
    "expression":      (10, 4, 0),
    "alias":           (4, 3, 0),
    "parts":           (2, 2, 0),
    "flood":           (5, 2, 0),
    "unary":           (3, 5, 2),
    "convert":         (3, 5, 2),
    "test":            (1, 1, 1),
    "binary":          (10, 16, 24),
    "compare":         (2, 4, 6),
    "vector lane":     (5, 6, 4),
    "vector bitwise":  (1, 2, 3),
    "vector test":     (1, 1, 2),
    "vector compare":  (1, 3, 4),
    "vector shift":    (2, 3, 3),
    "vector unary":    (2, 3, 2),
    "vector binary":   (4, 7, 9),
    "vector convert":  (2, 3, 3),
    "load lane":       (1, 1, 0),
    "load":            (8, 8, 2),
    "store":           (3, 6, 10),
    "local.set":       (2, 4, 10),
    "local.tee":       (2, 4, 2),
    "global.set":      (1, 2, 4),
    "assign":          (4, 3, 1),
    "select":          (2, 4, 8),
    "select t":        (1, 1, 2),
    "drop":            (0, 1, 1),
    "nop":             (1, 1, 0),
    "block":           (3, 4, 2),
    "loop":            (5, 5, 3),
    "if":              (4, 5, 4),
    "deferred":        (3, 3, 2),
    "placed":          (3, 4, 2),
    "dirty":           (6, 6, 4),
    "division":        (5, 5, 4),
    "bounds":          (8, 8, 8),
    "pending":         (4, 4, 3),
    "unordered":       (2, 2, 2),
    "chosen":          (2, 2, 2),
    "fused":           (14, 14, 10),
    "shifted":         (1, 1, 1),
    "carried":         (3, 3, 3),
    "addresses":       (3, 3, 2),
    "kept":            (3, 3, 3),
    "rounded":         (3, 3, 3),
    "truncated":       (2, 2, 2),
    "chained":         (5, 5, 4),
    "met":             (8, 8, 7),
    "shuffles":        (3, 3, 2),
    "turned":          (3, 3, 2),
    "twins":           (2, 2, 2),
    "widths":          (2, 2, 2),
    "decided":         (3, 3, 2),
    "ladder":          (7, 7, 5),
    "crossed":         (6, 6, 5),
    "continue":        (2, 2, 2),
    "nest":            (2, 2, 2),
    "call written":    (2, 2, 2),
    "br":              (1, 1, 1),
    "br_if":           (3, 4, 5),
    "br_table":        (2, 2, 2),
    "return":          (1, 1, 1),
    "unreachable":     (2, 2, 2),
    "call":            (5, 5, 5),
    "call_indirect":   (4, 5, 5),
    "memory.size":     (1, 0, 0),
    "memory.grow":     (1, 1, 0),
    "memory.init":     (1, 1, 1),
    "memory.copy":     (4, 4, 4),
    "memory.fill":     (2, 2, 2),
    "data.drop":       (1, 1, 1),
    "ref.null":        (1, 1, 0),
    "ref.func":        (2, 1, 0),
    "ref.is_null":     (2, 2, 2),
    "table.get":       (2, 2, 1),
    "table.set":       (2, 2, 3),
    "table.size":      (1, 1, 0),
    "table.grow":      (1, 1, 1),
    "table.fill":      (1, 1, 2),
    "table.copy":      (1, 1, 1),
    "table.init":      (1, 1, 1),
    "elem.drop":       (1, 1, 1),
}
"""How likely each step of a body is.  Those named like a row emit it, others a shape that bugs have favoured."""
# fmt: on
