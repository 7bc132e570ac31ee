"""Modules share a compiler, and nothing of one gets into another's code."""

from jit.backend.baseline import BaselineBackend
from jit.backend.code import CodegenOptions, Compiled
from jit.wasm.decode import decode
from jit.wasm.validate import validate
from support.wat import wasm

TEXTS = (
    "(global i32 (i32.const 1)) (global i32 (i32.const 2)) (func (result i32) (global.get 1))",
    """(import "" "" (func)) (import "" "" (global i32)) (global i32 (i32.const 3))
       (func (result i32) (call 0) (global.get 1)) (func (result i32) (global.get 0))""",
    "(func (param v128) (result v128) (local.get 0)) (func (param v128) (call 1 (local.get 0)))",
)


def compiled(backend: BaselineBackend, text: str, options: CodegenOptions) -> list[Compiled]:
    module = decode(wasm(f"(module {text})"), backend.features)
    sink = backend.sink(module, options)
    taken: list[Compiled] = []
    validate(module, backend.features, sink, lambda _: taken.append(sink.take()))
    return taken


def test_what_a_module_becomes_does_not_depend_on_others() -> None:
    options = CodegenOptions()
    shared = BaselineBackend()
    alone = [compiled(BaselineBackend(), text, options) for text in TEXTS]
    assert [compiled(shared, text, options) for text in TEXTS] == alone
    assert [compiled(shared, text, options) for text in reversed(TEXTS)] == alone[::-1]


def test_two_modules_can_be_under_way() -> None:
    backend, options = BaselineBackend(), CodegenOptions()
    modules = [decode(wasm(f"(module {text})"), backend.features) for text in TEXTS]
    sinks = [backend.sink(module, options) for module in modules]
    for module, sink, text in reversed(list(zip(modules, sinks, TEXTS, strict=True))):
        taken: list[Compiled] = []
        validate(module, backend.features, sink, lambda _, sink=sink, taken=taken: taken.append(sink.take()))
        assert taken == compiled(BaselineBackend(), text, options)


def test_other_options_get_a_compiler_of_their_own() -> None:
    backend = BaselineBackend()
    text = "(memory 1) (func (i32.store (i32.const 0) (i32.const 1)))"
    plain, probing = CodegenOptions(probe_stores=False), CodegenOptions(probe_stores=True)
    first = compiled(backend, text, plain)
    probed = compiled(backend, text, probing)
    assert first == compiled(backend, text, plain)
    assert len(probed[0].code) == len(first[0].code) + 4
