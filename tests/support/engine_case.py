"""A case that uses a bit of everything an engine has, and how much memory many of them take."""

import resource
import sys

import pytest

import jit
from jit.wasm.types import I32, FuncType
from support.wat import wasm

CASE = """(import "env" "h" (func $h (param i32) (result i32))) (memory (export "m") 1 4) (table 3 9 funcref)
  (elem (i32.const 0) $h) (data (i32.const 0) "abc") (global (mut i32) (i32.const 1))
  (func (export "f") (param i32) (result i32) (call $h (local.get 0))) (func (export "t") unreachable)"""


def run_case(engine: jit.Engine, content: bytes) -> None:
    """Compiles, instantiates and calls `CASE` in a store of its own."""
    with engine.open_store() as store:
        host = jit.HostFunction(FuncType((I32,), (I32,)), lambda x: x + 1)
        module = engine.compile(content)
        instance = store.instantiate(module, {"env": {"h": host}})
        module.close()
        assert instance.call("f", 1) == 2
        memory = instance.exports["m"]
        assert isinstance(memory, jit.Memory)
        memory.buffer[0] = 1
        with pytest.raises(jit.Trap):
            instance.call("t")


def growth(backend: str, modules: int) -> int:
    """By how many bytes so many modules raise the most memory that this process ever had, after the first thousand.

    Only a process that has done nothing else can tell: what another test once had hides what is lost here.
    """
    content = wasm(CASE)
    with jit.Engine(backend) as engine:
        for _ in range(1_000):
            run_case(engine, content)
        before = _resident()
        for _ in range(modules):
            run_case(engine, content)
        return _resident() - before


def _resident() -> int:
    """The most memory that this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
