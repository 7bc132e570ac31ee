"""Listings of what the baseline back end generates, as the files under `tests/codegen/baseline` keep them."""

from jit.backend.baseline import BaselineBackend
from jit.backend.code import CodegenOptions, Compiled
from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.text_body import instr_text
from jit.wasm.validate import validate
from support.minimal_listing import list_code


def list_functions(wasm: bytes) -> list[str]:
    """Every function: its wasm instructions at the margin, what they became indented below them."""
    backend = BaselineBackend()
    module = decode(wasm, backend.features)
    sink = backend.sink(module, CodegenOptions(probe_stores=False, paranoid=True))
    functions: list[tuple[int, Compiled]] = []
    validate(module, backend.features, sink, lambda index: functions.append((index, sink.take())))
    lines: list[str] = []
    for index, compiled in functions:
        code = module.codes[index - module.imported_funcs]
        sources = {instr.offset: instr_text(instr) for instr in parse(code.body, code.offset)}
        lines += [f"function {index}:", *list_code(compiled, sources)]
    return lines
