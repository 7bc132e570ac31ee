"""Values, functions, modules and scripts as strategies."""

from collections.abc import Sequence
from functools import cache

from hypothesis import strategies as st

from jit.wasm.decode import decode
from jit.wasm.features import WASM_2, Features
from jit.wasm.module import ExternKind, Import
from jit.wasm.types import F32, F64, I32, I64, NULL, ValType, Value

from ..case import Call
from ..generate.candidates import letters
from . import ways
from .body import DEEPEST, Body, most_results, some
from .computed import bits
from .draft import CONTENTS, Draft, Signature
from .drawing import Drawing

NUMBERS = (I32, I64, F32, F64)
MOST_FUNCTIONS = 4
STARTS = 8
"""Of so many choices, one makes the last function of type `[] -> []` the start function."""


def values(*types: ValType) -> st.SearchStrategy[Value]:
    """Values of one of these types, by default of the four number types; interesting ones half of the time.

    References are null.  Shrinks towards the first type and towards zero.
    """
    return st.one_of([_values(kind) for kind in types or NUMBERS])


@cache
def _values(kind: ValType) -> st.SearchStrategy[Value]:
    if kind.is_ref:
        return st.just(Value(kind, NULL))
    return bits(kind.letter).map(lambda drawn: Value(kind, drawn))


def functions(
    params: Sequence[ValType] = (I32,),
    results: Sequence[ValType] = (I32,),
    features: Features = WASM_2,
    *,
    imports: Sequence[Import] = (),
) -> st.SearchStrategy[bytes]:
    """Modules whose one function, exported as `f0`, has this type; it calls nothing but what it imports.

    Memory, tables and globals, of which the module has what the function mentions, are exported, so that what it does
    besides can be seen.
    """
    return _modules(features, tuple(imports), (letters(params), letters(results)))


def modules(features: Features = WASM_2, *, imports: Sequence[Import] = ()) -> st.SearchStrategy[bytes]:
    """Modules of up to four functions `f0`, `f1`, …, that use at most these features; the last may call all others.

    They import nothing but some of `imports`: give those that your tests can provide, of memories one at most.  (Any
    `type_index` will do.)  They export their functions and their whole state.  Some have a start function, which may
    trap as any other.
    """
    return _modules(features, tuple(imports), None)


@st.composite
def _modules(draw: st.DrawFn, features: Features, imports: tuple[Import, ...], only: Signature | None) -> bytes:
    """Modules with one function of this signature, or with several."""
    drawing = Drawing(draw)
    imported = [item for item in imports if drawing.below(2)]
    draft = Draft(features, imported, 1 if only else MOST_FUNCTIONS, drawing.one(CONTENTS))
    params, results = only or (
        drawing.one(some(features, 2)),
        drawing.one(some(features, most_results(features))),
    )
    Body(draft, drawing, ways, params, results, DEEPEST).finish()
    if only is None and drawing.below(STARTS) == STARTS - 1:
        draft.start_with_last()
    return draft.assembled()


def scripts(wasm: bytes, features: Features = WASM_2, *, most: int = 5) -> st.SearchStrategy[tuple[Call, ...]]:
    """Sequences of at most `most` calls of a module's exported functions, with arguments of their types."""
    module = decode(wasm, features)
    calls = [
        st.builds(Call, st.just(export.name), st.tuples(*map(_values, module.func_types[export.index].params)))
        for export in module.exports
        if export.kind is ExternKind.FUNC
    ]
    return st.lists(st.one_of(calls), max_size=most).map(tuple) if calls else st.just(())
