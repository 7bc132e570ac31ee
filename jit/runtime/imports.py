"""Imports: host functions, and whether what is offered matches what a module asks for (spec: `valid-import-subtyping`).

A host function is written against Python's numbers (`HostFunction`) or, where every bit counts, against typed values
(`TypedHostFunction`).  Its results are checked before machine code sees them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import LinkError
from ..wasm.module import Import, Module
from ..wasm.types import FuncType, GlobalType, Limits, MemoryType, TableType, Value
from .declared import check_function_type
from .function import Function, check_references, decode, encode
from .globals import Global
from .memory import Memory
from .records import Records
from .table import Table
from .values import check_types, count_slots, from_slots, to_slots


class HostFunction:
    """A Python function that modules may import; importing one object twice in a store gives one function."""

    def __init__(self, type: FuncType, fn: Callable[..., object]) -> None:
        """`fn` takes Python's numbers, integers signed, and returns one result, a tuple, or None for no result.

        `TypeError` for what is no function type, such as one of lists.
        """
        check_function_type(type)
        self.type = type
        self._fn = fn

    def answer(self, records: Records, args: tuple[Value, ...]) -> Sequence[Value]:
        """The checked results; `TypeError` or `ValueError` when `fn` returned something else."""
        return _encode_results(records, self.type, self._fn(*(decode(records, arg) for arg in args)))


class TypedHostFunction(HostFunction):
    """A host function whose `fn` takes and gives typed values: no bit of them is changed on the way."""

    def __init__(self, type: FuncType, fn: Callable[[tuple[Value, ...]], Sequence[Value]]) -> None:
        super().__init__(type, fn)

    def answer(self, records: Records, args: tuple[Value, ...]) -> Sequence[Value]:
        answer = self._fn(args)
        if not isinstance(answer, Sequence):
            raise TypeError(f"host function {self.type} returned {answer!r}, which is no sequence of values")
        results = tuple(answer)
        check_types(results, self.type.results, f"results of host function {self.type}")
        check_references(records, results)
        return results


def _encode_results(records: Records, type: FuncType, answer: object) -> list[Value]:
    if len(type.results) == 1:
        return [encode(records, type.results[0], answer)]
    if not type.results and answer is None:
        return []
    if not isinstance(answer, tuple) or len(answer) != len(type.results):
        raise TypeError(f"host function {type} returned {answer!r}")
    return [encode(records, result, number) for result, number in zip(type.results, answer, strict=True)]


class HostCall:
    """A host function as a store has it: what the builtin `CALL_HOST` calls."""

    __slots__ = ("_function", "_params", "_records", "_results")

    def __init__(self, records: Records, function: HostFunction) -> None:
        self._records = records
        self._function = function
        self._params = count_slots(function.type.params)
        self._results = count_slots(function.type.results)

    def run(self, pointer: int) -> int:
        """Answers the arguments below the value stack pointer; gives where the results end."""
        return self._records.machine.serve(self._answer, self._params, self._results, pointer)

    def _answer(self, slots: Sequence[int]) -> list[int]:
        args = from_slots(self._function.type.params, slots)
        return to_slots(self._function.answer(self._records, args), self._records.machine.upper)


Extern = Function | Memory | Table | Global | HostFunction
"""What may be imported."""
Imports = Mapping[str, Mapping[str, Extern]]
"""Externs by module and name, as an import names them."""


@dataclass(slots=True)
class Resolved:
    """A module's imports, each kind in the order of its index space; functions by address."""

    functions: list[int] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    memories: list[Memory] = field(default_factory=list)
    globals: list[Global] = field(default_factory=list)


def resolve(module: Module, imports: Imports, records: Records, bind: Callable[[HostFunction], int]) -> Resolved:
    """Matches all imports; `bind` gives the FuncRef of a host function.

    Raises `LinkError` in the test suite's words, `TypeError` for an object that is no extern or no mapping where one is
    looked up, and `ValueError` for an extern of another store.
    """
    resolved = Resolved()
    _check_mapping(imports, "imports")
    for wanted in module.imports:
        named = imports.get(wanted.module, {})
        _check_mapping(named, f'imports of "{wanted.module}"')
        offered = named.get(wanted.name)
        if offered is None:
            raise LinkError(f'unknown import "{wanted.module}" "{wanted.name}"')
        if not isinstance(offered, HostFunction):
            _check_store(wanted, offered, records)
        if not _matches(offered, wanted):
            raise LinkError(
                f'incompatible import type for "{wanted.module}" "{wanted.name}": {wanted.type} wanted, '
                f"{offered.type} offered"
            )
        match offered:
            case HostFunction():
                resolved.functions.append(bind(offered))
            case Function():
                resolved.functions.append(offered.address)
            case Table():
                resolved.tables.append(offered)
            case Memory():
                resolved.memories.append(offered)
            case Global():
                resolved.globals.append(offered)
    return resolved


def _check_mapping(offered: object, what: str) -> None:
    if not isinstance(offered, Mapping):
        raise TypeError(f'{what} are {offered!r}; they must be a mapping, as in {{"env": {{"f": ...}}}}')


def _check_store(wanted: Import, offered: object, records: Records) -> None:
    if not isinstance(offered, Function | Memory | Table | Global):
        raise TypeError(
            f'import "{wanted.module}" "{wanted.name}" is {offered!r}; it must be a HostFunction, Function, Memory, '
            "Table or Global"
        )
    if offered.records is not records:
        raise ValueError(f'import "{wanted.module}" "{wanted.name}" belongs to another store')


def _matches(offered: Extern, wanted: Import) -> bool:
    have, want = offered.type, wanted.type
    match have, want:
        case (FuncType(), FuncType()) | (GlobalType(), GlobalType()):
            return have == want
        case TableType(), TableType():
            return have.element is want.element and _within(have.limits, want.limits)
        case MemoryType(), MemoryType():
            return _within(have.limits, want.limits)
        case _:
            return False


def _within(have: Limits, want: Limits) -> bool:
    """Limits matching (spec: `match-limits`)."""
    if have.minimum < want.minimum:
        return False
    return want.maximum is None or (have.maximum is not None and have.maximum <= want.maximum)
