"""Valid modules that between them use every section, every opcode and every form of an immediate.

Written as wat by hand but for rows with a plain signature, which are wrapped one by one.  `FIRST` keeps to WebAssembly
1.0, sign extension and saturating conversions; `SECOND` needs WebAssembly 2.0 without SIMD, `VECTORS` SIMD alone.
"""

from collections.abc import Iterable

from jit.wasm.opcodes import ROWS, VECTOR, Imm, Op

_SECTIONS = """
(module
  (type $unary (func (param i32) (result i32)))
  (type $nothing (func))
  (type $mixed (func (param i64 f32 f64) (result f64)))
  (import "env" "f" (func $imported (type $unary)))
  (import "env" "g" (global $base i32))
  (import "env" "m" (global $changing (mut i64)))
  (import "env" "t" (table $table 2 8 funcref))
  (import "env" "mem" (memory 1 3))
  (global $a (mut i32) (i32.const -7))
  (global $b i64 (i64.const 0x123456789abcdef0))
  (global $c f32 (f32.const -0.5))
  (global $d (mut f64) (f64.const nan:0x8000000000001))
  (global $e i32 (global.get $base))
  (export "main" (func $main))
  (export "imported" (func $imported))
  (export "table" (table $table))
  (export "memory" (memory 0))
  (export "a" (global $a))
  (export "\\c3\\a9\\e2\\82\\ac" (func $main))
  (start $start)
  (elem (global.get $base) $imported $main)
  (elem (i32.const 1) $main)
  (data (i32.const 8) "hello\\00\\ff")
  (data (global.get $base) "")
  (func $start)
  (func $main (type $unary) (local i32 i32 i64) (local f32 f64)
    (local.set 1 (call $imported (local.get 0)))
    (local.set 3 (i64.const -9223372036854775808))
    (global.set $a (local.tee 2 (i32.const 2147483647)))
    (global.set $changing (global.get $b))
    (call_indirect (type $unary) (local.get 0) (i32.const 1))))
"""

_CONTROL = """
(module
  (type $unary (func (param i32) (result i32)))
  (table 3 funcref)
  (func $blocks (param i32) (result i32)
    (block $out (result i32)
      (loop $again
        (br_if $out (i32.const 1) (i32.eqz (local.get 0)))
        (drop)
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br $again))
      (unreachable)))
  (func $ifs (param i32) (result f64)
    (if (result f64) (local.get 0)
      (then (f64.const 1))
      (else (if (local.get 0) (then (nop) (return (f64.const 2)))) (f64.const 3))))
  (func $table (param i32) (result i64)
    (block (block (block (br_table 0 1 2 1 (local.get 0))) (return (i64.const 1))) (return (i64.const 2)))
    (i64.const 3))
  (func $dead (result i32)
    (block (result i32)
      (br 0 (i32.const 9))
      (drop (select (f32.const 1) (i32.const 1)))
      (if (then (br 1 (i32.const 1))) (else (return (i32.const 2))))
      (loop (br 0))
      (i64.store offset=4)
      (block (result i64) (unreachable) (call_indirect (type $unary)) (drop))
      (drop)
      (br_table 0 0 0)))
  (func $stack (param f32 f64) (result f32)
    (local f32)
    (drop (local.get 1))
    (select (local.get 0) (local.get 2) (i32.const 0)))
  (func $calls (result i32)
    (call $blocks (call $blocks (i32.const 3)))
    (call_indirect (type $unary) (i32.const 0)))
  (memory 0))
"""

