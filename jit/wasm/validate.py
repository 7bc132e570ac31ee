"""The rules of a whole module (spec: `valid-module`), then every body in one pass that also compiles it.

Decides in which order things are refused.  The specification decodes a whole module before it validates any of it, so a
malformed body anywhere wins over whatever is invalid; here bodies are decoded while they are checked, so that the happy
path walks each once, and only a refusal goes back to read the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from .. import limits
from ..errors import InvalidError, MalformedError
from . import constexpr, sections
from .decode import offset_of, start_offset
from .expressions import check_encoding
from .features import Features
from .module import Data, Elem, Export, Expr, ExternKind, Global, Import, Mode, Module
from .operands import Context
from .sections import Section
from .sink import CodeSink
from .typecheck import check_body
from .types import FUNCREF, I32, FuncType, Limits, MemoryType, TableType

T = TypeVar("T")


def validate(
    module: Module,
    features: Features,
    sink: CodeSink | None = None,
    take: Callable[[int], None] | None = None,
) -> None:
    """Validates a module and drives `sink` through every body, in order of index.

    `take(index)` is called after the body of each function, imports counted, when the sink holds just that function:
    a compiler collects its code there.  Raises `InvalidError`, or `MalformedError` for instructions that are none, both
    with offsets in the module; a sink may have been driven before.  Raises `LimitError` past a limit of `jit.limits`.
    """
    try:
        check_module(module, features)
    except InvalidError:
        _check_encodings(module, features, 0)
        raise
    context = Context(module, features, sink, declared_functions(module, features))
    for place, code in enumerate(module.codes):
        index = module.imported_funcs + place
        try:
            check_body(context, index, code)
        except (InvalidError, MalformedError):
            _check_encodings(module, features, place)
            raise
        if take is not None:
            take(index)


def _check_encodings(module: Module, features: Features, first: int) -> None:
    """Reads the bodies from this place on; raises `MalformedError` for the first that is no expression."""
    for code in module.codes[first:]:
        check_encoding(code, module.source, features, data_count=module.data_count is not None)


class _Scope:
    """What the checks of single items need of the module, and what they have seen so far."""

    __slots__ = ("features", "functions", "memories", "module", "names", "spaces", "tables")

    def __init__(self, module: Module, features: Features) -> None:
        self.module = module
        self.features = features
        self.functions = len(module.func_type_indices)
        self.tables = 0
        self.memories = 0
        self.names: set[str] = set()
        self.spaces = {
            ExternKind.FUNC: ("function", self.functions),
            ExternKind.TABLE: ("table", len(module.table_types)),
            ExternKind.MEMORY: ("memory", len(module.memory_types)),
            ExternKind.GLOBAL: ("global", len(module.global_types)),
        }


def check_module(module: Module, features: Features) -> None:
    """Checks everything but the bodies; raises `InvalidError`."""
    scope = _Scope(module, features)
    _each(scope, sections.TYPES, module.types, _check_type)
    _each(scope, sections.IMPORTS, module.imports, _check_import)
    _each(scope, sections.FUNCTIONS, module.functions, _check_type_index)
    _each(scope, sections.TABLES, module.tables, _check_table)
    _each(scope, sections.MEMORIES, module.memories, _check_memory)
    _each(scope, sections.GLOBALS, module.globals, _check_global)
    _each(scope, sections.ELEMS, module.elems, _check_elem)
    _each(scope, sections.DATAS, module.datas, _check_data)
    _check_start(scope)
    _each(scope, sections.EXPORTS, module.exports, _check_export)


def _each(scope: _Scope, section: Section[T], items: Sequence[T], check: Callable[[_Scope, T], None]) -> None:
    """Checks the items of a section; a refusal that has no offset gets that of its item."""
    for number, item in enumerate(items):
        try:
            check(scope, item)
        except InvalidError as error:
            if error.offset is not None:
                raise
            raise InvalidError(error.message, offset_of(scope.module, scope.features, section, number)) from None


def _require(condition: object, message: str) -> None:
    if not condition:
        raise InvalidError(message)


def _check_type(scope: _Scope, type: FuncType) -> None:
    """A function type (spec: `valid-functype`)."""
    _require(len(type.results) <= 1 or scope.features.multi_value, "invalid result arity")


def _check_type_index(scope: _Scope, index: int) -> None:
    _require(index < len(scope.module.types), f"unknown type {index}")


def _check_import(scope: _Scope, item: Import) -> None:
    """An import (spec: `valid-import`)."""
    if isinstance(item.type, FuncType):
        _check_type_index(scope, item.type_index)
    elif isinstance(item.type, TableType):
        _check_table(scope, item.type)
    elif isinstance(item.type, MemoryType):
        _check_memory(scope, item.type)


def _check_limits(given: Limits, bound: int, message: str) -> None:
    """Limits within a bound (spec: `valid-limits`)."""
    _require(given.minimum <= bound, message)
    if given.maximum is not None:
        _require(given.maximum <= bound, message)
        _require(given.minimum <= given.maximum, "size minimum must not be greater than maximum")


def _check_table(scope: _Scope, type: TableType) -> None:
    """A table type (spec: `valid-tabletype`)."""
    _check_limits(type.limits, limits.MAX_TABLE_LENGTH, "table size must be at most 2^32-1")
    scope.tables += 1
    _require(scope.tables == 1 or scope.features.reference_types, "multiple tables")


def _check_memory(scope: _Scope, type: MemoryType) -> None:
    """A memory type (spec: `valid-memtype`)."""
    _check_limits(type.limits, limits.MAX_MEMORY_PAGES, "memory size must be at most 65536 pages (4GiB)")
    scope.memories += 1
    _require(scope.memories == 1, "multiple memories")


def _check_global(scope: _Scope, item: Global) -> None:
    """A defined global (spec: `valid-global`)."""
    constexpr.check(item.init, item.type.type, scope.module, scope.features)


def _check_offset(scope: _Scope, offset: Expr | None) -> None:
    assert offset is not None, "active segments have an offset"
    constexpr.check(offset, I32, scope.module, scope.features)


def _check_elem(scope: _Scope, elem: Elem) -> None:
    """An element segment (spec: `valid-elem`)."""
    for item in elem.items:
        if isinstance(item, Expr):
            constexpr.check(item, elem.type, scope.module, scope.features)
        else:
            _require(item < scope.functions, f"unknown function {item}")
    if elem.mode is Mode.ACTIVE:
        tables = scope.module.table_types
        _require(elem.table < len(tables), f"unknown table {elem.table}")
        _require(tables[elem.table].element is elem.type, "type mismatch: elements of another type than the table's")
        _check_offset(scope, elem.offset)


def _check_data(scope: _Scope, data: Data) -> None:
    """A data segment (spec: `valid-data`)."""
    if data.mode is Mode.ACTIVE:
        _require(data.memory < len(scope.module.memory_types), f"unknown memory {data.memory}")
        _check_offset(scope, data.offset)


def _check_start(scope: _Scope) -> None:
    """The start function takes and gives nothing (spec: `valid-start`)."""
    start = scope.module.start
    if start is None:
        return
    if start >= scope.functions:
        raise InvalidError(f"unknown function {start}", start_offset(scope.module, scope.features))
    if scope.module.func_types[start] != FuncType((), ()):
        message = "start function must take and give nothing"
        raise InvalidError(message, start_offset(scope.module, scope.features))


def _check_export(scope: _Scope, export: Export) -> None:
    """Exports exist and have different names (spec: `valid-export`)."""
    what, count = scope.spaces[export.kind]
    _require(export.index < count, f"unknown {what} {export.index}")
    _require(export.name not in scope.names, "duplicate export name")
    scope.names.add(export.name)


def declared_functions(module: Module, features: Features) -> frozenset[int]:
    """The functions that bodies may refer to: those occurring outside bodies (spec: `valid-module`, refs)."""
    exported = {export.index for export in module.exports if export.kind is ExternKind.FUNC}
    listed = {item for elem in module.elems for item in elem.items if isinstance(item, int)}
    referred = {index for expr in _expressions(module) for index in constexpr.referenced_functions(expr, features)}
    return frozenset(exported | listed | referred)


def _expressions(module: Module) -> Iterator[Expr]:
    """The constant expressions of a module that may be references to functions."""
    for global_ in module.globals:
        if global_.type.type is FUNCREF:
            yield global_.init
    for elem in module.elems:
        yield from (item for item in elem.items if isinstance(item, Expr))
