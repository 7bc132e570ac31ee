"""The subject: a WebAssembly engine that compiles to arm64 machine code and runs it on a host.

import jit

with jit.Engine(backend="minimal") as engine:
    module = engine.compile(wasm)
    log = jit.HostFunction(jit.FuncType((jit.I32,), ()), print)
    instance = engine.instantiate(module, {"env": {"log": log}})
    instance.call("add", 1, 2)
"""

from .backend.mutants import Mutant
from .engine import Engine
from .errors import InvalidError, LimitError, LinkError, MalformedError, Trap, WasmError
from .runtime.function import Function
from .runtime.globals import Global
from .runtime.imports import HostFunction, TypedHostFunction
from .runtime.instance import Instance
from .runtime.memory import Memory
from .runtime.module import Module
from .runtime.store import Store
from .runtime.table import Table
from .runtime.traps import OutOfTime, WildFault
from .wasm.features import Features
from .wasm.types import (
    EXTERNREF,
    F32,
    F64,
    FUNCREF,
    I32,
    I64,
    NULL,
    V128,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    TrapKind,
    ValType,
    Value,
)

__all__ = [
    "EXTERNREF",
    "F32",
    "F64",
    "FUNCREF",
    "I32",
    "I64",
    "NULL",
    "V128",
    "Engine",
    "Features",
    "FuncType",
    "Function",
    "Global",
    "GlobalType",
    "HostFunction",
    "Instance",
    "InvalidError",
    "LimitError",
    "Limits",
    "LinkError",
    "MalformedError",
    "Memory",
    "MemoryType",
    "Module",
    "Mutant",
    "OutOfTime",
    "Store",
    "Table",
    "TableType",
    "Trap",
    "TrapKind",
    "TypedHostFunction",
    "ValType",
    "Value",
    "WasmError",
    "WildFault",
]