_SECOND = """
(module
  (type $swap (func (param i32 i64) (result i64 i32)))
  (type $consume (func (param i32 f64)))
  (import "env" "x" (global $extern externref))
  (import "env" "f" (func $imported (result funcref)))
  (table $funcs 4 10 funcref)
  (table $externs 2 externref)
  (memory 1 2)
  (global $null funcref (ref.null func))
  (global $func (mut funcref) (ref.func $swap))
  (global $other externref (global.get $extern))
  (export "externs" (table $externs))
  (elem $active (i32.const 0) $swap $imported)
  (elem $passive func $swap)
  (elem $exprs (table $funcs) (i32.const 2) funcref (ref.func $swap) (ref.null func))
  (elem $passive_exprs externref (ref.null extern) (item (global.get $extern)))
  (elem $declared declare func $blocks)
  (elem $declared_exprs declare funcref (ref.func $tables))
  (data $d0 (i32.const 0) "abc")
  (data $d1 "passive")
  (func $swap (type $swap) (local.get 1) (local.get 0))
  (func $blocks (param i32) (result i64)
    (i32.const 1) (i64.const 2)
    (block (type $swap) (call $swap))
    (loop (param i64 i32) (result i32) (br_if 0 (local.get 0)) (drop) (drop) (i32.const 3))
    (if (result i64) (then (i64.const 1)) (else (i64.const 2)))
    (local.get 0)
    (if (param i64) (result i64) (then))
    (i32.const 5) (i64.const 6)
    (call_indirect $funcs (type $swap) (i32.const 1))
    (drop) (drop))
  (func $tables (param funcref externref) (result i32)
    (table.set $funcs (i32.const 0) (local.get 0))
    (table.set $externs (i32.const 1) (table.get $externs (i32.const 0)))
    (drop (table.grow $externs (local.get 1) (i32.const 1)))
    (table.fill $funcs (i32.const 0) (ref.func $blocks) (i32.const 1))
    (table.copy $funcs $funcs (i32.const 0) (i32.const 1) (i32.const 2))
    (table.init $funcs $passive (i32.const 0) (i32.const 0) (i32.const 1))
    (table.init $externs $passive_exprs (i32.const 0) (i32.const 0) (i32.const 1))
    (elem.drop $passive)
    (drop (table.size $externs))
    (drop (select (result funcref) (local.get 0) (ref.null func) (i32.const 1)))
    (ref.is_null (global.get $func))
    (ref.is_null (ref.null extern))
    (i32.add))
  (func $memories
    (memory.init $d1 (i32.const 0) (i32.const 1) (i32.const 2))
    (data.drop $d1)
    (memory.copy (i32.const 0) (i32.const 1) (i32.const 2))
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 2)))
  (func $dead (result i32 funcref)
    (unreachable)
    (select) (drop) (ref.is_null) (br_if 0) (drop) (br_table 0 0)))
"""


def _is_plain(row: Op) -> bool:
    """Whether a row has a signature and needs no other immediate than an access or a constant."""
    return row.params is not None and row.prefix is None and Imm.MEMORY not in row.immediates and row.name != "nop"


_CONSTANTS = {
    Imm.I32: " -1", Imm.I64: " 1", Imm.F32: " 0.1", Imm.F64: " inf", Imm.V128: " i64x2 1 -1", Imm.LANE: " 1",
    Imm.LANES: " 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31",
}  # fmt: skip


def _constant(row: Op) -> str:
    return _CONSTANTS.get(row.immediates[-1], "") if row.immediates else ""


def _access(row: Op) -> str:
    return f" offset=300 align={row.width // 8}" if Imm.MEMARG in row.immediates else ""


def _wrapped(rows: Iterable[Op]) -> str:
    """A module with a function for each row of a plain signature."""
    functions = []
    for row in rows:
        assert row.params is not None
        assert row.results is not None
        params = " ".join(type.name for type in row.params)
        results = " ".join(type.name for type in row.results)
        gets = " ".join(f"(local.get {n})" for n in range(len(row.params)))
        functions.append(
            f"(func (param {params}) (result {results}) ({row.name}{_access(row)}{_constant(row)} {gets}))"
        )
    return "(module (memory 1) " + " ".join(functions) + ")"


_VECTORS = """
(module
  (type $mixed (func (param v128 i32) (result v128)))
  (import "env" "x" (global $x v128))
  (global $a (mut v128) (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))
  (global $b v128 (global.get $x))
  (func $blocks (type $mixed) (local v128 v128)
    (global.set $a (local.tee 2 (select (local.get 0) (local.get 3) (local.get 1))))
    (block (result v128) (br_if 0 (global.get $b) (local.get 1)) (drop) (call $blocks (local.get 2) (i32.const 0))))
  (func $dead (unreachable) (i8x16.add) (i32x4.extract_lane 3) (drop) (v128.bitselect) (drop)))
"""


def _vectors() -> list[str]:
    return [_wrapped(VECTOR[start : start + 12]) for start in range(0, len(VECTOR), 12)]


def _chunks() -> list[str]:
    saturating = [row for row in ROWS if row.feature == "saturating-conversions"]
    plain = [row for row in ROWS if _is_plain(row)] + saturating
    return [_wrapped(plain[start : start + 12]) for start in range(0, len(plain), 12)]


_MEMORY = "(module (memory 2) (func (result i32) (nop) (memory.grow (memory.size))))"
_EMPTY = "(module)"

FIRST: tuple[str, ...] = (_SECTIONS, _CONTROL, _MEMORY, _EMPTY, *_chunks())
SECOND: tuple[str, ...] = (_SECOND,)
VECTORS: tuple[str, ...] = (_VECTORS, *_vectors())
