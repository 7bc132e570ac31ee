"""Functions without parameters that call and print: one per call of a script, and those that show what it left."""

from collections.abc import Iterator, Sequence

from jit.wasm.body import Instr, const
from jit.wasm.module import ExternKind, Module
from jit.wasm.types import FUNCREF, I32, NULL, ValType, Value

from .code import CHUNK, EXTERN, FUNC, MARK, SHIFT, WORD, WORDS, code, show

Body = tuple[Sequence[ValType], list[Instr]]
"""The locals of a function without parameters, and its instructions."""


def call(function: int, args: Sequence[Value], results: Sequence[ValType]) -> Body:
    """Calls a function of the original module and prints its results; they wait in locals, the last on top."""
    out: list[Instr] = []
    for arg in args:
        out += _constant(arg)
    out += code(f"call {function + SHIFT}")
    for n in reversed(range(len(results))):
        out += code(f"local.set {n}")
    for n, type in enumerate(results):
        out += show(type, f"local.get {n}")
    return results, [*out, *code("end")]


def _constant(value: Value) -> Sequence[Instr]:
    if value.type is FUNCREF and value.bits != NULL:
        return code(f"ref.func {value.bits + SHIFT}")
    return (const(value.type, value.bits),)


def state(module: Module) -> Body:
    """Prints all that the original module exports, in order; see `seen.state` for how it is read."""
    out: list[Instr] = []
    for export in module.exports:
        if export.kind is ExternKind.GLOBAL:
            out += show(module.global_types[export.index].type, f"global.get {export.index}")
        elif export.kind is ExternKind.MEMORY:
            out += _memory()
        elif export.kind is ExternKind.TABLE:
            out += _table(export.index, module.table_types[export.index].element)
    return (I32, I32), [*out, *code("end")]


def names(functions: int) -> Body:
    """Prints all functions of the original module, so that those printed elsewhere can be told."""
    return (), [instr for n in range(functions) for instr in code(f"ref.func {n + SHIFT}; call {FUNC}")] + [
        *code("end")
    ]


def _memory() -> Iterator[Instr]:
    """Prints pages, and each chunk that is not zero everywhere."""
    loads = [f"local.get 0; i64.load 0 {8 * n}" for n in range(WORDS)]
    any_set = loads[0] + "; " + "; ".join(f"{load}; i64.or" for load in loads[1:])
    yield from code(f"memory.size 0; i64.extend_i32_u; call {WORD}; i32.const 0; local.set 0")
    yield from code("memory.size 0; i32.const 16; i32.shl; local.set 1")
    yield from code("block -0x40; local.get 1; i32.eqz; br_if 0; loop -0x40")
    yield from code(f"{any_set}; i64.eqz; i32.eqz; if -0x40")
    yield from code(f"local.get 0; i64.extend_i32_u; {'; '.join(loads)}; call {CHUNK}; end")
    yield from code(
        f"local.get 0; i32.const {8 * WORDS}; i32.add; local.tee 0; local.get 1; i32.lt_u; br_if 0; end; end"
    )


def _table(index: int, element: ValType) -> Iterator[Instr]:
    """Prints the size, and for each element that is not null a mark with its index, and what it is."""
    shown = FUNC if element is FUNCREF else EXTERN
    yield from code(f"table.size {index}; local.tee 1; i64.extend_i32_u; call {WORD}; i32.const 0; local.set 0")
    yield from code("block -0x40; local.get 1; i32.eqz; br_if 0; loop -0x40")
    yield from code(f"local.get 0; table.get {index}; ref.is_null; i32.eqz; if -0x40")
    yield from code(
        f"local.get 0; i64.extend_i32_u; i64.const 1; call {MARK}; local.get 0; table.get {index}; call {shown}; end"
    )
    yield from code("local.get 0; i32.const 1; i32.add; local.tee 0; local.get 1; i32.lt_u; br_if 0; end; end")
