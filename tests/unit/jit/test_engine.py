"""The engine as a person uses it, and how long things live."""

import gc
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import cast

import pytest

import jit
from jit.backend.minimal import MinimalBackend
from jit.wasm.features import WASM_1, Features
from jit.wasm.types import I32, FuncType, Limits, MemoryType
from support.engine_case import CASE, growth, run_case
from support.wat import wasm

ADD = '(func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))'
ADD_BECOMES_SUB = jit.Mutant("add-becomes-sub", "wrong sign", mask=0xFFE0FC00, match=0x0B000000, xor=0x40000000)


@pytest.fixture(scope="module")
def engine() -> Iterator[jit.Engine]:
    with jit.Engine() as made:
        yield made


def test_the_first_lines_of_the_documentation_run() -> None:
    with jit.Engine(backend="minimal") as engine:
        module = engine.compile(wasm(f'(import "env" "log" (func (param i32))) {ADD}'))
        log = jit.HostFunction(jit.FuncType((jit.I32,), ()), print)
        instance = engine.instantiate(module, {"env": {"log": log}})
        assert instance.call("add", 1, 2) == 3


def test_every_public_name_is_there_once_and_sorted() -> None:
    assert len(set(jit.__all__)) == len(jit.__all__)
    assert all(hasattr(jit, name) for name in jit.__all__)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\0asm\x02\0\0\0", jit.MalformedError),
        (b"", jit.MalformedError),
        (wasm("(func (result i32) (i32.const 0) drop (i32.const 1))")[:-3] + b"\x01\x1a\x0b", jit.WasmError),
        (wasm("(memory 1)").replace(b"\x05\x03\x01\x00\x01", b"\x05\x05\x01\x00\x81\x80\x04"), jit.InvalidError),
    ],
)
def test_refusals_are_typed_alike_in_validate_and_compile(
    engine: jit.Engine, content: bytes, error: type[jit.WasmError]
) -> None:
    with pytest.raises(error) as validating:
        engine.validate(content)
    with pytest.raises(error) as compiling:
        engine.compile(content)
    assert str(validating.value) == str(compiling.value)


def test_validate_takes_what_compile_takes(engine: jit.Engine) -> None:
    engine.validate(wasm(ADD))


def test_features_decide_what_is_taken() -> None:
    text = "(func (param i32) (result i32) (i32.extend8_s (local.get 0)))"
    with jit.Engine(features=WASM_1) as engine, pytest.raises(jit.MalformedError, match="illegal opcode"):
        engine.validate(wasm(text))
    with jit.Engine(features=Features(sign_extension=True)) as engine:
        engine.validate(wasm(text))


def test_misuse_is_answered_with_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="unknown back end 'maximal'; there are minimal"):
        jit.Engine("maximal")
    monkeypatch.setattr(MinimalBackend, "features", WASM_1)
    with pytest.raises(ValueError, match="does not compile simd"):
        jit.Engine("minimal", features=Features(simd=True))


def test_a_module_of_another_engine_is_refused(engine: jit.Engine) -> None:
    with jit.Engine() as other, pytest.raises(ValueError, match="another engine"):
        engine.instantiate(other.compile(wasm(ADD)))


def test_a_closed_module_runs_on_in_its_instances_and_makes_no_more(engine: jit.Engine) -> None:
    with engine.open_store() as store:
        module = engine.compile(wasm(ADD))
        instance = store.instantiate(module)
        module.close()
        assert module.is_loaded
        assert instance.call("add", 20, 22) == 42
        with pytest.raises(ValueError, match="closed"):
            store.instantiate(module)
    assert not module.is_loaded


def test_a_closed_store_answers_every_use_with_a_value_error(engine: jit.Engine) -> None:
    store = engine.open_store()
    instance = store.instantiate(engine.compile(wasm(f'{ADD} (global (export "g") i32 (i32.const 1))')))
    function, cell = instance.exports["add"], instance.exports["g"]
    assert isinstance(function, jit.Function)
    assert isinstance(cell, jit.Global)
    store.close()
    store.close()
    for use in (
        lambda: function(1, 2),
        lambda: cell.value,
        lambda: instance.call("add", 1, 2),
        lambda: store.memory(MemoryType(Limits(1, 1))),
        lambda: store.instantiate(engine.compile(wasm(ADD))),
    ):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_an_export_first_asked_for_when_its_store_is_closed_is_a_value_error(engine: jit.Engine) -> None:
    """Its records are gone, or those of the next store lie there."""
    with engine.open_store() as store:
        instance = store.instantiate(engine.compile(wasm(ADD)))
    with pytest.raises(ValueError, match="the store of this object is closed"):
        instance.call("add", 1, 2)
    with engine.open_store() as other:
        other.instantiate(engine.compile(wasm('(func (export "f"))')))
        with pytest.raises(ValueError, match="the store of this object is closed"):
            instance.call("add", 1, 2)


