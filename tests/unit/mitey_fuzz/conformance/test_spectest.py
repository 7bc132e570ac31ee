"""The host module of the scripts."""

from jit.wasm.types import F32, F64, FUNCREF, I32, FuncType, GlobalType, Limits, MemoryType, TableType, Value
from mitey_fuzz.conformance import spectest
from oracles.protocol import HostFunc, HostGlobal, HostMemory, HostTable


def test_spectest_is_what_the_reference_interpreter_offers() -> None:
    items = spectest.items()
    assert set(items) == {
        "print", "print_i32", "print_i64", "print_f32", "print_f64", "print_i32_f32", "print_f64_f64",
        "global_i32", "global_i64", "global_f32", "global_f64", "table", "memory",
    }  # fmt: skip
    assert items["print_f64_f64"] == HostFunc(FuncType((F64, F64), ()), silent=True)
    assert items["global_i32"] == HostGlobal(GlobalType(I32, mutable=False), Value(I32, 666))
    assert items["global_f32"] == HostGlobal(GlobalType(F32, mutable=False), Value(F32, 0x4426A666))
    assert items["global_f64"] == HostGlobal(GlobalType(F64, mutable=False), Value(F64, 0x4084D4CCCCCCCCCD))
    assert items["table"] == HostTable(TableType(FUNCREF, Limits(10, 20)))
    assert items["memory"] == HostMemory(MemoryType(Limits(1, 2)))
