"""Instantiation: what happens in which order, what a failure leaves, and what an instance offers."""

import gc
from typing import NoReturn, cast

import pytest

import jit
from jit.wasm.types import F32, F64, FUNCREF, I32, I64, FuncType, Limits, MemoryType, TableType, TrapKind, Value
from support.wat import wasm


def test_arguments_and_results_cross_as_python_numbers(engine: jit.Engine, store: jit.Store) -> None:
    text = """(func (export "all") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
        local.get 3 local.get 2 local.get 1 local.get 0)
      (func (export "none"))"""
    instance = store.instantiate(engine.compile(wasm(text)))
    assert instance.call("all", 0xFFFFFFFF, -1, 0.5, 3) == (3.0, 0.5, -1, -1)
    assert instance.call("none") is None


def test_typed_values_cross_without_any_change(engine: jit.Engine, store: jit.Store) -> None:
    text = '(func (export "id") (param f32 f64) (result f32 f64) local.get 0 local.get 1)'
    instance = store.instantiate(engine.compile(wasm(text)))
    signalling = (Value(F32, 0xFFA00001), Value(F64, 0x7FF4000000000000))
    assert instance.invoke("id", signalling) == signalling


def test_arguments_that_do_not_fit_are_misuse(engine: jit.Engine, store: jit.Store) -> None:
    instance = store.instantiate(engine.compile(wasm('(func (export "f") (param i32))')))
    with pytest.raises(TypeError, match="1 arguments"):
        instance.call("f")
    with pytest.raises(TypeError, match="i32 takes an int"):
        instance.call("f", 1.5)
    with pytest.raises(ValueError, match="out of the range"):
        instance.call("f", 1 << 32)
    with pytest.raises(TypeError, match=r"\[i32\] wanted, \[i64\] given"):
        instance.invoke("f", [Value(I64, 1)])
    with pytest.raises(TypeError, match=r"arguments: typed values such as .* wanted, \[1\] given"):
        instance.invoke("f", cast(list[Value], [1]))
    with pytest.raises(TypeError, match="1 values of types"):
        instance.invoke("f", [])


def test_a_call_of_what_is_no_function_names_those_there_are(engine: jit.Engine, store: jit.Store) -> None:
    text = '(memory (export "m") 1) (func (export "f")) (func (export "g"))'
    instance = store.instantiate(engine.compile(wasm(text)))
    for name in ("m", "h"):
        with pytest.raises(KeyError, match="there are: f, g"):
            instance.call(name)


def test_exports_are_typed_ordered_and_keep_their_identity(engine: jit.Engine, store: jit.Store) -> None:
    text = """(memory (export "m") 1) (table (export "t") 1 funcref) (global (export "g") i32 (i32.const 9))
      (func $f (export "f")) (export "again" (func $f)) (export "n" (memory 0))"""
    exports = store.instantiate(engine.compile(wasm(text))).exports
    assert list(exports) == ["m", "t", "g", "f", "again", "n"]
    assert [type(extern) for extern in exports.values()] == [
        jit.Memory, jit.Table, jit.Global, jit.Function, jit.Function, jit.Memory
    ]  # fmt: skip
    assert exports["f"] == exports["again"]
    assert exports["m"] is exports["n"]
    with pytest.raises(KeyError):
        _ = exports["h"]


def test_globals_are_initialised_from_constants_and_imports(engine: jit.Engine, store: jit.Store) -> None:
    text = """(import "env" "i" (global $i i64))
      (global (export "a") i32 (i32.const -1)) (global (export "b") (mut i64) (global.get $i))
      (global (export "c") f32 (f32.const nan:0x200001)) (global (export "d") funcref (ref.func $f))
      (func $f (export "f"))"""
    imported = store.global_(jit.GlobalType(I64, mutable=False), -7)
    exports = store.instantiate(engine.compile(wasm(text)), {"env": {"i": imported}}).exports
    values = [extern.get() for extern in exports.values() if isinstance(extern, jit.Global)]
    function = exports["f"]
    assert isinstance(function, jit.Function)
    assert values == [
        Value(I32, 0xFFFFFFFF),
        Value(I64, (1 << 64) - 7),
        Value(F32, 0x7FA00001),
        Value(FUNCREF, function.address),
    ]


