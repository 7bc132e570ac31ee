"""The instruction words that the back ends emit: for singles, the corpus and a module of fusions."""

from array import array
from functools import cache

from jit.wasm.features import Features
from jit.wasm.opcodes import ROWS
from mitey_fuzz import subject
from mitey_fuzz.generate.single import single
from mitey_fuzz.store.corpus import load
from mitey_fuzz.subject_names import PREFIX

from .repository import ROOT
from .wat import wasm

FEATURES = Features.parse("wasm-2.0")
SHAPES = ("parameters", "mixed")

FUSIONS = """(module
  (memory 1)
  (func (param i32 i32 i64 i64 f64 f64) (result i64 f64 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (block (br_if 0 (i32.lt_s (local.get 0) (local.get 1))) (nop))
    (block (br_if 0 (i32.lt_u (local.get 0) (local.get 1))) (nop))
    (block (br_if 0 (i32.gt_u (local.get 0) (local.get 1))) (nop))
    (local.set 0 (select (local.get 0) (local.get 1) (i32.lt_s (local.get 0) (local.get 1))))
    (local.set 0 (select (local.get 0) (local.get 1) (i32.eq (local.get 0) (local.get 1))))
    (i64.add (local.get 2) (i64.shl (local.get 3) (i64.const 3)))
    (select (local.get 4) (local.get 5) (f64.lt (local.get 4) (local.get 5)))
    (i32.load offset=8 (i32.const 0))))"""
"""Instructions that take another's result along, and more locals than there are registers for."""


@cache
def emitted_words(backend: str) -> frozenset[int]:
    """All distinct words of runtime code and of compiled functions, inline data left out."""
    modules = [wasm(FUSIONS), *(entry.wasm for entry in load(ROOT / "corpus", FEATURES))]
    cases = (single(row, shape, FEATURES) for row in ROWS for shape in SHAPES)
    modules += [case.wasm for case in cases if case is not None]
    engine = subject.create(f"{PREFIX}{backend}", features=FEATURES)
    words: set[int] = set()
    for module in (None, *modules):
        for compiled in engine.code(module).values():
            data = {at for low, high in compiled.data for at in range(low >> 2, -(-high >> 2))}
            words.update(word for at, word in enumerate(array("I", compiled.code)) if at not in data)
    engine.close()
    return frozenset(words)
