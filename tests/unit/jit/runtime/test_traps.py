"""What a stopped program counter means: a trap only where the specification has one, otherwise a report.

The code is written by hand, so that it can be wrong in ways that no back end should be.
"""

import math
from collections.abc import Callable, Iterator

import pytest

import jit
from jit.a64.asm import Assembler
from jit.a64.operands import X0, X2, X3, XZR, X
from jit.abi import SLOT, Builtin, udf_code
from jit.backend.baseline.abi import LAZY_ACROSS_CALLS
from jit.backend.code import Compiled
from jit.host.base import STACK_SIZE
from jit.limits import MAX_LOCALS, MAX_OPERANDS
from jit.runtime.machine import VALUE_GUARD, VALUE_STACK, Target
from jit.wasm.types import I32, FuncType, TrapKind
from support.wat import wasm

FUNCTION = 5
"""Index of the function that the code pretends to be."""


@pytest.fixture
def run(engine: jit.Engine) -> Iterator[Callable[..., tuple[int, ...]]]:
    """Runs a piece of code with x0, x1, x2 = memory, vmctx, value stack pointer; gives one result slot."""
    machine = engine.machine
    loaded = []

    def run_code(asm: Assembler, traps: tuple[tuple[int, TrapKind], ...] = (), memory: int = 0) -> tuple[int, ...]:
        code = asm.finish()
        origins = tuple((at, 1000 + at) for at in range(0, len(code), 4))
        image = machine.load([(FUNCTION, Compiled(code, traps=traps, origins=origins))])
        loaded.append(image)
        return machine.call(Target(image.entries[FUNCTION], memory, 0), (), 1)

    yield run_code
    for image in loaded:
        machine.unload(image)


@pytest.mark.parametrize("kind", TrapKind)
def test_a_udf_that_names_a_trap_is_that_trap(run: Callable[..., tuple[int, ...]], kind: TrapKind) -> None:
    asm = Assembler()
    asm.nop()
    asm.udf(udf_code(kind))
    with pytest.raises(jit.Trap) as caught:
        run(asm)
    assert (caught.value.kind, caught.value.function, caught.value.offset) == (kind, FUNCTION, 1004)


@pytest.mark.parametrize("code", [0, 1, 0x0B0B, 0x0102])
def test_a_udf_that_names_none_is_a_wild_fault(run: Callable[..., tuple[int, ...]], code: int) -> None:
    asm = Assembler()
    asm.udf(code)
    with pytest.raises(jit.WildFault, match=r"wild fault: UNDEFINED(.|\n)*at function 5\+0x0, wasm offset 0x3e8"):
        run(asm)


def load_from(address: int) -> Assembler:
    asm = Assembler()
    asm.movz(X, X3, address & 0xFFFF)
    for shift in (16, 32, 48):
        asm.movk(X, X3, address >> shift & 0xFFFF, shift)
    asm.ldr_imm(X, X3, X3, 0)
    asm.ret()
    return asm


SITE = 16
"""Where `load_from` loads."""


def test_a_listed_access_beyond_a_memory_is_out_of_bounds(
    run: Callable[..., tuple[int, ...]], store: jit.Store
) -> None:
    memory = store.memory(jit.MemoryType(jit.Limits(1, 1)))
    for distance in (65536, (8 << 30) + 8):
        with pytest.raises(jit.Trap) as caught:
            run(load_from(memory.base + distance), ((SITE, TrapKind.OOB_MEMORY),))
        assert (caught.value.kind, caught.value.offset) == (TrapKind.OOB_MEMORY, 1000 + SITE)


def test_an_access_that_is_not_listed_is_a_wild_fault_even_there(
    run: Callable[..., tuple[int, ...]], store: jit.Store
) -> None:
    memory = store.memory(jit.MemoryType(jit.Limits(1, 1)))
    with pytest.raises(jit.WildFault, match="wild fault: LOAD"):
        run(load_from(memory.base + 65536))


def test_a_listed_access_outside_all_memories_is_a_wild_fault(
    run: Callable[..., tuple[int, ...]], store: jit.Store
) -> None:
    memory = store.memory(jit.MemoryType(jit.Limits(1, 1)))
    for address in (memory.base - 8, memory.base + (8 << 30) + (1 << 20), 0x10):
        with pytest.raises(jit.WildFault):
            run(load_from(address), ((SITE, TrapKind.OOB_MEMORY),))


def test_a_listed_access_through_null_is_the_trap_it_is_listed_with(run: Callable[..., tuple[int, ...]]) -> None:
    with pytest.raises(jit.Trap) as caught:
        run(load_from(8), ((SITE, TrapKind.UNINITIALIZED_ELEMENT),))
    assert caught.value.kind is TrapKind.UNINITIALIZED_ELEMENT
    with pytest.raises(jit.WildFault):
        run(load_from(1 << 40), ((SITE, TrapKind.UNINITIALIZED_ELEMENT),))


def test_running_into_the_guard_of_the_value_stack_is_exhaustion(run: Callable[..., tuple[int, ...]]) -> None:
    asm = Assembler()
    loop = asm.here()
    asm.str_post(X, XZR, X2, 8)
    asm.b(loop)
    with pytest.raises(jit.Trap) as caught:
        run(asm)
    assert (caught.value.kind, caught.value.function) == (TrapKind.EXHAUSTED, FUNCTION)