def test_instances_of_one_module_share_no_state(engine: jit.Engine, store: jit.Store) -> None:
    text = """(memory (export "m") 1) (global $g (mut i32) (i32.const 0))
      (func (export "up") (result i32)
        (global.set $g (i32.add (global.get $g) (i32.const 1)))
        (i32.store8 (i32.const 0) (global.get $g)) (global.get $g))"""
    module = engine.compile(wasm(text))
    one, two = store.instantiate(module), store.instantiate(module)
    assert [one.call("up"), one.call("up"), two.call("up")] == [1, 2, 1]
    memories = [instance.exports["m"] for instance in (one, two)]
    assert [memory.buffer[0] for memory in memories if isinstance(memory, jit.Memory)] == [2, 1]


def test_a_function_runs_in_the_instance_that_defines_it(engine: jit.Engine, store: jit.Store) -> None:
    giver = store.instantiate(
        engine.compile(
            wasm("""(memory 1) (global $g i32 (i32.const 5)) (data (i32.const 0) "\\07")
        (table (export "t") 1 funcref) (elem (i32.const 0) $f)
        (func $f (export "f") (result i32) (i32.add (global.get $g) (i32.load8_u (i32.const 0))))""")
        )
    )
    text = """(import "a" "f" (func $f (result i32))) (import "a" "t" (table 1 funcref))
      (memory 1) (data (i32.const 0) "\\64") (global $g i32 (i32.const 1000)) (type $r (func (result i32)))
      (func (export "direct") (result i32) (i32.add (call $f) (i32.load8_u (i32.const 0))))
      (func (export "indirect") (result i32)
        (i32.add (call_indirect (type $r) (i32.const 0)) (global.get $g)))"""
    taker = store.instantiate(engine.compile(wasm(text)), {"a": giver.exports})
    assert taker.call("direct") == 12 + 100
    assert taker.call("indirect") == 12 + 1000


def test_the_start_function_runs_after_segments_are_written(engine: jit.Engine, store: jit.Store) -> None:
    text = """(memory (export "m") 1) (data (i32.const 0) "\\29") (start $s)
      (func $s (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1))))"""
    memory = store.instantiate(engine.compile(wasm(text))).exports["m"]
    assert isinstance(memory, jit.Memory)
    assert memory.buffer[0] == 42


# --- failures


def host_things(store: jit.Store) -> tuple[jit.Memory, jit.Table, dict[str, dict[str, jit.Memory | jit.Table]]]:
    memory = store.memory(MemoryType(Limits(1, 1)))
    table = store.table(TableType(FUNCREF, Limits(2, 2)))
    return memory, table, {"env": {"m": memory, "t": table}}


THINGS = '(import "env" "m" (memory 1)) (import "env" "t" (table 2 funcref))'


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ('(data (i32.const 0) "abc") (data (i32.const 65536) "d")', "data segment does not fit"),
        ('(data (i32.const 0) "abc") (data (i32.const -1) "")', "data segment does not fit"),
        ("(elem (i32.const 0) $f) (elem (i32.const 2) $f)", "elements segment does not fit"),
        ('(elem (i32.const 0) $f) (data (i32.const 65534) "abc")', "data segment does not fit"),
        ('(elem (i32.const 1) $f $f) (data (i32.const 65534) "abc")', "elements segment does not fit"),
    ],
)
def test_in_1_0_a_segment_that_does_not_fit_is_a_link_error_and_nothing_is_written(
    engine_1: jit.Engine, segments: str, message: str
) -> None:
    with engine_1.open_store() as store:
        memory, table, imports = host_things(store)
        module = engine_1.compile(wasm(f"{THINGS} (func $f) {segments}"))
        with pytest.raises(jit.LinkError, match=message):
            store.instantiate(module, imports)
        assert bytes(memory.buffer[:4]) == bytes(4)
        assert list(table) == [None, None]


