"""Every instruction comes up that can, and everything else that a module may have."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jit.wasm.body import Instr, parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_1, WASM_2, Features
from jit.wasm.module import ExternKind, Import, Mode, Module
from jit.wasm.opcodes import ROWS, SCALAR, Family
from jit.wasm.types import F32, F64, FUNCREF, I32, I64, FuncType, GlobalType, Limits, MemoryType, TableType
from jit.wasm.validate import validate
from mitey_fuzz.generate.candidates import LOADS, NUMERIC, STORES
from mitey_fuzz.strategies import computed, functions, memory, modules

CALLING = {"call", "call_indirect", "ref.func"}
"""What needs a second function: a single one that imports none never has them."""
IMPORTS = (
    Import("host", "called", FuncType((), ())),
    Import("host", "counter", GlobalType(I32, mutable=True)),
    Import("host", "memory", MemoryType(Limits(1, 3))),
    Import("host", "table", TableType(FUNCREF, Limits(8, 12))),
)


def sample(strategy: st.SearchStrategy[bytes], count: int) -> list[bytes]:
    """So many examples, the same every time."""
    drawn: list[bytes] = []

    @settings(max_examples=count, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
    @given(strategy)
    def keep(wasm: bytes) -> None:
        drawn.append(wasm)

    keep()
    return drawn


def instructions(module: Module) -> list[Instr]:
    return [instr for code in module.codes for instr in parse(code.body)]


def names(sampled: Iterable[bytes], features: Features) -> set[str]:
    return {instr.op.name for wasm in sampled for instr in instructions(decode(wasm, features))}


def rows(features: Features, *, without: Iterable[Family] = ()) -> set[str]:
    return {row.name for row in ROWS if features.has(row.feature) and row.family not in without}


@pytest.fixture(scope="module")
def drawn() -> list[Module]:
    return [decode(wasm, WASM_2) for wasm in sample(modules(), 250)]


def test_every_row_comes_up_that_is_no_arithmetic_and_no_access(drawn: list[Module]) -> None:
    met = {instr.op.name for module in drawn for instr in instructions(module)}
    assert rows(WASM_2, without=(*NUMERIC, *LOADS, *STORES)) - met == set()


def test_every_such_row_of_webassembly_1_comes_up() -> None:
    met = names(sample(modules(WASM_1), 250), WASM_1)
    assert rows(WASM_1, without=(*NUMERIC, *LOADS, *STORES)) - met == set()


def test_a_single_function_has_all_of_them_but_calls() -> None:
    met = names(sample(functions(), 250), WASM_2)
    assert rows(WASM_2, without=(*NUMERIC, *LOADS, *STORES)) - met == CALLING


def test_a_single_function_that_imports_others_has_calls_too() -> None:
    sampled = sample(functions(imports=IMPORTS), 250)
    assert names(sampled, WASM_2) >= CALLING
    for wasm in sampled:
        validate(decode(wasm, WASM_2), WASM_2)


@pytest.mark.slow
def test_every_scalar_row_comes_up_in_functions_that_give_its_type() -> None:
    sampled = [wasm for t in (I32, I64, F32, F64) for wasm in sample(functions((), (t,)), 500)]
    met = names(sampled, WASM_2)
    assert {row.name for row in SCALAR} - met == CALLING


def test_every_vector_row_is_one_of_the_choices() -> None:
    """There are too many for all to come up in a sample: what is drawn is the place in such a list, each as likely."""
    offered = {row.code for letter in "ildfv" for row in computed.rows(WASM_2, letter)}
    offered |= {access.code for letter in "ildfv" for access in memory.loads(WASM_2, letter)}
    offered |= {access.code for access in memory.lane_loads(WASM_2)}
    offered |= {access.code for _, access in memory.stores(WASM_2)}
    assert len(offered) == len([row for row in ROWS if row.family in (*NUMERIC, *LOADS, *STORES)])


PARTS: dict[str, Callable[[Module], bool]] = {
    "a start function": lambda m: m.start is not None,
    "an active segment of data": lambda m: any(data.mode is Mode.ACTIVE for data in m.datas),
    "a passive segment of data": lambda m: any(data.mode is Mode.PASSIVE for data in m.datas),
    "an active segment of elements": lambda m: any(elem.mode is Mode.ACTIVE for elem in m.elems),
    "a passive segment of functions": lambda m: any(elem.mode is Mode.PASSIVE and elem.items for elem in m.elems),
    "two tables of functions": lambda m: [table.element for table in m.tables].count(FUNCREF) == 2,
    "four functions": lambda m: len(m.codes) == 4,
    "several results": lambda m: any(len(t.results) > 1 for t in m.func_types),
    "a block with parameters": lambda m: any(
        instr.op.name in ("block", "loop", "if") and instr.immediates[0] >= 0 and m.types[instr.immediates[0]].params
        for instr in instructions(m)
    ),
    "an access at an offset": lambda m: any(
        instr.op.family in (*LOADS, *STORES) and instr.immediates[1] for instr in instructions(m)
    ),
    "an access that is not aligned by its width": lambda m: any(
        instr.op.family in (*LOADS, *STORES) and 8 << instr.immediates[0] < instr.op.width for instr in instructions(m)
    ),
    "a branch out of two blocks": lambda m: any(
        instr.op.name in ("br", "br_if") and instr.immediates[0] >= 2 for instr in instructions(m)
    ),
}


@pytest.mark.parametrize("part", PARTS)
def test_modules_may_have(part: str, drawn: list[Module]) -> None:
    assert any(map(PARTS[part], drawn))


@pytest.mark.parametrize("kind", ExternKind)
def test_what_is_given_is_imported(kind: ExternKind) -> None:
    given_types = {ExternKind.FUNC: 0, ExternKind.GLOBAL: 1, ExternKind.MEMORY: 2, ExternKind.TABLE: 3}
    wanted = IMPORTS[given_types[kind]]
    imported = [{item.name for item in decode(w, WASM_2).imports} for w in sample(modules(imports=IMPORTS), 30)]
    assert any(wanted.name in some for some in imported)
    assert not all(wanted.name in some for some in imported)


def test_a_module_has_nothing_that_its_functions_do_not_mention(drawn: list[Module]) -> None:
    for module in drawn:
        rows = [instr.op for instr in instructions(module)]
        assert not module.globals or any(row.name.startswith("global.") for row in rows)
        assert not module.tables or any(row.family is Family.TABLE or row.name == "call_indirect" for row in rows)
        assert not module.memories or any(row.family in (*LOADS, *STORES, Family.MEMORY) for row in rows)
