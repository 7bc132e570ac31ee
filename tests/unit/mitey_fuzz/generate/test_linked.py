"""Cases with companions and calls back: valid, ending, and what they are for really happens."""

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import cache

import pytest

from jit.wasm.body import Instr, parse
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.module import Module
from jit.wasm.opcodes import Family, op
from jit.wasm.types import FuncType, GlobalType, MemoryType, TableType, TrapKind
from jit.wasm.validate import validate
from mitey_fuzz.case import MAIN, Case, Companion, Definition
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.differ import Step
from mitey_fuzz.generate import ensure_termination, generate, link, swarm
from mitey_fuzz.generate.endless import NAME
from mitey_fuzz.generate.visitor import VISITED
from oracles.interp import InterpEngine
from oracles.protocol import CallBack, Exhausted, HostFunc, Rejected, TimedOut, Trapped
from support.wat import call, wasm

MANY = 60


def linked(seed: int, features: Features = WASM_2, *, calls_back: bool = True) -> Case:
    choices = SeededChoices(seed)
    return generate(choices, link(choices, swarm(choices, features), calls_back=calls_back))


@cache
def cases() -> tuple[Case, ...]:
    return tuple(linked(seed) for seed in range(MANY))


def steps(case: Case, features: Features = WASM_2) -> list[Step]:
    engine = differ.oracle(InterpEngine(features))
    return list(differ.observe(engine, case, 20, lambda _: nullcontext()))


@cache
def runs() -> tuple[list[Step], ...]:
    return tuple(map(steps, cases()))


def modules() -> Iterator[Module]:
    return (decode(w, WASM_2) for case in cases() for w in case.modules)


def test_equal_draws_make_equal_cases() -> None:
    assert [linked(seed) for seed in range(8)] == list(cases()[:8])


@pytest.mark.parametrize("features", [WASM_1, WASM_2], ids=str)
def test_all_modules_are_valid_and_nearly_all_can_be_linked(features: Features) -> None:
    """Some ask for what their companion is not, one end of it being right."""
    refused = 0
    for seed in range(150):
        case = linked(seed, features)
        for module in case.modules:
            validate(decode(module, features), features)
        refused += isinstance(steps(case, features)[0].outcome, Rejected)
    assert 0 < refused < 15


def test_all_cases_end_within_their_limits() -> None:
    for case, run in zip(cases(), runs(), strict=True):
        has_end = not any(call.export == NAME for call in case.script)
        assert not [s for s in (run if has_end else run[:-1]) if isinstance(s.outcome, TimedOut | Exhausted)]


def test_most_have_one_companion_and_some_two_or_none() -> None:
    counted = Counter(sum(companion.name != VISITED for companion in case.companions) for case in cases())
    assert counted[1] > MANY // 2
    assert counted[0]
    assert counted[2]


def test_companions_share_functions_memories_tables_and_globals() -> None:
    kinds = Counter(type(i.type).__name__ for module in modules() for i in module.imports if i.module.startswith("c"))
    assert min(kinds.values()) >= 5
    assert set(kinds) == {"FuncType", "MemoryType", "TableType", "GlobalType"}


def test_imports_have_wider_limits_than_what_they_import() -> None:
    """Smaller minima, larger maxima, and none: what an importer knows of a memory is less than its size."""
    seen = Counter[str]()
    for seed in range(400):
        choices = SeededChoices(seed)
        case = generate(choices, link(choices, replace(swarm(choices, WASM_2), instructions=20), calls_back=False))
        exporters = {c.name: decode(c.wasm, WASM_2) for c in case.companions if c.name != VISITED}
        for entry in (e for w in case.modules for e in decode(w, WASM_2).imports if e.module in exporters):
            if not isinstance(entry.type, TableType | MemoryType):
                continue
            exporter, kind = exporters[entry.module], type(entry.type).__name__
            own = exporter.table_types if kind == "TableType" else exporter.memory_types
            before, after = own[0].limits, entry.type.limits
            seen[f"{kind} at least"] += after.minimum < before.minimum
            seen[f"{kind} any"] += after.maximum is None
            seen[f"{kind} at most"] += (after.maximum or 0) > (before.maximum or 0)
    kinds = ("at least", "any", "at most")
    assert {f"{of} {kind}" for of in ("TableType", "MemoryType") for kind in kinds if seen[f"{of} {kind}"] < 3} == set()


def test_tables_hold_functions_of_other_instances_both_ways() -> None:
    held: Counter[str] = Counter()
    for run in runs():
        for name, state in run[0].companions:
            held["companion"] += any("foreign" in tokens for _, tokens in state.tables)
            assert name in ("c0", "c1", VISITED)
        main = run[0].state
        held["main"] += main is not None and any("foreign" in tokens for _, tokens in main.tables)
    assert held["companion"] > MANY // 6
    assert held["main"] > MANY // 6


def test_host_functions_call_back_into_any_instance() -> None:
    called = {c.name.partition(".")[0] for run in runs() for s in run if s.state for c in s.state.host_calls}
    assert {MAIN, "c0"} <= called


def test_where_an_engine_cannot_no_host_function_calls_back() -> None:
    able = [linked(seed, calls_back=False) for seed in range(20)]
    assert not [case for case in able if case.calls_back]
    assert all(case.companions for case in able)


PING = """
    (table (export "t") 2 funcref) (elem (i32.const 0) $ping)
    (func $ping (export "ping") (call_indirect (i32.const 1)))
"""
PONG = """
    (import "c0" "t" (table 2 funcref)) (import "c0" "ping" (func $ping)) (import "host" "back" (func $back))
    (elem (i32.const 1) $pong)
    (func $pong (call $ping))
    (func (export "go") (call $ping))
    (func (export "back") (call $back))
"""


def test_recursion_across_instances_and_the_host_ends_in_a_trap_every_time() -> None:
    def ending(text: str, outside: dict[int, int]) -> bytes:
        return encode(ensure_termination(decode(wasm(text), WASM_2), depth=40, outside=outside))

    back = Definition("host", "back", HostFunc(FuncType((), ()), calls_back=CallBack(MAIN, "back")))
    ends = Case(
        ending(PONG, {0: 1, 1: 10}),
        (call("go"), call("go"), call("back"), call("back"), call("go")),
        (back,),
        companions=(Companion("c0", ending(PING, {})),),
    )
    assert [s.outcome.kind for s in steps(ends) if isinstance(s.outcome, Trapped)] == [TrapKind.UNREACHABLE] * 5
    endless = replace(ends, companions=(Companion("c0", wasm(PING)),), wasm=wasm(PONG))
    assert isinstance(steps(endless)[1].outcome, Exhausted)


def test_globals_are_written_under_one_name_and_read_under_another() -> None:
    """A constant mostly, and right after the other name was written: what is known by name is old."""
    seen = 0
    for seed in range(800):
        module = decode(linked(seed).wasm, WASM_2)
        names = [(i.module, i.name) for i in module.imports if isinstance(i.type, GlobalType)]
        for code in module.codes:
            for write, again, read in triples(parse(code.body)):
                if (write.op, again.op.family, read.op) != (op("global.set"), Family.CONST, op("global.set")):
                    continue
                one, other = write.immediates[0], read.immediates[0]
                if one != other and max(one, other) < len(names) and names[one] == names[other]:
                    seen += 1
    assert seen > 10


def triples(body: list[Instr]) -> Iterator[tuple[Instr, Instr, Instr]]:
    return zip(body, body[1:], body[2:], strict=False)
