"""Immediates that are indices: read at the cursor of a body and looked up (spec: `syntax-index`).

Each function raises `InvalidError` in the specification's words for an index of nothing.
"""

from .expressions import table_index
from .operands import Body
from .types import FuncType


def function(body: Body) -> int:
    index = body.u32()
    if index >= len(body.context.func_types):
        raise body.invalid(f"unknown function {index}")
    return index


def type_at(body: Body, index: int) -> FuncType:
    if index >= len(body.context.types):
        raise body.invalid(f"unknown type {index}")
    return body.context.types[index]


def local(body: Body) -> int:
    index = body.u32()
    if index >= len(body.locals):
        raise body.invalid(f"unknown local {index}")
    return index


def global_(body: Body) -> int:
    index = body.u32()
    if index >= len(body.context.globals):
        raise body.invalid(f"unknown global {index}")
    return index


def table(body: Body) -> int:
    index = table_index(body)
    if index >= len(body.context.tables):
        raise body.invalid(f"unknown table {index}")
    return index


def memory(body: Body) -> int:
    index = body.zero()
    if index >= body.context.memories:
        raise body.invalid(f"unknown memory {index}")
    return index


def check_elem(body: Body, index: int) -> None:
    if index >= len(body.context.elems):
        raise body.invalid(f"unknown elem segment {index}")


def elem(body: Body) -> int:
    index = body.u32()
    check_elem(body, index)
    return index


def check_data(body: Body, index: int) -> None:
    if body.context.module.data_count is None:
        raise body.malformed("data count section required", body.pos)
    if index >= len(body.context.module.datas):
        raise body.invalid(f"unknown data segment {index}")


def data(body: Body) -> int:
    index = body.u32()
    check_data(body, index)
    return index
