"""The host module `spectest` that scripts may import from, as the reference interpreter defines it.

Its functions do nothing that a script could see: they print.
"""

from jit.wasm.types import (
    F32,
    F64,
    FUNCREF,
    I32,
    I64,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    Value,
)
from oracles.protocol import HostFunc, HostGlobal, HostItem, HostMemory, HostTable, Store

from .values import float_bits

NAME = "spectest"

# fmt: off
_PRINTED = {
    "print":         (),
    "print_i32":     (I32,),
    "print_i64":     (I64,),
    "print_f32":     (F32,),
    "print_f64":     (F64,),
    "print_i32_f32": (I32, F32),
    "print_f64_f64": (F64, F64),
}
_GLOBALS = {
    "global_i32": Value(I32, 666),
    "global_i64": Value(I64, 666),
    "global_f32": Value(F32, float_bits("666.6", F32)),
    "global_f64": Value(F64, float_bits("666.6", F64)),
}
# fmt: on


def items() -> dict[str, HostItem]:
    """Everything there is to import, by name."""
    return {
        **{name: HostFunc(FuncType(params, ()), silent=True) for name, params in _PRINTED.items()},
        **{name: HostGlobal(GlobalType(value.type, mutable=False), value) for name, value in _GLOBALS.items()},
        "table": HostTable(TableType(FUNCREF, Limits(10, 20))),
        "memory": HostMemory(MemoryType(Limits(1, 2))),
    }


def define(store: Store) -> None:
    """Makes the module importable."""
    for name, item in items().items():
        store.define(NAME, name, item)
