import pytest

from jit.wasm.types import (
    EXTERNREF,
    NULL,
    TrapKind,
    Value,
)
from oracles.protocol import (
    Returned,
)
from support.interp import call, i32, instance_of, returned, trap_of

BULK = r"""(module
  (memory (export "m") 1 1) (data $p "abcdef")
  (table $t (export "t") 6 funcref) (table $u (export "u") 3 externref) (elem $e func $f $f) (elem declare func $f)
  (func $f)
  (func (export "init") (param i32 i32 i32) (memory.init $p (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "drop") (data.drop $p) (elem.drop $e))
  (func (export "tinit") (param i32 i32 i32) (table.init $t $e (local.get 0) (local.get 1) (local.get 2)))
  (func (export "tcopy") (param i32 i32 i32) (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
  (func (export "tfill") (param i32 externref i32) (table.fill $u (local.get 0) (local.get 1) (local.get 2)))
  (func (export "tset") (param i32 externref) (table.set $u (local.get 0) (local.get 1)))
  (func (export "tget") (param i32) (result externref) (table.get $u (local.get 0)))
  (func (export "tgrow") (param externref i32) (result i32) (table.grow $u (local.get 0) (local.get 1)))
  (func (export "tsize") (result i32) (table.size $u))
  (func (export "isnull") (param i32) (result i32) (ref.is_null (table.get $t (local.get 0)))))"""


def test_bulk_memory_checks_bounds_first_and_copies_overlapping_ranges() -> None:
    instance = instance_of(BULK)
    assert call(instance, "init", i32(0), i32(1), i32(4)) == Returned(())
    assert call(instance, "copy", i32(2), i32(0), i32(4)) == Returned(())
    assert call(instance, "fill", i32(65535), i32(0x1AB), i32(1)) == Returned(())
    before = instance.snapshot().memories[0][1]
    assert before[:7] == b"bcbcde\0"
    assert before[-1] == 0xAB
    for export, args in (
        ("init", (0, 3, 4)),
        ("init", (65535, 0, 2)),
        ("copy", (0, 65535, 2)),
        ("fill", (65535, 7, 2)),
    ):
        assert trap_of(call(instance, export, *map(i32, args))) is TrapKind.OOB_MEMORY
    assert trap_of(call(instance, "init", i32(65537), i32(0), i32(0))) is TrapKind.OOB_MEMORY
    assert call(instance, "init", i32(65536), i32(6), i32(0)) == Returned(())
    assert instance.snapshot().memories[0][1] == before


def test_a_dropped_segment_is_empty() -> None:
    instance = instance_of(BULK)
    assert call(instance, "drop") == Returned(())
    assert trap_of(call(instance, "init", i32(0), i32(0), i32(1))) is TrapKind.OOB_MEMORY
    assert trap_of(call(instance, "tinit", i32(0), i32(0), i32(1))) is TrapKind.OOB_TABLE
    assert call(instance, "init", i32(0), i32(0), i32(0)) == Returned(())


def test_tables_hold_references() -> None:
    instance = instance_of(BULK)
    assert call(instance, "tinit", i32(1), i32(0), i32(2)) == Returned(())
    assert call(instance, "tcopy", i32(2), i32(0), i32(4)) == Returned(())
    assert call(instance, "tset", i32(2), Value(EXTERNREF, 7)) == Returned(())
    assert call(instance, "tgrow", Value(EXTERNREF, 9), i32(2)) == returned(3)
    assert call(instance, "tfill", i32(0), Value(EXTERNREF, 5), i32(1)) == Returned(())
    f = "func:0"
    assert instance.snapshot().tables == (
        ("t", ("null", f, "null", f, f, "null")),
        ("u", ("extern:5", "null", "extern:7", "extern:9", "extern:9")),
    )
    assert call(instance, "tget", i32(2)) == returned(7, type=EXTERNREF)
    assert call(instance, "tget", i32(1)) == returned(NULL, type=EXTERNREF)
    assert call(instance, "tsize") == returned(5)
    assert call(instance, "isnull", i32(1)) == returned(0)
    assert call(instance, "isnull", i32(0)) == returned(1)


@pytest.mark.parametrize(
    ("export", "args"),
    [
        ("tinit", (i32(5), i32(0), i32(2))),
        ("tcopy", (i32(0), i32(5), i32(2))),
        ("tfill", (i32(2), Value(EXTERNREF, 1), i32(2))),
        ("tset", (i32(3), Value(EXTERNREF, 1))),
        ("tget", (i32(3),)),
    ],
)
def test_table_accesses_past_the_end_trap_and_change_nothing(export: str, args: tuple[Value, ...]) -> None:
    instance = instance_of(BULK)
    before = instance.snapshot()
    assert trap_of(call(instance, export, *args)) is TrapKind.OOB_TABLE
    assert instance.snapshot() == before
