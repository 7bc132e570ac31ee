"""Tables as objects."""

from typing import cast

import pytest

import jit
from jit.limits import MAX_TABLE_ELEMENTS
from jit.wasm.types import EXTERNREF, FUNCREF, I32, Limits, MemoryType, TableType, TrapKind, ValType, Value
from support.wat import wasm


def make(store: jit.Store, minimum: int, maximum: int | None, element: ValType = FUNCREF) -> jit.Table:
    return store.table(TableType(element, Limits(minimum, maximum)))


def two_functions(engine: jit.Engine, store: jit.Store) -> tuple[jit.Function, jit.Function]:
    module = engine.compile(wasm('(func (export "f")) (func (export "g") (result i32) i32.const 4)'))
    exports = store.instantiate(module).exports
    f, g = exports["f"], exports["g"]
    assert isinstance(f, jit.Function)
    assert isinstance(g, jit.Function)
    return f, g


def test_a_new_table_is_null(store: jit.Store) -> None:
    table = make(store, 3, 5)
    assert len(table) == 3
    assert list(table) == [None, None, None]


def test_functions_can_be_put_in_and_called_from_a_table(engine: jit.Engine, store: jit.Store) -> None:
    f, g = two_functions(engine, store)
    table = make(store, 2, None)
    table[1] = g
    element = table[1]
    assert element == g
    assert element != f
    assert isinstance(element, jit.Function)
    assert element() == 4
    table[1] = None
    assert table[1] is None


def test_extern_handles_can_be_put_in_a_table(store: jit.Store) -> None:
    table = make(store, 2, None, EXTERNREF)
    table[0] = 0
    assert list(table) == [0, None]


def test_an_index_out_of_bounds_is_an_index_error(store: jit.Store) -> None:
    table = make(store, 2, None)
    for index in (2, -1):
        with pytest.raises(IndexError, match=f"element {index} of a table of 2"):
            _ = table[index]
        with pytest.raises(IndexError):
            table[index] = None


def test_an_element_of_another_type_or_store_is_refused(engine: jit.Engine, store: jit.Store) -> None:
    f, _ = two_functions(engine, store)
    table = make(store, 1, 1)
    with pytest.raises(TypeError, match="funcref takes a Function"):
        table[0] = 5
    with pytest.raises(TypeError, match="types"):
        table.set(0, Value(I32, 5))
    with engine.open_store() as other, pytest.raises(ValueError, match="another store"):
        make(other, 1, 1)[0] = f
    with engine.open_store() as other, pytest.raises(ValueError, match="no function of this store"):
        make(other, 1, 1).set(0, Value(FUNCREF, f.address))
    with pytest.raises(ValueError, match="0x1234 is no function of this store"):
        table.set(0, Value(FUNCREF, 0x1234))


def test_growth_sets_new_elements_and_stops_at_the_maximum(engine: jit.Engine, store: jit.Store) -> None:
    f, _ = two_functions(engine, store)
    table = make(store, 1, 4)
    assert table.grow(2, f) == 1
    assert list(table) == [None, f, f]
    with pytest.raises(jit.LimitError, match="cannot grow by 2"):
        table.grow(2)
    assert table.grow(1) == 3
    assert list(table) == [None, f, f, None]


@pytest.mark.parametrize("delta", [1.0, "1", None])
def test_growth_by_what_is_no_integer_changes_nothing(engine: jit.Engine, delta: object) -> None:
    with engine.open_store() as store:
        table = make(store, 1, 3)
        with pytest.raises(TypeError):
            table.grow(cast(int, delta))
        assert (len(table), table.grow(1)) == (1, 1)


def test_a_table_never_moves_however_much_it_grows(store: jit.Store) -> None:
    table = make(store, 1, None)
    base = table.base
    assert table.grow(MAX_TABLE_ELEMENTS - 1) == 1
    assert (table.base, len(table), table[MAX_TABLE_ELEMENTS - 1]) == (base, MAX_TABLE_ELEMENTS, None)
    with pytest.raises(jit.LimitError):
        table.grow(1)


def test_more_elements_than_the_limit_are_refused(store: jit.Store) -> None:
    with pytest.raises(jit.LimitError, match="more than"):
        make(store, MAX_TABLE_ELEMENTS + 1, None)


@pytest.mark.parametrize(
    "type",
    [
        TableType(FUNCREF, Limits(-1, None)),
        TableType(FUNCREF, Limits(0, -2)),
        TableType(FUNCREF, Limits(3, 2)),
        TableType(FUNCREF, Limits(0, 1 << 32)),
        TableType(I32, Limits(3, None)),
    ],
)
def test_a_type_that_no_module_could_declare_is_refused_before_anything_is_reserved(
    store: jit.Store, type: TableType
) -> None:
    before = store.records.mark()
    with pytest.raises(ValueError, match=r"0 <= minimum|FUNCREF or EXTERNREF, not i32"):
        store.table(type)
    assert store.records.mark() == before


@pytest.mark.parametrize(
    "type",
    [
        TableType(FUNCREF, Limits(cast(int, 1.0), None)),
        TableType(FUNCREF, cast(Limits, (1, 2))),
        cast(TableType, MemoryType(Limits(1, 1))),
    ],
)
def test_what_is_no_type_of_a_table_is_refused_before_anything_is_reserved(store: jit.Store, type: TableType) -> None:
    before = store.records.mark()
    with pytest.raises(TypeError):
        store.table(type)
    assert store.records.mark() == before


@pytest.mark.parametrize("maximum", [MAX_TABLE_ELEMENTS + 1, (1 << 32) - 1])
def test_a_maximum_over_the_limit_is_declared_and_not_reached(store: jit.Store, maximum: int) -> None:
    table = make(store, 0, maximum)
    assert table.type == TableType(FUNCREF, Limits(0, maximum))
    with pytest.raises(jit.LimitError):
        table.grow(MAX_TABLE_ELEMENTS + 1)


@pytest.mark.parametrize(("destination", "source"), [(2, 0), (0, 2), (1, 1)])
def test_a_copy_is_as_if_through_a_buffer(store: jit.Store, destination: int, source: int) -> None:
    table = make(store, 6, 6, EXTERNREF)
    for index in range(6):
        table[index] = index
    expected = list(range(6))
    expected[destination : destination + 4] = range(source, source + 4)
    table.copy(destination, table, source, 4)
    assert list(table) == expected


def test_bulk_operations_past_the_end_trap_and_write_nothing(store: jit.Store) -> None:
    table = make(store, 4, 4, EXTERNREF)
    table.fill(0, 8, 4)  # element 8 is handle 7
    for operation in (
        lambda: table.fill(3, 1, 2),
        lambda: table.fill(5, 1, 0),
        lambda: table.copy(0, table, 3, 2),
        lambda: table.copy(3, table, 0, 2),
        lambda: table.write(3, (1, 2), 0, 2),
        lambda: table.write(0, (1, 2), 1, 2),
        lambda: table.write(0, (1, 2), 3, 0),
    ):
        with pytest.raises(jit.Trap) as caught:
            operation()
        assert caught.value.kind is TrapKind.OOB_TABLE
        assert list(table) == [7, 7, 7, 7]
    table.fill(4, 1, 0)
    table.copy(4, table, 4, 0)
    table.write(4, (1, 2), 2, 0)
