"""Programs whose size is the point: long branches, deep nests, wide frames, many functions; for all back ends."""

from collections.abc import Iterator
from cProfile import Profile

import pytest

import jit
from jit.host import available
from support.wat import wasm


@pytest.fixture(
    scope="module", params=[(backend, host) for backend in jit.Engine.backends() for host in available()], ids=str
)
def engine(request: pytest.FixtureRequest) -> Iterator[jit.Engine]:
    backend, host = request.param
    with jit.Engine(backend, host) as made:
        yield made


def instantiate(engine: jit.Engine, text: str) -> jit.Instance:
    return engine.instantiate(engine.compile(wasm(text)))


def test_a_thousand_nested_blocks_can_be_left_at_once(engine: jit.Engine) -> None:
    depth = 1000
    text = f"""(func (export "f") (param i32) (result i32)
      {"(block " * depth} (br_if {depth - 1} (local.get 0)) (return (i32.const 1)) {")" * depth} i32.const 2)"""
    instance = instantiate(engine, text)
    assert [instance.call("f", x) for x in (0, 1)] == [1, 2]


@pytest.mark.slow
def test_branches_reach_across_a_megabyte_of_code(engine: jit.Engine) -> None:
    count = 46_000 if engine.backend == "minimal" else 92_000  # each makes more than a mebibyte of code
    filling = "(local.set 1 (i64.add (local.get 1) (i64.const 0x12345678)))" * count
    text = f"""(func (export "f") (param i32) (result i64) (local i64)
      (block (br_if 0 (local.get 0)) {filling})
      (block (block (br_table 0 1 (local.get 0))) {filling})
      (if (i32.eqz (local.get 0)) (then {filling}))
      local.get 1)"""
    module = engine.compile(wasm(text))
    assert len(module.image.code) > 3 << 20
    instance = engine.instantiate(module)
    step = 0x12345678 * count
    assert instance.call("f", 0) == 3 * step
    assert instance.call("f", 1) == 0


@pytest.mark.parametrize("count", [100, 600, 5000, 40_000])
def test_many_locals_are_zero_and_apart(engine: jit.Engine, count: int) -> None:
    text = f"""(func (export "f") (param i64) (result i64 i64 i64) (local {"i64 " * count})
      (local.set {count} (local.get 0)) (local.set {count // 2} (i64.const 5))
      local.get {count} local.get {count // 2} local.get {count - 1})"""
    instance = instantiate(engine, text)
    for number in (7, -7):
        assert instance.call("f", number) == (number, 5, 0)


def test_recursion_through_wide_frames_exhausts_the_stack(engine: jit.Engine) -> None:
    text = f"""(func $f (export "f") (param i32) (local {"i64 " * 20_000})
      (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))))"""
    instance = instantiate(engine, text)
    instance.call("f", 20)
    with pytest.raises(jit.Trap) as caught:
        instance.call("f", 100_000)
    assert caught.value.kind is jit.TrapKind.EXHAUSTED
    instance.call("f", 20)


def test_fifty_thousand_trivial_frames_fit(engine: jit.Engine) -> None:
    text = """(func $f (export "f") (param i32) (result i32)
      (if (result i32) (local.get 0) (then (i32.add (call $f (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))
        (else (i32.const 0))))"""
    assert instantiate(engine, text).call("f", 50_000) == 50_000


def test_many_operands_wait_below_a_call(engine: jit.Engine) -> None:
    count = 2000
    text = f"""(func $id (param i32) (result i32) local.get 0)
      (func (export "f") (result i32) {"".join(f"(call $id (i32.const {n}))" for n in range(count))}
        {"i32.add " * (count - 1)})"""
    assert instantiate(engine, text).call("f") == sum(range(count))


def test_the_most_parameters_and_results_there_may_be(engine: jit.Engine) -> None:
    count = 1000
    text = f"""(func $f (param {"i64 " * count}) (result {"i64 " * count})
        {"".join(f"local.get {n} " for n in reversed(range(count)))})
      (func (export "f") (result {"i64 " * count}) {"".join(f"i64.const {n} " for n in range(count))} call $f)"""
    assert instantiate(engine, text).call("f") == tuple(reversed(range(count)))


def test_a_branch_carries_a_hundred_values(engine: jit.Engine) -> None:
    count = 100
    text = f"""(func (export "f") (param i32) (result {"i32 " * count})
      (block (result {"i32 " * count}) i64.const -1
        {"".join(f"i32.const {n} " for n in range(count))} local.get 0 br_table 0 0))"""
    instance = instantiate(engine, text)
    assert instance.call("f", 0) == instance.call("f", 1) == tuple(range(count))


