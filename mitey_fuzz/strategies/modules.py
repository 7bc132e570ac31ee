"""Values, functions, modules and scripts as strategies."""

from collections.abc import Sequence
from functools import cache

from hypothesis import strategies as st

from jit.wasm.body import const, expr
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2, Features
from jit.wasm.module import Code, Export, ExternKind, Global, Module
from jit.wasm.types import BY_LETTER, F32, F64, I32, I64, NULL, GlobalType, Limits, MemoryType, ValType, Value

from ..case import Call
from ..generate import export_all
from ..generate.candidates import letters
from ..generate.literals import POOLS
from ..generate.plan import Types
from .bodies import DEEPEST, Scope, body

NUMBERS = (I32, I64, F32, F64)
MOST_FUNCTIONS = 3

Signature = tuple[str, str]
"""Letters of parameters and results."""


def values(*types: ValType) -> st.SearchStrategy[Value]:
    """Values of one of these types, by default of the four number types; interesting ones half of the time.

    References are null.  Shrinks towards the first type and towards zero.
    """
    return st.one_of([_values(kind) for kind in types or NUMBERS])


@cache
def _values(kind: ValType) -> st.SearchStrategy[Value]:
    if kind.is_ref:
        return st.just(Value(kind, NULL))
    bits = st.one_of(st.sampled_from(POOLS[kind.letter]), st.integers(0, (1 << kind.bits) - 1))
    return bits.map(lambda drawn: Value(kind, drawn))


def functions(
    params: Sequence[ValType] = (I32,), results: Sequence[ValType] = (I32,), features: Features = WASM_2
) -> st.SearchStrategy[bytes]:
    """Modules without imports whose one function, exported as `f0`, has this type.

    The module has a memory and a few globals, all exported, so that what the function does besides can be seen.
    """
    return _modules(features, (letters(params), letters(results)))


def modules(features: Features = WASM_2) -> st.SearchStrategy[bytes]:
    """Modules without imports, of up to three functions `f0`, `f1`, …, that use at most these features.

    They export their functions and their whole state.
    """
    return _modules(features, None)


def _some(features: Features, most: int) -> st.SearchStrategy[str]:
    """Up to `most` type letters, i32 the simplest."""
    types = "ildf" + "v" * features.simd + "re" * features.reference_types
    return st.lists(st.sampled_from(types), max_size=most).map("".join)


@st.composite
def _modules(draw: st.DrawFn, features: Features, only: Signature | None) -> bytes:
    """Modules with one function of this signature, or with some; each calls those before it at most."""
    globals_ = draw(_some(features, 2))
    has_memory = draw(st.booleans())
    signatures: list[Signature] = []
    codes: list[Code] = []
    while len(codes) < (MOST_FUNCTIONS if only is None else 1):
        function = draw(_function(features, only, globals_, tuple(signatures), has_memory=has_memory))
        if function is None:
            break
        signatures.append(function[0])
        codes.append(function[1])
    return _assembled(signatures, globals_, codes, has_memory=has_memory)


@st.composite
def _function(
    draw: st.DrawFn,
    features: Features,
    signature: Signature | None,
    globals_: str,
    earlier: tuple[Signature, ...],
    *,
    has_memory: bool,
) -> tuple[Signature, Code] | None:
    """One more function; None if there is to be no more.

    That is drawn here, and so is the signature where none is given, because Hypothesis shrinks by leaving out what one
    strategy drew: so a function goes and those behind it stay as they are.
    """
    if earlier and not draw(st.booleans()):
        return None
    if signature is None:
        signature = draw(_some(features, 2)), draw(_some(features, 2 if features.multi_value else 1))
    params, results = signature
    own = draw(_some(features, 2))
    scope = Scope(features, params + own, globals_, earlier, has_memory)
    handled = "".join(dict.fromkeys("i" + params + own + globals_ + results))
    code = draw(body(scope, handled, results))
    return signature, Code((*((1, BY_LETTER[letter]) for letter in own), (DEEPEST, I32)), code)


def _assembled(signatures: Sequence[Signature], globals_: str, codes: list[Code], *, has_memory: bool) -> bytes:
    types = Types()
    functions = tuple([types.index(*signature) for signature in signatures])
    kinds = [BY_LETTER[letter] for letter in globals_]
    module = Module(
        types=types.section(),
        functions=functions,
        memories=(MemoryType(Limits(1, 1)),) if has_memory else (),
        globals=tuple(
            Global(GlobalType(kind, mutable=True), expr(const(kind, NULL if kind.is_ref else 0))) for kind in kinds
        ),
        exports=tuple(Export(f"f{index}", ExternKind.FUNC, index) for index in range(len(signatures))),
        codes=tuple(codes),
    )
    return encode(export_all(module))


def scripts(wasm: bytes, features: Features = WASM_2, *, most: int = 5) -> st.SearchStrategy[tuple[Call, ...]]:
    """Sequences of at most `most` calls of a module's exported functions, with arguments of their types."""
    module = decode(wasm, features)
    calls = [
        st.builds(Call, st.just(export.name), st.tuples(*map(_values, module.func_types[export.index].params)))
        for export in module.exports
        if export.kind is ExternKind.FUNC
    ]
    return st.lists(st.one_of(calls), max_size=most).map(tuple) if calls else st.just(())
