"""Types and values as plain data: they cross between processes whole."""

import copyreg
import pickle

import pytest

from jit.wasm.types import EXTERNREF, F64, I32, V128, FuncType, GlobalType, Limits, MemoryType, TableType, Value

DATA = (
    FuncType((I32, V128), (F64,)),
    Limits(1, None),
    TableType(EXTERNREF, Limits(2, 3)),
    MemoryType(Limits(1, 2)),
    GlobalType(V128, mutable=True),
    Value(V128, (1 << 128) - 1),
)


@pytest.mark.parametrize("data", DATA, ids=lambda data: type(data).__name__)
def test_data_is_pickled_by_its_fields_alone(data: object) -> None:
    """Compiled classes have no attributes that could be set one by one, as a pickle does by itself."""
    assert pickle.loads(pickle.dumps(data)) == data
    assert type(data) in copyreg.dispatch_table
