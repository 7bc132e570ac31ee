"""Generated code beside the wasm it came from: what `dump` prints and reports quote."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from ..a64.listing import listing
from ..backend.link import CodeRange, Image
from ..wasm import body
from ..wasm.module import Module
from ..wasm.text_body import instr_text


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


def function_listing(module: Module, image: Image, runtime: Image, function: int) -> tuple[Row, ...]:
    """All instructions of a defined function with their code, in the order of the code.

    `image` is the module's code and `runtime` the code it refers to by name.  Instructions without code, those of
    unreachable code too, stand where they stand in the body.  `KeyError` for an imported function and for one that
    does not exist.
    """
    ranges = image.ranges(function)
    code = module.codes[function - module.imported_funcs]
    texts = {instr.offset: instr_text(instr) for instr in body.parse(code.body, code.offset)}
    symbols = _symbols(image, runtime)
    rows: list[Row] = []
    waiting = deque(texts)
    for offset, parts in _by_origin(ranges):
        while waiting and offset is not None and waiting[0] < offset:
            silent = waiting.popleft()
            rows.append(Row(silent, texts[silent], ()))
        if waiting and waiting[0] == offset:
            waiting.popleft()
        text = "" if offset is None else texts[offset]
        lines = [line for part in parts for line in _lines(part, symbols)]
        rows.append(Row(offset, text, tuple(lines)))
    rows += [Row(offset, texts[offset], ()) for offset in waiting]
    return tuple(rows)


def runtime_listing(runtime: Image, name: str) -> tuple[str, ...]:
    """The lines of the runtime code that functions refer to by this name; `KeyError` when there is none."""
    symbols = _symbols(runtime)
    return tuple(line for part in runtime.ranges(name) for line in _lines(part, symbols))


def words_of(module: Module, image: Image, offset: int) -> tuple[int, ...]:
    """The instruction words that the wasm instruction at this byte offset in the module became, in address order."""
    found: list[int] = []
    for index, code in enumerate(module.codes, module.imported_funcs):
        if code.offset <= offset < code.offset + len(code.body):
            for part in image.ranges(index):
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


def _symbols(*images: Image) -> Mapping[int, str]:
    """Names for addresses that code may refer to."""
    names: dict[int, str] = {}
    for image in images:
        for piece in image.pieces:
            name = piece.symbol if isinstance(piece.symbol, str) else f"function {piece.symbol}"
            names[piece.entry] = name
            if piece.fast:
                names[piece.fast] = f"{name} fast"
    return names


def _lines(part: CodeRange, symbols: Mapping[int, str]) -> list[str]:
    data = ((0, len(part.code)),) if part.is_data else ()
    inside = {address: name for address, name in symbols.items() if address != part.address}
    return listing(part.code, part.address, data, inside)