def test_in_1_0_empty_segments_at_the_end_fit(engine_1: jit.Engine) -> None:
    with engine_1.open_store() as store:
        _, _, imports = host_things(store)
        text = f'{THINGS} (elem (i32.const 2)) (data (i32.const 65536) "")'
        store.instantiate(engine_1.compile(wasm(text)), imports)


@pytest.mark.parametrize(
    ("segments", "kind", "written"),
    [
        ('(data (i32.const 0) "abc") (data (i32.const 65535) "de")', TrapKind.OOB_MEMORY, b"abc\0"),
        ('(data (i32.const 65536) "d") (data (i32.const 0) "abc")', TrapKind.OOB_MEMORY, b"\0\0\0\0"),
        ('(elem (i32.const 2) $f) (data (i32.const 0) "abc")', TrapKind.OOB_TABLE, b"\0\0\0\0"),
    ],
)
def test_since_2_0_segments_before_the_misfit_stay_written(
    engine: jit.Engine, store: jit.Store, segments: str, kind: TrapKind, written: bytes
) -> None:
    memory, _, imports = host_things(store)
    with pytest.raises(jit.Trap) as caught:
        store.instantiate(engine.compile(wasm(f"{THINGS} (func $f) {segments}")), imports)
    assert caught.value.kind is kind
    assert bytes(memory.buffer[:4]) == written
    assert bytes(memory.buffer[-2:]) == b"\0\0"


def test_functions_of_an_instance_that_failed_stay_callable_through_a_table(
    engine: jit.Engine, store: jit.Store
) -> None:
    _, table, imports = host_things(store)
    text = f"""{THINGS} (global $g i32 (i32.const 77)) (func $f (result i32) global.get $g)
      (elem (i32.const 0) $f) (func $s unreachable) (start $s)"""
    module = engine.compile(wasm(text))
    with pytest.raises(jit.Trap):
        store.instantiate(module, imports)
    module.close()
    gc.collect()
    function = table[0]
    assert isinstance(function, jit.Function)
    assert function() == 77
    assert table[1] is None


def test_a_failed_link_leaves_nothing_behind(engine: jit.Engine, store: jit.Store) -> None:
    text = '(import "env" "h" (func)) (import "env" "missing" (func)) (memory 1)'
    module = engine.compile(wasm(text))
    host = jit.HostFunction(FuncType((), ()), lambda: None)
    before = (set(engine.machine.addresses.memories), store.records.mark())
    for _ in range(3):
        with pytest.raises(jit.LinkError):
            store.instantiate(module, {"env": {"h": host}})
    assert (set(engine.machine.addresses.memories), store.records.mark()) == before


