"""Types that a host declares for things of its own: refused here when no module could have them.

Types of modules have passed the validator; those of a host have passed nobody.
"""

import operator

from ..limits import MAX_MEMORY_PAGES, MAX_TABLE_LENGTH
from ..wasm.types import FuncType, Limits, MemoryType, TableType, ValType


def check_memory_type(type: object) -> None:
    """Raises `TypeError` for what is no memory type, `ValueError` for an invalid one (spec: `valid-memtype`)."""
    if not isinstance(type, MemoryType):
        raise TypeError(f"a memory is made from a MemoryType, not {type!r}")
    _check_limits(type.limits, MAX_MEMORY_PAGES, "a memory")


def check_table_type(type: object) -> None:
    """Raises `TypeError` for what is no table type, `ValueError` for an invalid one (spec: `valid-tabletype`)."""
    if not isinstance(type, TableType):
        raise TypeError(f"a table is made from a TableType, not {type!r}")
    _check_element(type.element)
    _check_limits(type.limits, MAX_TABLE_LENGTH, "a table")


def check_function_type(type: object) -> None:
    """Raises `TypeError` for what is no function type of two tuples of value types (spec: `syntax-functype`)."""
    if not isinstance(type, FuncType):
        raise TypeError(f"a host function has a FuncType, not {type!r}")
    for types in (type.params, type.results):
        _check_value_types(types)


def _check_value_types(types: object) -> None:
    if not isinstance(types, tuple) or not all(isinstance(type, ValType) for type in types):
        raise TypeError(f"a FuncType takes tuples of value types, such as FuncType((I32,), ()), not {types!r}")


def _check_element(element: object) -> None:
    if not isinstance(element, ValType) or not element.is_ref:
        raise ValueError(f"elements of a table are FUNCREF or EXTERNREF, not {element!r}")


def _check_limits(limits: object, bound: int, what: str) -> None:
    """Limits within a bound (spec: `valid-limits`)."""
    if not isinstance(limits, Limits):
        raise TypeError(f"the limits of {what} are Limits, not {limits!r}")
    minimum = operator.index(limits.minimum)
    maximum = bound if limits.maximum is None else operator.index(limits.maximum)
    if not 0 <= minimum <= maximum <= bound:
        raise ValueError(f"the limits of {what} are 0 <= minimum <= maximum <= {bound}, not {limits}")