def test_running_below_the_value_stack_is_a_wild_fault(run: Callable[..., tuple[int, ...]]) -> None:
    asm = Assembler()
    loop = asm.here()
    asm.str_pre(X, XZR, X2, -8)
    asm.b(loop)
    with pytest.raises(jit.WildFault, match="STORE"):
        run(asm)


def test_a_jump_into_nowhere_is_a_wild_fault(run: Callable[..., tuple[int, ...]]) -> None:
    asm = Assembler()
    asm.movz(X, X3, 0x40)
    asm.br(X3)
    with pytest.raises(jit.WildFault, match="FETCH at pc 0x40"):
        run(asm)


def test_the_report_shows_the_instruction_and_its_surroundings(run: Callable[..., tuple[int, ...]]) -> None:
    with pytest.raises(jit.WildFault) as caught:
        run(load_from(0x10))
    lines = str(caught.value).splitlines()
    marked = [line for line in lines if line.startswith("  >")]
    assert len(marked) == 1
    assert marked[0].endswith("ldr x3, [x3]")
    assert any(line.endswith("ret") for line in lines)


@pytest.mark.parametrize(
    ("builtin", "message"), [(Builtin.MEMORY_GROW, "no VMContext"), (Builtin.CALL_HOST, "host function 0x4d2 called")]
)
def test_a_builtin_given_a_wrong_context_or_host_function_is_a_wild_fault(
    run: Callable[..., tuple[int, ...]], engine: jit.Engine, builtin: Builtin, message: str
) -> None:
    asm = Assembler()
    asm.ldr_imm(X, X3, X0, builtin * 8)
    asm.movz(X, X0, 1234)
    asm.br(X3)
    with pytest.raises(jit.WildFault, match=message):
        run(asm, memory=engine._builtins.block)


def test_a_trap_in_a_callee_says_which_function_and_where(engine: jit.Engine, store: jit.Store) -> None:
    text = """(func (export "f") (param i32) (result i32) (call $g (local.get 0)))
      (func $g (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))"""
    module = engine.compile(wasm(text))
    instance = store.instantiate(module)
    with pytest.raises(jit.Trap) as caught:
        instance.call("f", 0)
    division = module.wasm.codes[1].offset + 4  # after i32.const 1, local.get 0
    assert (caught.value.function, caught.value.offset) == (1, division)
    assert "integer divide by zero in function 1" in str(caught.value)


def test_too_many_arguments_for_what_is_left_of_the_stack_are_exhaustion(engine: jit.Engine) -> None:
    slots = VALUE_STACK // 8 + 1
    with pytest.raises(jit.Trap) as caught:
        engine.machine.call(Target(0, 0, 0), (0,) * slots, 0)
    assert caught.value.kind is TrapKind.EXHAUSTED


def test_time_runs_out_with_the_callers_budget_also_in_nested_calls(engine: jit.Engine, store: jit.Store) -> None:
    text = """(import "env" "again" (func $again (param i32) (result i32)))
      (func (export "loop") (param i32) (result i32) (loop (br 0)) unreachable)
      (func (export "f") (param i32) (result i32) (call $again (local.get 0)))
      (func (export "ok") (result i32) i32.const 6)"""
    type = FuncType((I32,), (I32,))
    again = jit.HostFunction(type, lambda x: instance.call("loop", x))
    instance = store.instantiate(engine.compile(wasm(text)), {"env": {"again": again}})
    for export in ("loop", "f"):
        with pytest.raises(jit.OutOfTime, match=r"not finished within 0.05 s"):
            instance.call(export, 1, budget_s=0.05)
        assert instance.call("ok") == 6


def test_a_budget_that_is_no_number_is_misuse_and_nothing_runs(engine: jit.Engine, store: jit.Store) -> None:
    module = engine.compile(wasm('(func (export "f") (result i32) i32.const 6) (func $s) (start $s)'))
    instance = store.instantiate(module)
    with pytest.raises(ValueError, match="nan"):
        instance.call("f", budget_s=math.nan)
    before = store.records.mark()
    with pytest.raises(ValueError, match="nan"):
        store.instantiate(module, budget_s=math.nan)
    assert store.records.mark() == before
    assert instance.call("f", budget_s=math.inf) == 6


def test_the_value_stacks_guard_is_wider_than_a_recursion_that_stores_nothing_and_the_widest_frame() -> None:
    unwritten = STACK_SIZE // 16 * SLOT * LAZY_ACROSS_CALLS
    assert unwritten + 16 * (MAX_LOCALS + MAX_OPERANDS) <= VALUE_GUARD


@pytest.mark.parametrize("locals", [27, 30, 38])
def test_a_host_call_of_a_frame_that_stored_nothing_beyond_the_end_is_exhaustion(
    engine: jit.Engine, store: jit.Store, locals: int
) -> None:
    """The last frame that fits leaves less room than the eight constants take that nobody stores."""
    text = f"""(import "h" "f" (func $h)) (func $s (export "s") (local {"i64 " * locals})
      {"i64.const 1 " * 8} call $h call $s {"drop " * 8})"""
    instance = store.instantiate(engine.compile(wasm(text)), {"h": {"f": jit.HostFunction(FuncType((), ()), print)}})
    with pytest.raises(jit.Trap) as caught:
        instance.call("s")
    assert caught.value.kind is TrapKind.EXHAUSTED
