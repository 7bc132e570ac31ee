"""Constant expressions: which instructions they may hold, their type, their value (spec: `valid-constant`).

Both halves are tables from mnemonic to rule over a stack, so that a proposal that allows more adds a row to each.
What a global or a function reference is worth belongs to the runtime, which passes it in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..errors import InvalidError
from .expressions import opcodes
from .features import WASM_2, Features
from .module import Expr, Module
from .reader import Reader
from .types import F32, F64, FUNCREF, I32, I64, NULL, V128, ValType, Value

_END: Final = "end"

# --- checking


@dataclass(slots=True)
class _Check:
    """A constant expression being checked: `start` is where the instruction at hand begins."""

    reader: Reader
    module: Module
    stack: list[ValType]
    start: int = 0

    def invalid(self, message: str) -> InvalidError:
        return InvalidError(message, self.reader.base + self.start)


def _check_i32(check: _Check) -> None:
    check.reader.s32()
    check.stack.append(I32)


def _check_i64(check: _Check) -> None:
    check.reader.s64()
    check.stack.append(I64)


def _check_f32(check: _Check) -> None:
    check.reader.f32()
    check.stack.append(F32)


def _check_f64(check: _Check) -> None:
    check.reader.f64()
    check.stack.append(F64)


def _check_v128(check: _Check) -> None:
    check.reader.v128()
    check.stack.append(V128)


def _check_global(check: _Check) -> None:
    """Only imported globals are there when the expression is evaluated."""
    index = check.reader.u32()
    if index >= check.module.imported_globals:
        raise check.invalid(f"unknown global {index}")
    type = check.module.global_types[index]
    if type.mutable:
        raise check.invalid("constant expression required")
    check.stack.append(type.type)


def _check_null(check: _Check) -> None:
    check.stack.append(check.reader.reftype())


def _check_func(check: _Check) -> None:
    index = check.reader.u32()
    if index >= len(check.module.func_type_indices):
        raise check.invalid(f"unknown function {index}")
    check.stack.append(FUNCREF)


_CHECK: Final[dict[str, Callable[[_Check], None]]] = {
    "i32.const": _check_i32,
    "i64.const": _check_i64,
    "f32.const": _check_f32,
    "f64.const": _check_f64,
    "v128.const": _check_v128,
    "global.get": _check_global,
    "ref.null": _check_null,
    "ref.func": _check_func,
}


def check(expr: Expr, expected: ValType, module: Module, features: Features) -> None:
    """Checks that an expression is constant and of this type.

    Raises `InvalidError` ("constant expression required", "type mismatch", "unknown …"), or `MalformedError` for bytes
    that `decode` has not seen.
    """
    reader = Reader(expr.code, features, expr.offset)
    rows = opcodes(features)
    checking = _Check(reader, module, [])
    while True:
        checking.start = reader.pos
        row = rows.read(reader)
        if row.name == _END:
            break
        rule = _CHECK.get(row.name)
        if rule is None:
            raise checking.invalid("constant expression required")
        rule(checking)
    if checking.stack != [expected]:
        found = " ".join(type.name for type in checking.stack[-8:])
        raise checking.invalid(f"type mismatch: expected [{expected.name}], found [{found}]")
    if reader.pos != len(expr.code):
        raise reader.malformed("section size mismatch", reader.pos)


def referenced_functions(expr: Expr, features: Features) -> list[int]:
    """The functions a checked constant expression refers to; occurring here declares them (spec: `valid-module`)."""
    found: list[int] = []

    def note(index: int) -> Value:
        found.append(index)
        return Value(FUNCREF, NULL)

    _run(expr, features, lambda _: Value(I32, 0), note)
    return found


# --- evaluating


@dataclass(slots=True)
class _Run:
    """A constant expression being evaluated."""

    reader: Reader
    global_value: Callable[[int], Value]
    func_ref: Callable[[int], Value]
    stack: list[Value]


def _run_i32(run: _Run) -> None:
    run.stack.append(Value(I32, run.reader.s32()))


def _run_i64(run: _Run) -> None:
    run.stack.append(Value(I64, run.reader.s64()))


def _run_f32(run: _Run) -> None:
    run.stack.append(Value(F32, run.reader.f32()))


def _run_f64(run: _Run) -> None:
    run.stack.append(Value(F64, run.reader.f64()))


def _run_v128(run: _Run) -> None:
    run.stack.append(Value(V128, run.reader.v128()))


def _run_global(run: _Run) -> None:
    run.stack.append(run.global_value(run.reader.u32()))


def _run_null(run: _Run) -> None:
    run.stack.append(Value(run.reader.reftype(), NULL))


def _run_func(run: _Run) -> None:
    run.stack.append(run.func_ref(run.reader.u32()))


_RUN: Final[dict[str, Callable[[_Run], None]]] = {
    "i32.const": _run_i32,
    "i64.const": _run_i64,
    "f32.const": _run_f32,
    "f64.const": _run_f64,
    "v128.const": _run_v128,
    "global.get": _run_global,
    "ref.null": _run_null,
    "ref.func": _run_func,
}


def evaluate(expr: Expr, global_value: Callable[[int], Value], func_ref: Callable[[int], Value]) -> Value:
    """The value of a checked constant expression (spec: `exec-expr`).

    `global_value` gives the value of a global by index, `func_ref` the reference to a function by index.
    """
    return _run(expr, WASM_2, global_value, func_ref)


def _run(
    expr: Expr, features: Features, global_value: Callable[[int], Value], func_ref: Callable[[int], Value]
) -> Value:
    rows = opcodes(features)
    run = _Run(Reader(expr.code, features, expr.offset), global_value, func_ref, [])
    while (row := rows.read(run.reader)).name != _END:
        _RUN[row.name](run)
    (value,) = run.stack
    return value
