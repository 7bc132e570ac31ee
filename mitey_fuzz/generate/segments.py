"""Element segments in forms that bodies do not ask for, and ones that do not fit.

Elements may be written as indices or as expressions, which are nulls, too, and what imported globals hold; a segment
that only declares is the validator's business (spec: `syntax-elem`).  Segments keep their indices, so bodies mean what
they meant, but that some slots are null then.  Rarely, one that bodies copy from is declared only: it is empty then.
"""

from dataclasses import replace
from typing import Final

from jit.wasm.body import Instr, const, expr
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Elem, Expr, Mode, Module
from jit.wasm.opcodes import op
from jit.wasm.types import EXTERNREF, FUNCREF, I32, NULL, ValType

from ..choices import Choices

ONE_IN: Final = 20
"""Every so many generated cases with reference types have a segment in another form, or one more."""
DECLARED_ONE_IN: Final = 6
"""Every so many have a passive segment, if any, that only declares."""


def some_reshaped(choices: Choices, wasm: bytes) -> bytes:
    """The module as it is; or rarely, with its element segments in other forms."""
    is_reshaped = choices.integer(0, ONE_IN - 1) == ONE_IN - 1
    is_declared = choices.integer(0, DECLARED_ONE_IN - 1) == DECLARED_ONE_IN - 1
    if not is_reshaped and not is_declared:
        return wasm
    module = decode(wasm, WASM_2)
    module = reshaped(choices, module) if is_reshaped else module
    return encode(declared(choices, module) if is_declared else module)


def declared(choices: Choices, module: Module) -> Module:
    """The module with one of its passive segments declarative, so that it is dropped from the start."""
    passive = [at for at, elem in enumerate(module.elems) if elem.mode is Mode.PASSIVE]
    if not passive:
        return module
    chosen = passive[choices.integer(0, len(passive) - 1)]
    elems = [replace(e, mode=Mode.DECLARATIVE) if at == chosen else e for at, e in enumerate(module.elems)]
    return replace(module, elems=tuple(elems), source=b"")


def reshaped(choices: Choices, module: Module) -> Module:
    """The module with some of its segments' elements as expressions, and segments behind them that it did not have."""
    elems = [_as_expressions(choices, elem) if choices.integer(0, 1) else elem for elem in module.elems]
    for more in (_declaring, _of_handles, _beyond):
        if choices.integer(0, 1):
            elems += more(choices, module)
    return replace(module, elems=tuple(elems), source=b"")


def _as_expressions(choices: Choices, elem: Elem) -> Elem:
    """The same functions in a longer form; one of them is null in a quarter of segments."""
    items = [expr(Instr(op("ref.func"), (item,))) if isinstance(item, int) else item for item in elem.items]
    if items and choices.integer(0, 3) == 0:
        items[choices.integer(0, len(items) - 1)] = expr(const(elem.type, NULL))
    return replace(elem, items=tuple(items))


def _declaring(choices: Choices, module: Module) -> list[Elem]:
    """A segment that is there for the validator alone."""
    type = (FUNCREF, EXTERNREF)[choices.integer(0, 1)]
    return [Elem(Mode.DECLARATIVE, type, _references(choices, module, type, choices.integer(0, 3)))]


def _of_handles(choices: Choices, module: Module) -> list[Elem]:
    """References of the host at either end of a table for them."""
    tables = [at for at, table in enumerate(module.table_types) if table.element is EXTERNREF]
    if not tables:
        return []
    table = tables[choices.integer(0, len(tables) - 1)]
    size = module.table_types[table].limits.minimum
    count = min(size, choices.integer(0, 3))
    items = _references(choices, module, EXTERNREF, count)
    return [Elem(Mode.ACTIVE, EXTERNREF, items, table, _at(choices, (0, size - count)))]


def _references(choices: Choices, module: Module, type: ValType, count: int) -> tuple[Expr, ...]:
    """Nulls, what imported globals hold that may not be written, and functions."""
    imported = module.global_types[: module.imported_globals]
    held = [at for at, g in enumerate(imported) if g.type is type and not g.mutable]
    functions = range(len(module.func_types)) if type is FUNCREF else ()
    kinds = [(op("ref.null"), (type.code,)), (op("global.get"), held), (op("ref.func"), functions)]
    some = [(row, indices) for row, indices in kinds if indices]

    def one() -> Expr:
        row, indices = some[choices.integer(0, len(some) - 1)]
        return expr(Instr(row, (indices[choices.integer(0, len(indices) - 1)],)))

    return tuple(one() for _ in range(count))


def _beyond(choices: Choices, module: Module) -> list[Elem]:
    """In a quarter of cases, functions of which the last does not fit: none of them is written."""
    tables = [at for at, table in enumerate(module.table_types) if table.element is FUNCREF]
    if not tables or not module.func_types or choices.integer(0, 3):
        return []
    table = tables[choices.integer(0, len(tables) - 1)]
    size = module.table_types[table].limits.minimum
    functions = tuple(choices.integer(0, len(module.func_types) - 1) for _ in range(choices.integer(0, 2)))
    over = 1 + size - len(functions)
    return [Elem(Mode.ACTIVE, FUNCREF, functions, table, _at(choices, (over, over, size + 1, (1 << 32) - 1)))]


def _at(choices: Choices, starts: tuple[int, ...]) -> Expr:
    return expr(const(I32, starts[choices.integer(0, len(starts) - 1)]))