def test_a_store_is_not_closed_under_a_running_function(engine: jit.Engine) -> None:
    store = engine.open_store()
    text = '(import "env" "x" (func $x)) (func (export "f") call $x)'
    host = jit.HostFunction(FuncType((), ()), store.close)
    instance = store.instantiate(engine.compile(wasm(text)), {"env": {"x": host}})
    with pytest.raises(ValueError, match="cannot be closed"):
        instance.call("f")
    store.close()


def test_a_closed_engine_answers_every_use_with_a_value_error() -> None:
    engine = jit.Engine(host="emulator")
    store, module = engine.open_store(), engine.compile(wasm(f'{ADD} (memory (export "m") 1)'))
    instance, own = store.instantiate(module), engine.instantiate(module)
    function, memory = instance.exports["add"], instance.exports["m"]
    assert isinstance(function, jit.Function)
    assert isinstance(memory, jit.Memory)
    engine.close()
    engine.close()
    for use in (
        lambda: function(1, 2),
        lambda: memory.buffer,
        lambda: memory.grow(1),
        lambda: own.call("add", 1, 2),
        lambda: store.memory(MemoryType(Limits(1, 1))),
        lambda: store.instantiate(module),
        lambda: engine.instantiate(module),
        lambda: engine.compile(wasm(ADD)),
        lambda: engine.limit_work(1),
        lambda: engine.executed().__enter__(),
        engine.open_store,
    ):
        with pytest.raises(ValueError, match="the engine is closed"):
            use()
    engine.validate(wasm(ADD))


def test_stores_and_modules_can_be_closed_after_their_engine() -> None:
    engine = jit.Engine(host="emulator")
    with engine.open_store() as store:
        module = engine.compile(wasm(f"{ADD} (memory 1) (table 1 funcref)"))
        store.instantiate(module)
        engine.close()
    module.close()
    assert not module.is_loaded


@pytest.mark.parametrize("in_its_own_store", [True, False])
def test_an_engine_is_not_closed_under_a_running_function(*, in_its_own_store: bool) -> None:
    with jit.Engine(host="emulator") as engine:
        text = f'(import "env" "x" (func $x)) (func (export "f") call $x) {ADD}'
        store = engine.store if in_its_own_store else engine.open_store()
        host = jit.HostFunction(FuncType((), ()), engine.close)
        instance = store.instantiate(engine.compile(wasm(text)), {"env": {"x": host}})
        with pytest.raises(ValueError, match="an engine cannot be closed while a function of it runs"):
            instance.call("f")
        assert instance.call("add", 1, 2) == 3


ENDLESS = f'{ADD} (func (export "loop") (loop (br 0)))'


def test_a_call_ends_by_its_work_and_says_so() -> None:
    with jit.Engine(host="emulator") as engine:
        instance = engine.instantiate(engine.compile(wasm(ENDLESS)))
        assert engine.limit_work(10_000)
        with pytest.raises(jit.OutOfTime, match=r"^not finished within 10000 machine instructions$"):
            instance.call("loop")
        with pytest.raises(jit.OutOfTime, match=r"^not finished within 60 s and 10000 machine instructions$"):
            instance.call("loop", budget_s=60)
        assert instance.call("add", 1, 2) == 3


def test_a_bound_of_no_work_ends_every_call_at_once() -> None:
    with jit.Engine(host="emulator") as engine:
        instance = engine.instantiate(engine.compile(wasm(ENDLESS)))
        assert engine.limit_work(0)
        for name, *args in (("add", 1, 2), ("loop",)):
            with pytest.raises(jit.OutOfTime, match="within 60 s and 0 machine instructions"):
                instance.call(str(name), *args, budget_s=60)
        assert engine.limit_work(None)
        assert instance.call("add", 1, 2) == 3


@pytest.mark.parametrize(
    ("instructions", "error"), [(-1, ValueError), (1 << 64, ValueError), (1.0, TypeError), ("1", TypeError)]
)
def test_what_bounds_no_work_is_misuse_on_every_host(
    engine: jit.Engine, instructions: object, error: type[Exception]
) -> None:
    with pytest.raises(error):
        engine.limit_work(cast(int, instructions))
    assert engine.instantiate(engine.compile(wasm(ADD))).call("add", 1, 2) == 3


def test_mutants_are_planted_in_runtime_code_and_functions_and_only_where_they_belong() -> None:
    content = wasm(ADD)
    elsewhere = jit.Mutant("x", "y", 0xFFE0FC00, 0x0B000000, 0x40000000, backend=("baseline",))
    for mutant, result in ((ADD_BECOMES_SUB, 3), (elsewhere, 7)):
        with jit.Engine(mutants=[mutant]) as engine:
            assert engine.instantiate(engine.compile(content)).call("add", 5, 2) == result