def test_calls_reach_among_thousands_of_functions(engine: jit.Engine) -> None:
    count = 3000
    functions = "".join(
        f"(func $f{n} (param i32) (result i32) (i32.add (local.get 0) (i32.const {n}))"
        f" {f'(call $f{n // 2})' if n else ''})"
        for n in range(count)
    )
    text = f"""(table {count} funcref) (elem (i32.const 0) {" ".join(f"$f{n}" for n in range(count))})
      {functions} (type $t (func (param i32) (result i32)))
      (func (export "f") (param i32) (result i32) (call_indirect (type $t) (i32.const 0) (local.get 0)))"""
    instance = instantiate(engine, text)
    for n in (0, 1, 2047, count - 1):
        assert instance.call("f", n) == sum(n >> shift for shift in range(13))


def test_five_thousand_blocks_nest_and_each_gives_a_value(engine: jit.Engine) -> None:
    depth = 5000
    text = f"""(func (export "f") (param i32) (result i32)
      {"(block (result i32) " * depth} local.get 0 {"(i32.add (i32.const 1)))" * depth})
      (func (export "g") (param i32) (result i32)
      {"(block " * depth} (br_if {depth - 1} (local.get 0)) (br {depth // 2}) {")" * depth} i32.const 2)"""
    instance = instantiate(engine, text)
    assert instance.call("f", 3) == 3 + depth
    assert [instance.call("g", x) for x in (0, 1)] == [2, 2]


def test_a_table_of_a_hundred_thousand_labels(engine: jit.Engine) -> None:
    count = 100_000
    labels = " ".join(str(int(n % 3 == 1)) for n in range(count))
    text = f"""(func (export "f") (param i32) (result i32)
      (block (block (br_table {labels} 1 (local.get 0))) (return (i32.const 7))) i32.const 10)"""
    instance = instantiate(engine, text)
    for index in (0, 1, 2, 65_536, count - 2, count - 1):
        assert instance.call("f", index) == (10 if index % 3 == 1 else 7)
    assert instance.call("f", count) == instance.call("f", -1) == 10


@pytest.mark.slow
def test_fifty_thousand_functions(engine: jit.Engine) -> None:
    count = 50_000
    functions = "".join(f"(func $f{n} (type $t) (i32.add (local.get 0) (i32.const {n})))" for n in range(count))
    text = f"""(type $t (func (param i32) (result i32)))
      (table {count} funcref) (elem (i32.const 0) func {" ".join(f"$f{n}" for n in range(count))})
      {functions}
      (func (export "f") (param i32) (result i32) (call_indirect (type $t) (i32.const 1) (local.get 0)))
      (func (export "first") (result i32) (call $f0 (i32.const 1)))
      (func (export "last") (result i32) (call $f{count - 1} (i32.const 1)))"""
    instance = instantiate(engine, text)
    assert [instance.call("f", n) for n in (0, 32_768, count - 1)] == [1, 32_769, count]
    assert (instance.call("first"), instance.call("last")) == (1, count)


@pytest.mark.slow
def test_a_body_of_a_megabyte(engine: jit.Engine) -> None:
    step = "(local.set 0 (i32.add (i32.mul (local.get 0) (i32.const 1103515245)) (i32.const 12345)))"
    count = 66_000
    content = wasm(f"""(func (export "f") (param i32) (result i32) {step * count} local.get 0)""")
    assert len(content) > 1 << 20
    expected = 1
    for _ in range(count):
        expected = (expected * 1103515245 + 12345) & 0xFFFF_FFFF
    instance = engine.instantiate(engine.compile(content))
    assert instance.call("f", 1) & 0xFFFF_FFFF == expected


def test_what_a_call_costs_to_compile_does_not_depend_on_the_locals(engine: jit.Engine) -> None:
    def steps(locals: int) -> int:
        """Calls of Python functions, resumed generators included, that compiling takes."""
        text = f"(func $f) (func (param i32) (local {'i32 ' * locals}) {'(call $f)' * 100})"
        profile = Profile()
        module = wasm(text)
        profile.runcall(engine.compile, module)
        return sum(entry.callcount for entry in profile.getstats())

    few, many = steps(1_000), steps(3_000)
    assert many - few < 100 * 1_000
