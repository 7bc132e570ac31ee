"""Listings of what the minimal back end generates, as the files under `tests/codegen/minimal` keep them.

Addresses are left out and places get names, so that a listing changes exactly when the code does.
"""

from collections.abc import Iterator, Mapping

from jit.a64.listing import disassemble, target_of
from jit.backend.code import CodegenOptions, Compiled, Symbol
from jit.backend.minimal import MinimalBackend
from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.text_body import instr_text
from jit.wasm.validate import validate


def compile_all(wasm: bytes, options: CodegenOptions | None = None) -> dict[int, Compiled]:
    """The defined functions of a module, by index."""
    backend = MinimalBackend()
    module = decode(wasm, backend.features)
    sink = backend.sink(module, options or CodegenOptions())
    functions: dict[int, Compiled] = {}

    def take(index: int) -> None:
        functions[index] = sink.take()

    validate(module, backend.features, sink, take)
    return functions


def list_functions(wasm: bytes) -> list[str]:
    """Every function: its wasm instructions at the margin, what they became indented below them."""
    module = decode(wasm, MinimalBackend.features)
    lines: list[str] = []
    for index, compiled in compile_all(wasm).items():
        code = module.codes[index - module.imported_funcs]
        sources = {instr.offset: instr_text(instr) for instr in parse(code.body, code.offset)}
        lines += [f"function {index}:", *list_code(compiled, sources)]
    return lines


def list_code(compiled: Compiled, sources: Mapping[int, str] | None = None) -> Iterator[str]:
    """A piece of code; `sources` are the texts of wasm instructions by offset."""
    words = dict(disassemble(compiled.code, 0, compiled.data))
    symbols: dict[int, Symbol] = dict(compiled.relocs)
    origins = dict(compiled.origins)
    bases = [start for start, _ in compiled.data]
    targets = {at: _target(compiled, bases, at, text) for at, text in words.items() if at not in symbols}
    labels = {target: f"L{i}" for i, target in enumerate(sorted({t for t in targets.values() if t is not None}), 1)}
    traps = dict(compiled.traps)
    for at, text in words.items():
        if at in labels:
            yield f"  {labels[at]}:"
        if at in origins and sources is not None:
            yield f"  {sources[origins[at]]}"
        if at in symbols:
            text = f"{text.split()[0]} <{_name(symbols[at])}>"
        elif (target := targets[at]) is not None:
            text = (".word " if text.startswith(".word") else text.rpartition("#")[0]) + labels[target]
        if at in traps:
            text += f"  ; {traps[at].value}"
        yield f"      {text}"


def _target(compiled: Compiled, bases: list[int], at: int, text: str) -> int | None:
    """What an instruction branches to, or an entry of a branch table means: a distance from the table's start."""
    word = int.from_bytes(compiled.code[at : at + 4], "little")
    if not text.startswith(".word"):
        return target_of(word, at)
    base = max(start for start in bases if start <= at)
    target = base + (word ^ 1 << 31) - (1 << 31)
    return target if 0 <= target <= len(compiled.code) and target % 4 == 0 else None  # else a constant


def _name(symbol: Symbol) -> str:
    return f"function {symbol}" if isinstance(symbol, int) else symbol