class Failing(dict[str, jit.Function]):
    """Imports that cannot say what they have."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def get(self, *_: object) -> NoReturn:
        raise self.error


@pytest.mark.parametrize(
    "error", [LookupError(), AttributeError(), KeyboardInterrupt(), jit.Trap(TrapKind.UNREACHABLE)]
)
def test_whatever_fails_before_segments_are_written_the_module_is_not_kept(
    engine: jit.Engine, store: jit.Store, error: BaseException
) -> None:
    module = engine.compile(wasm('(import "env" "h" (func)) (memory 1)'))
    before = store.records.mark()
    with pytest.raises(type(error)):
        store.instantiate(module, {"env": Failing(error)})
    assert store.records.mark() == before
    module.close()
    assert not module.is_loaded


def test_a_table_that_cannot_be_made_gives_back_the_memory_made_before(engine: jit.Engine, store: jit.Store) -> None:
    module = engine.compile(wasm("(memory 1) (table 10000001 funcref)"))
    before = set(engine.machine.addresses.memories)
    with pytest.raises(jit.LimitError, match="a table of 10000001 elements"):
        store.instantiate(module)
    assert engine.machine.addresses.memories == before


# --- bulk instructions through the machine


BULK = """(memory (export "m") 1) (table (export "t") 4 8 funcref) (data $d "abcdef") (elem $e func $f $f)
  (func $f (export "f"))
  (func (export "init") (param i32 i32 i32) (memory.init $d (local.get 0) (local.get 1) (local.get 2)))
  (func (export "drop") (data.drop $d))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "tinit") (param i32 i32 i32) (table.init $e (local.get 0) (local.get 1) (local.get 2)))
  (func (export "tdrop") (elem.drop $e))
  (func (export "tcopy") (param i32 i32 i32) (table.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "tfill") (param i32 funcref i32) (table.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "tgrow") (param funcref i32) (result i32) (table.grow (local.get 0) (local.get 1)))
  (func (export "tsize") (result i32) (table.size))"""


def test_bulk_instructions_reach_memory_tables_and_segments(engine: jit.Engine, store: jit.Store) -> None:
    instance = store.instantiate(engine.compile(wasm(BULK)))
    memory, table, f = (instance.exports[name] for name in ("m", "t", "f"))
    assert isinstance(memory, jit.Memory)
    assert isinstance(table, jit.Table)
    instance.call("init", 1, 2, 3)
    instance.call("copy", 2, 1, 3)
    instance.call("fill", 0, 0x17A, 1)
    assert bytes(memory.buffer[:6]) == b"zccde\0"
    instance.call("tinit", 1, 0, 2)
    instance.call("tcopy", 0, 1, 1)
    instance.call("tfill", 2, None, 2)
    assert list(table) == [f, f, None, None]
    assert [instance.call("tgrow", f, n) for n in (2, 3, 0)] == [4, -1, 6]
    assert (instance.call("tsize"), list(table)[4:]) == (6, [f, f])


@pytest.mark.parametrize(
    ("calls", "kind"),
    [
        ([("init", 65534, 0, 3)], TrapKind.OOB_MEMORY),
        ([("init", 0, 4, 3)], TrapKind.OOB_MEMORY),
        ([("init", -1, -1, -1)], TrapKind.OOB_MEMORY),
        ([("drop",), ("init", 0, 0, 0), ("init", 0, 0, 1)], TrapKind.OOB_MEMORY),
        ([("copy", 0, 65535, 2)], TrapKind.OOB_MEMORY),
        ([("fill", 65535, 1, 2)], TrapKind.OOB_MEMORY),
        ([("tinit", 3, 0, 2)], TrapKind.OOB_TABLE),
        ([("tdrop",), ("tinit", 0, 0, 0), ("tinit", 0, 0, 1)], TrapKind.OOB_TABLE),
        ([("tcopy", 3, 0, 2)], TrapKind.OOB_TABLE),
        ([("tfill", 4, None, 1)], TrapKind.OOB_TABLE),
    ],
)
def test_bulk_instructions_out_of_bounds_trap_and_change_nothing(
    engine: jit.Engine, store: jit.Store, calls: list[tuple[str, int]], kind: TrapKind
) -> None:
    instance = store.instantiate(engine.compile(wasm(BULK)))
    memory, table = instance.exports["m"], instance.exports["t"]
    assert isinstance(memory, jit.Memory)
    assert isinstance(table, jit.Table)
    for name, *args in calls[:-1]:
        instance.call(name, *args)
    name, *args = calls[-1]
    with pytest.raises(jit.Trap) as caught:
        instance.call(name, *args)
    assert caught.value.kind is kind
    assert not any(memory.buffer)
    assert list(table) == [None] * 4


def test_memory_grows_from_within_up_to_its_maximum(engine: jit.Engine, store: jit.Store) -> None:
    text = """(memory (export "m") 1 3)
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
      (func (export "size") (result i32) (memory.size))
      (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))"""
    instance = store.instantiate(engine.compile(wasm(text)))
    assert [instance.call("grow", n) for n in (1, 2, -1, 0, 1, 1)] == [1, -1, -1, 2, 2, -1]
    assert instance.call("size") == 3
    assert instance.call("load", 3 * 65536 - 1) == 0
    with pytest.raises(jit.Trap):
        instance.call("load", 3 * 65536)
