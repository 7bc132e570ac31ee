"""What the composer writes inline: locals with and without a home, globals, constants, `drop`; every type of each."""

from collections.abc import Iterator, Sequence

import pytest

from jit import Engine
from jit.runtime.instance import Instance
from jit.wasm.types import EXTERNREF, F32, F64, I32, I64, V128, ValType, Value
from support.wat import wasm

TYPES = (I32, V128, F64, EXTERNREF, I64, V128, F32, F32, I64, I32)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(backend="minimal", host="emulator") as engine:
        yield engine


def _instance(engine: Engine, text: str) -> Instance:
    return engine.instantiate(engine.compile(wasm(text)))


def _types(count: int) -> list[ValType]:
    return [TYPES[n % len(TYPES)] for n in range(count)]


def _names(types: Sequence[ValType]) -> str:
    return " ".join(type.name for type in types)


def _values(types: Sequence[ValType]) -> list[Value]:
    """Values that differ in every byte, also between neighbours."""
    pattern = 0x1F2E3D4C5B6A79880102030405060708
    return [Value(type, (pattern * (2 * n + 1)) & (1 << type.bits - 1) - 1) for n, type in enumerate(types)]


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 10, 11, 12, 13, 40, 130])
def test_locals_keep_their_values_across_calls_that_use_the_same_places(engine: Engine, count: int) -> None:
    """Every parameter goes to a local by `set` or `tee`, a call in between makes a mess of all that may be changed."""
    types = _types(count)
    moves = " ".join(
        f"(local.get {n}) " + (f"(local.set {n + count})" if n % 2 else f"(local.tee {n + count}) drop")
        for n in range(count)
    )
    mess = " ".join(f"(local.get {count - 1 - types[::-1].index(types[n])}) (local.set {n})" for n in range(count))
    returned = " ".join(f"(local.get {n + count})" for n in range(count))
    arguments = " ".join(f"(local.get {n})" for n in range(count))
    instance = _instance(
        engine,
        f"""(func $mess (param {_names(types)}) {mess})
            (func (export "f") (param {_names(types)}) (result {_names(types)}) (local {_names(types)})
              {moves} {arguments} (call $mess) {returned})""",
    )
    assert list(instance.invoke("f", _values(types))) == _values(types)


def test_locals_that_are_not_parameters_start_at_zero(engine: Engine) -> None:
    types = [type for type in _types(30) if type is not EXTERNREF]
    fill = " ".join(f"(local.set {n} ({'v128.const i64x2 -1' if type is V128 else f'{type.name}.const'} -1))"
                    for n, type in enumerate(types))  # fmt: skip
    instance = _instance(
        engine,
        f"""(func $fill (export "fill") (local {_names(types)}) {fill})
            (func (export "f") (result {_names(types)}) (local {_names(types)}) (call $fill)
              {" ".join(f"(local.get {n})" for n in range(len(types)))})""",
    )
    instance.call("fill")
    assert list(instance.invoke("f")) == [Value(type, 0) for type in types]


@pytest.mark.parametrize("imported", [True, False])
def test_globals_of_every_type_keep_their_bits(engine: Engine, imported: bool) -> None:
    types = _types(10)
    names = [f"g{n}" for n in range(len(types))]
    defined = "".join(
        f'(global (export "{name}") (mut {type.name}) ({_zero(type)}))' for name, type in zip(names, types, strict=True)
    )
    accesses = "".join(
        f'(func (export "set-{name}") (param {type.name}) (global.set {n} (local.get 0)))'
        f'(func (export "get-{name}") (result {type.name}) (global.get {n}))'
        for n, (name, type) in enumerate(zip(names, types, strict=True))
    )
    if imported:
        other = _instance(engine, defined)
        text = "".join(
            f'(import "m" "{name}" (global (mut {type.name})))' for name, type in zip(names, types, strict=True)
        )
        instance = engine.instantiate(engine.compile(wasm(text + accesses)), {"m": other.exports})
    else:
        instance = _instance(engine, defined + accesses)
    for name, value in zip(names, _values(types), strict=True):
        instance.invoke(f"set-{name}", [value])
    for name, value in zip(names, _values(types), strict=True):
        assert instance.invoke(f"get-{name}") == (value,)


def _zero(type: ValType) -> str:
    if type is V128:
        return "v128.const i64x2 0 0"
    return "ref.null extern" if type is EXTERNREF else f"{type.name}.const 0"


@pytest.mark.parametrize(
    "bits", [0, 1, (1 << 128) - 1, 0x3FF0000000000000 << 64, 0xFEDCBA98765432100123456789ABCDEF, 0x80 << 120]
)
def test_vector_constants_and_shuffles_get_all_their_bits(engine: Engine, bits: int) -> None:
    content = " ".join(str(byte) for byte in bits.to_bytes(16, "little"))
    chosen = [byte & 31 for byte in bits.to_bytes(16, "little")]
    instance = _instance(
        engine,
        f"""(func (export "const") (result v128) (v128.const i8x16 {content}))
            (func (export "shuffle") (param v128 v128) (result v128)
              (i8x16.shuffle {" ".join(map(str, chosen))} (local.get 0) (local.get 1)))""",
    )
    assert instance.invoke("const") == (Value(V128, bits),)
    table = bytes(range(100, 132))
    halves = [Value(V128, int.from_bytes(half, "little")) for half in (table[:16], table[16:])]
    (result,) = instance.invoke("shuffle", halves)
    assert list(result.bits.to_bytes(16, "little")) == [100 + lane for lane in chosen]


def test_neighbouring_pushes_are_not_joined_across_a_label(engine: Engine) -> None:
    """A branch back to the loop must push the second local alone, and one to the block's end the third."""
    instance = _instance(
        engine,
        """(func (export "loop") (param i32 i32) (result i32)
             (local.get 0)
             (loop (param i32) (result i32)
               (local.get 1) i32.add
               (local.set 0 (i32.add (local.get 0) (i32.const 1)))
               (br_if 0 (i32.lt_u (local.get 0) (i32.const 5)))))
           (func (export "block") (param i32 i32) (result i32)
             (block (result i32) (br_if 0 (i32.const 7) (local.get 0)) drop (local.get 0))
             (local.get 1) i32.add)
           (func (export "three") (param i32 i32 i32) (result i32)
             (local.get 0) (local.get 1) (local.get 2) i32.sub i32.sub)""",
    )
    assert instance.call("loop", 0, 10) == 50
    assert [instance.call("block", n, 10) for n in (0, 1)] == [10, 17]
    assert instance.call("three", 1, 20, 300) == 1 - (20 - 300)
