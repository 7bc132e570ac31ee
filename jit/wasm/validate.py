"""The rules of a whole module (spec: `valid-module`), then every body in one pass that also compiles it.

Decides in which order things are refused.  The specification decodes a whole module before it validates any of it, so a
malformed body anywhere wins over whatever is invalid; here bodies are decoded while they are checked, so that the happy
path walks each once, and only a refusal goes back to read the rest.
"""

from collections.abc import Callable, Iterator

from .. import limits
from ..errors import InvalidError, MalformedError
from . import constexpr
from .expressions import check_encoding
from .features import Features
from .module import Elem, Expr, ExternKind, Mode, Module
from .operands import Context
from .sink import CodeSink
from .typecheck import check_body
from .types import FUNCREF, I32, FuncType, Limits

_MAX_TABLE = (1 << 32) - 1


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


def check_module(module: Module, features: Features) -> None:
    """Checks everything but the bodies; raises `InvalidError`."""
    _check_types(module, features)
    _check_type_indices(module)
    for type in module.table_types:
        _check_limits(type.limits, _MAX_TABLE, "table size must be at most 2^32-1")
    for memory in module.memory_types:
        _check_limits(memory.limits, limits.MAX_MEMORY_PAGES, "memory size must be at most 65536 pages (4GiB)")
    for global_ in module.globals:
        constexpr.check(global_.init, global_.type.type, module, features)
    for elem in module.elems:
        _check_elem(elem, module, features)
    for data in module.datas:
        if data.mode is Mode.ACTIVE:
            _require(data.memory < len(module.memory_types), f"unknown memory {data.memory}")
            _check_offset(data.offset, module, features)
    _check_start(module)
    _check_exports(module)
    _require(len(module.memory_types) <= 1, "multiple memories")
    _require(len(module.table_types) <= 1 or features.reference_types, "multiple tables")


def _require(condition: object, message: str) -> None:
    if not condition:
        raise InvalidError(message)


def _check_types(module: Module, features: Features) -> None:
    if not features.multi_value:
        for type in module.types:
            _require(len(type.results) <= 1, "invalid result arity")


def _check_type_indices(module: Module) -> None:
    for index in module.func_type_indices:
        _require(index < len(module.types), f"unknown type {index}")


def _check_limits(given: Limits, range: int, message: str) -> None:
    """Limits within a range (spec: `valid-limits`)."""
    _require(given.minimum <= range, message)
    if given.maximum is not None:
        _require(given.maximum <= range, message)
        _require(given.minimum <= given.maximum, "size minimum must not be greater than maximum")


def _check_offset(offset: Expr | None, module: Module, features: Features) -> None:
    assert offset is not None, "active segments have an offset"
    constexpr.check(offset, I32, module, features)


def _check_elem(elem: Elem, module: Module, features: Features) -> None:
    """An element segment (spec: `valid-elem`)."""
    functions = len(module.func_type_indices)
    for item in elem.items:
        if isinstance(item, Expr):
            constexpr.check(item, elem.type, module, features)
        else:
            _require(item < functions, f"unknown function {item}")
    if elem.mode is Mode.ACTIVE:
        _require(elem.table < len(module.table_types), f"unknown table {elem.table}")
        _require(module.table_types[elem.table].element is elem.type, "type mismatch: elements of another type")
        _check_offset(elem.offset, module, features)


def _check_start(module: Module) -> None:
    """The start function takes and gives nothing (spec: `valid-start`)."""
    if module.start is not None:
        _require(module.start < len(module.func_types), f"unknown function {module.start}")
        _require(module.func_types[module.start] == FuncType((), ()), "start function must take and give nothing")


def _check_exports(module: Module) -> None:
    """Exports exist and have different names (spec: `valid-export`)."""
    space = {
        ExternKind.FUNC: ("function", len(module.func_types)),
        ExternKind.TABLE: ("table", len(module.table_types)),
        ExternKind.MEMORY: ("memory", len(module.memory_types)),
        ExternKind.GLOBAL: ("global", len(module.global_types)),
    }
    names: set[str] = set()
    for export in module.exports:
        what, count = space[export.kind]
        _require(export.index < count, f"unknown {what} {export.index}")
        _require(export.name not in names, "duplicate export name")
        names.add(export.name)


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
