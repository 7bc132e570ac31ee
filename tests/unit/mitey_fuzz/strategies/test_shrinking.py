"""What fails shrinks to little: the fewest functions, locals and instructions that still show it."""

from collections.abc import Callable

import pytest
import wasmtime
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.module import Module
from mitey_fuzz.strategies import functions, modules, scripts

SEARCH = settings(
    max_examples=5_000,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def names(module: Module) -> list[str]:
    return [instr.op.name for code in module.codes for instr in parse(code.body)]


def simplest(strategy: st.SearchStrategy[bytes], wanted: Callable[[Module], bool]) -> Module:
    return decode(find(strategy, lambda wasm: wanted(decode(wasm, WASM_2)), settings=SEARCH), WASM_2)


def having(*rows: str) -> Module:
    """The module to which one with all of these rows shrinks."""
    return simplest(modules(), lambda module: set(rows) <= set(names(module)))


def test_the_simplest_module_is_an_empty_function() -> None:
    module = simplest(modules(), lambda _: True)
    assert names(module) == ["end"]
    assert (module.memories, module.tables, module.globals, len(module.types)) == ((), (), (), 1)


def test_a_function_that_multiplies_shrinks_to_the_product_alone() -> None:
    module = simplest(functions(), lambda module: "i32.mul" in names(module))
    assert names(module) == ["i32.const", "i32.const", "i32.mul", "end"]


# fmt: off
EXACTLY = {
    "i64.store":   ["i32.const", "i64.const", "i64.store", "end"],
    "br_if":       ["i32.const", "br_if", "end"],
    "memory.copy": ["i32.const", "i32.const", "i32.const", "memory.copy", "end"],
    "memory.init": ["i32.const", "i32.const", "i32.const", "memory.init", "end"],
    "table.init":  ["i32.const", "i32.const", "i32.const", "table.init", "end"],
    "table.set":   ["i32.const", "ref.null", "table.set", "end"],
}
# fmt: on


@pytest.mark.parametrize("row", EXACTLY)
def test_a_statement_shrinks_to_itself_and_its_operands(row: str) -> None:
    module = having(row)
    assert names(module) == EXACTLY[row]
    assert [code.locals for code in module.codes] == [()]
    assert [str(t) for t in module.func_types] == ["[] -> []"]


@pytest.mark.parametrize(
    ("rows", "most"),
    [
        (("loop",), 4),
        (("br_table",), 4),
        (("call_indirect",), 6),
        pytest.param(("call", "loop"), 8, marks=pytest.mark.slow),
        (("global.set",), 5),
        (("return",), 3),
        (("ref.func",), 5),
        (("select",), 6),
    ],
    ids=lambda given: "+".join(given) if isinstance(given, tuple) else "",
)
def test_what_may_be_part_of_a_value_shrinks_to_it_and_what_takes_it(rows: tuple[str, ...], most: int) -> None:
    """A value and a statement do not become each other, so the result that takes the value may remain."""
    assert len(names(having(*rows))) <= most


@pytest.mark.slow
@pytest.mark.parametrize("row", ["i64.load", "f64.", "i16x8."])
def test_a_module_that_needs_one_row_of_many_shrinks_to_little_more(row: str) -> None:
    wanted = simplest(modules(), lambda module: any(name.startswith(row) for name in names(module)))
    assert len(names(wanted)) <= 8


def test_loops_have_a_counter_where_something_branches_back() -> None:
    module = simplest(modules(), lambda module: "loop" in names(module) and "local.tee" not in names(module))
    assert [code.locals for code in module.codes] == [()]


def test_a_script_shrinks_to_the_one_call_that_matters() -> None:
    wasm = bytes(wasmtime.wat2wasm('(module (func (export "a") (param i32)) (func (export "b") (param i64 i32)))'))
    script = find(scripts(wasm), lambda calls: any(call.export == "b" for call in calls), settings=SEARCH)
    assert [(call.export, [arg.bits for arg in call.args]) for call in script] == [("b", [0, 0])]
