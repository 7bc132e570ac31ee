"""Generated code beside the wasm it came from: what `dump` prints and reports quote."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..a64.listing import listing
from ..backend.link import CodeRange
from ..wasm import body
from ..wasm.text_body import instr_text
from .machine import Machine
from .module import Module


@dataclass(frozen=True, slots=True)
class Row:
    """One wasm instruction and its code.

    `offset` is the instruction's byte offset in the module and `instruction` its text; the code before the first
    instruction has neither (None and ""); an instruction that emitted nothing has no `lines`, which are
    `address  word  mnemonic operands`.
    """

    offset: int | None
    instruction: str
    lines: tuple[str, ...]


def function_listing(module: Module, function: int) -> tuple[Row, ...]:
    """All instructions of a defined function with their code, in the order of the code.

    Instructions without code, those of unreachable code too, stand where they stand in the body.  `KeyError` for an
    imported function and for one that does not exist.
    """
    first = module.wasm.imported_funcs
    ranges = module.ranges(function)
    code = module.wasm.codes[function - first]
    texts = {instr.offset: instr_text(instr) for instr in body.parse(code.body, code.offset)}
    symbols = _symbols(module)
    rows: list[Row] = []
    waiting = list(texts)
    for offset, parts in _by_origin(ranges):
        while waiting and offset is not None and waiting[0] < offset:
            silent = waiting.pop(0)
            rows.append(Row(silent, texts[silent], ()))
        if waiting and waiting[0] == offset:
            waiting.pop(0)
        text = "" if offset is None else texts[offset]
        lines = [line for part in parts for line in _lines(part, symbols)]
        rows.append(Row(offset, text, tuple(lines)))
    rows += [Row(offset, texts[offset], ()) for offset in waiting]
    return tuple(rows)


def runtime_listing(machine: Machine, name: str) -> tuple[str, ...]:
    """The lines of the runtime code that functions refer to by this name; `KeyError` when there is none."""
    symbols = _runtime_symbols(machine)
    return tuple(line for part in machine.runtime_image.ranges(name) for line in _lines(part, symbols))


def words_at(module: Module, offset: int) -> tuple[int, ...]:
    """The instruction words that the wasm instruction at this byte offset in the module became, in address order."""
    first = module.wasm.imported_funcs
    found: list[int] = []
    for index, code in enumerate(module.wasm.codes, first):
        if code.offset <= offset < code.offset + len(code.body):
            for part in module.ranges(index):
                if part.wasm_offset == offset and not part.is_data:
                    found += (int.from_bytes(part.code[i : i + 4], "little") for i in range(0, len(part.code), 4))
    return tuple(found)


def _by_origin(ranges: tuple[CodeRange, ...]) -> list[tuple[int | None, list[CodeRange]]]:
    """Neighbouring ranges of one wasm instruction together."""
    groups: list[tuple[int | None, list[CodeRange]]] = []
    for part in ranges:
        if groups and groups[-1][0] == part.wasm_offset:
            groups[-1][1].append(part)
        else:
            groups.append((part.wasm_offset, [part]))
    return groups


def _symbols(module: Module) -> Mapping[int, str]:
    """Names for addresses that code may refer to."""
    functions = {piece.entry: f"function {piece.symbol}" for piece in module.image.pieces}
    return {**_runtime_symbols(module.machine), **functions}


def _runtime_symbols(machine: Machine) -> dict[int, str]:
    return {piece.entry: str(piece.symbol) for piece in machine.runtime_image.pieces}


def _lines(part: CodeRange, symbols: Mapping[int, str]) -> list[str]:
    data = ((0, len(part.code)),) if part.is_data else ()
    inside = {address: name for address, name in symbols.items() if address != part.address}
    return listing(part.code, part.address, data, inside)
