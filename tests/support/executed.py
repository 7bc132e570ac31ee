"""Which rows a case runs to a result: a module rewritten to say so, executed by wasmtime.

A mutable global per row is set behind every instruction of it, before it where control leaves for good.
"""

from dataclasses import replace

from jit.wasm.body import Instr, assemble, const, expr, instruction, parse
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.module import Code, Export, ExternKind, Global, Module
from jit.wasm.opcodes import op
from jit.wasm.types import I32, GlobalType
from mitey_fuzz.case import Case
from oracles.protocol import Engine, Outcome, Trapped

_LEAVES = ("br", "br_table", "return", "unreachable")


def instrumented(module: Module) -> tuple[Module, list[str]]:
    """The module, and the names of its rows; row `n` sets the global exported as `ran:n`."""
    bodies = [parse(code.body) for code in module.codes]
    names = sorted({instr.op.name for body in bodies for instr in body})
    first = len(module.global_types)
    marks = {
        name: assemble([Instr(op("i32.const"), (1,)), Instr(op("global.set"), (first + n,))])
        for n, name in enumerate(names)
    }
    codes = []
    for code, body in zip(module.codes, bodies, strict=True):
        out = bytearray()
        for instr in body[:-1]:
            mark, own = marks[instr.op.name], instruction(instr.op, *instr.immediates)
            out += mark + own if instr.op.name in _LEAVES else own + mark
        codes.append(Code(code.locals, bytes(out) + instruction(op("end"))))
    flag = Global(GlobalType(I32, mutable=True), expr(const(I32, 0)))
    exports = tuple(Export(f"ran:{n}", ExternKind.GLOBAL, first + n) for n in range(len(names)))
    globals_ = module.globals + (flag,) * len(names)
    return replace(module, codes=tuple(codes), globals=globals_, exports=module.exports + exports), names


def run(case: Case, engine: Engine) -> list[Outcome]:
    """The outcome of every call; of the instantiation alone where that fails."""
    store = engine.open()
    for definition in case.imports:
        store.define(definition.module, definition.name, definition.item)
    instance = store.instantiate(case.wasm, deadline_s=20)
    if isinstance(instance, Outcome):
        store.close()
        return [instance]
    outcomes = [instance.call(call.export, call.args, deadline_s=20) for call in case.script]
    store.close()
    return outcomes


def rows_run(case: Case, features: Features, engine: Engine) -> set[str]:
    """Names of the rows that ran to a result; `unreachable`, which has none, where it trapped."""
    module, names = instrumented(decode(case.wasm, features))
    store = engine.open()
    for definition in case.imports:
        store.define(definition.module, definition.name, definition.item)
    instance = store.instantiate(encode(module), deadline_s=20)
    if isinstance(instance, Outcome):
        assert isinstance(instance, Trapped) or "does not fit" in str(instance), instance
        store.close()
        return set()
    for call in case.script:
        instance.call(call.export, call.args, deadline_s=20)
    ran = {name for n, name in enumerate(names) if instance.read_global(f"ran:{n}").bits}
    store.close()
    return ran