def test_a_wild_engine_reports_and_goes_on() -> None:
    """Every return address is lost: what a trap cannot be is told apart, and the host survives it."""
    ret_becomes_udf = jit.Mutant("x", "y", mask=0xFFFFFFFF, match=0xD65F03C0, xor=0xD65F03C0)
    with jit.Engine(mutants=[ret_becomes_udf]) as engine:
        instance = engine.instantiate(engine.compile(wasm(ADD)))
        for _ in range(2):
            with pytest.raises(jit.WildFault, match="UNDEFINED"):
                instance.call("add", 1, 2)


def test_a_listing_puts_each_instruction_beside_its_code(engine: jit.Engine) -> None:
    text = """(func (import "env" "x")) (func (param i32) (result i32)
      local.get 0 i32.const 7 i32.add return i32.const 1 drop)"""
    module = engine.compile(wasm(text))
    rows = module.listing(1)
    body = module.wasm.codes[0].offset
    assert [(row.offset, row.instruction) for row in rows if row.instruction] == [
        (body, "local.get 0"),
        (body + 2, "i32.const 7"),
        (body + 4, "i32.add"),
        (body + 5, "return"),
        (body + 6, "i32.const 1"),
        (body + 8, "drop"),
        (body + 9, "end"),
    ]
    code = {row.instruction: row.lines for row in rows}
    assert [line.split(maxsplit=2)[2] for line in code["i32.add"]] == ["bl      i32.add"]
    assert code["drop"] == ()
    assert rows[0].instruction == ""  # the prologue
    lines = [line for row in rows for line in row.lines]
    words = b"".join(int(line.split()[1], 16).to_bytes(4, "little") for line in lines)
    assert words == module.image.pieces[0].code
    assert module.words(body + 4) == (int(code["i32.add"][0].split()[1], 16),)
    assert module.words(body + 8) == ()
    with pytest.raises(KeyError):
        module.listing(0)


def test_runtime_code_is_listed_by_name(engine: jit.Engine) -> None:
    lines = engine.runtime_listing("i32.add")
    assert lines[-1].endswith("ret")
    with pytest.raises(KeyError):
        engine.runtime_listing("i32.frobnicate")


@pytest.mark.parametrize("backend", jit.Engine.backends())
def test_equal_histories_give_equal_addresses(backend: str) -> None:
    """What a miscompiled program sees in a register must be the same in a campaign and in its replay."""
    content = wasm(f'(import "env" "h" (func (param i32) (result i32))) {ADD} (memory 1)')
    places = []
    for _ in range(2):
        with jit.Engine(backend) as engine:
            for _ in range(3):
                with engine.open_store() as store:
                    host = jit.HostFunction(FuncType((I32,), (I32,)), lambda x: x + 1)
                    module = engine.compile(content)
                    instance = store.instantiate(module, {"env": {"h": host}})
                    addresses = (instance.function(index).address for index in range(2))
                    places.append((instance.vmctx, *addresses, module.image.base, *module.host_entries.values()))
                    module.close()
    assert places[:3] == places[3:]
    assert len(set(places)) == 1


def free_code(engine: jit.Engine) -> int:
    """Where the next code goes: where it went before, when all in between was given back."""
    address = engine.machine.host.allocate_code(1 << 20)
    engine.machine.host.free_code(address)
    return address


@pytest.mark.parametrize("backend", jit.Engine.backends())
def test_cases_leave_no_object_no_code_and_no_reservation_behind(backend: str) -> None:
    content = wasm(CASE)
    with jit.Engine(backend) as engine:
        run_case(engine, content)
        gc.collect()
        before = (len(gc.get_objects()), sys.getallocatedblocks())
        free = free_code(engine)
        for _ in range(50):
            run_case(engine, content)
        gc.collect()
        after = (len(gc.get_objects()), sys.getallocatedblocks())
        assert after[0] - before[0] < 50
        assert after[1] - before[1] < 500
        assert not engine.machine.addresses.memories
        assert not engine._builtins.contexts
        assert not engine._builtins._host_calls
        assert free_code(engine) == free


@pytest.mark.slow
@pytest.mark.parametrize("modules", [10_000, pytest.param(100_000, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("backend", jit.Engine.backends())
def test_memory_is_flat_after_the_first_thousand_modules(backend: str, modules: int) -> None:
    """The emulator's caches fill until about the 4,000th: that takes 1 MiB, however many modules follow."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(growth, backend, modules).result() <= 2 << 20
