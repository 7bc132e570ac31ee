"""One instruction at a time: every numeric and memory row, its operands in every location a compiler tells apart.

Nothing is drawn here: the cases are the same every time, a systematic floor below the random generator.  A case has one
row in one shape; its functions differ by constant or offset, its script runs boundary values through all of them.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import product
from math import prod
from typing import NamedTuple

from jit.wasm.body import const, expr, instruction
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.module import Code, Data, Export, ExternKind, Mode, Module
from jit.wasm.opcodes import ROWS, Family, Op, op
from jit.wasm.types import BY_LETTER, I32, PAGE, Limits, MemoryType, Value

from ..case import Call, Case
from .candidates import NUMERIC, constant, letters
from .emit import ELSE, END, IF, LOCAL_GET, LOCAL_SET, SELECT, i32_const, plain
from .literals import float_bits, shift_counts
from .plan import func_type
from .terminate import export_all

_ONE = {"f": float_bits("f", 0), "d": float_bits("d", 0)}


def _numbers(letter: str) -> tuple[int, ...]:
    """A few boundary values: small enough that pairs of them are a short script."""
    bits = BY_LETTER[letter].bits
    if letter in _ONE:
        one, infinity = _ONE[letter], float_bits(letter, 128 if letter == "f" else 1024)
        sign, quiet = 1 << bits - 1, 1 << (22 if letter == "f" else 51)
        edges = (float_bits(letter, 31), float_bits(letter, 63) - 1)
        return (0, sign, one, sign | one | 1, 1, infinity, sign | infinity, infinity | quiet, infinity | 1, *edges)
    sign, mask = 1 << bits - 1, (1 << bits) - 1
    return (0, 1, mask, sign, sign - 1, bits - 1, bits, 0x80, 0xFFFF & mask, 0x5555_AAAA_0000_8001 & mask)


_ADDRESSES = (0, 1, 7, PAGE - 16, PAGE - 8, PAGE - 4, PAGE - 2, PAGE - 1, PAGE, 1 << 31, (1 << 32) - 1)
_OFFSETS = (0, 1, 8, 255, 256, 4095, 16380, 32760, PAGE - 8, (1 << 32) - 8)


class _Form(NamedTuple):
    """A function around the row: parameter letters, letters of its own locals, result letters, code without `end`."""

    params: str
    locals: str
    results: str
    code: bytes


class _Row(NamedTuple):
    """A row with its immediates: what shapes are made from."""

    params: str
    results: str
    code: bytes


def _gets(count: int) -> bytes:
    return b"".join(LOCAL_GET[:count])


def _params(row: _Row) -> list[_Form]:
    """Every operand a parameter."""
    return [_Form(row.params, "", row.results, _gets(len(row.params)) + row.code)]


def _interesting(letter: str) -> tuple[int, ...]:
    if letter in "il":
        edges = (0xFFF, 0x1000, 0xFFF000, 0xFF00FF, 0x12345, *shift_counts(letter))
        return (*_numbers(letter), *edges)
    return _numbers(letter)


def _last_constant(row: _Row) -> list[_Form]:
    """The operand on top a constant, the others parameters."""
    rest, last = row.params[:-1], row.params[-1]
    return [
        _Form(rest, "", row.results, _gets(len(rest)) + constant(last, bits) + row.code) for bits in _interesting(last)
    ]


def _first_constant(row: _Row) -> list[_Form]:
    """The lowest operand a constant, the others parameters."""
    first, rest = row.params[0], row.params[1:]
    if not rest:
        return []
    return [
        _Form(rest, "", row.results, constant(first, bits) + _gets(len(rest)) + row.code) for bits in _numbers(first)
    ]


def _constants(row: _Row) -> list[_Form]:
    """Every operand a constant: the form that compilers fold."""
    pools = [_numbers(letter)[:6] for letter in row.params]
    return [
        _Form("", "", row.results, b"".join(map(constant, row.params, bits)) + row.code) for bits in product(*pools)
    ]


def _same(row: _Row) -> list[_Form]:
    """Every operand the same local."""
    letter = row.params[0]
    if len(row.params) < 2 or row.params.strip(letter):
        return []
    return [_Form(letter, "", row.results, LOCAL_GET[0] * len(row.params) + row.code)]


def _overwritten(row: _Row) -> list[_Form]:
    """Operands read from locals that are written before the row runs; what they hold then is seen as well."""
    sets = b"".join(constant(letter, _numbers(letter)[2]) + LOCAL_SET[k] for k, letter in enumerate(row.params))
    count = len(row.params)
    last = LOCAL_GET[count - 1]
    if not row.results:
        return [_Form(row.params, "", row.params[-1], _gets(count) + sets + row.code + last)]
    own = row.results[0]
    code = _gets(count) + sets + row.code + LOCAL_SET[count] + last + plain("drop") + LOCAL_GET[count]
    return [_Form(row.params, own, row.results, code)]


def _crowded(row: _Row) -> list[_Form]:
    """Operands read early, then 20 integers and 28 floats on top of one another, all live across the row."""
    count = len(row.params)
    integers = b"".join(LOCAL_GET[count] + i32_const(k) + plain("i32.add") for k in range(20))
    floats = b"".join(LOCAL_GET[count + 1] + constant("d", k) + plain("f64.add") for k in range(28))
    folds = plain("f64.add") * 27 + plain("i64.reinterpret_f64") + plain("i32.wrap_i64") + plain("i32.add") * 20
    keep = LOCAL_SET[count + 2] if row.results else b""
    code = integers + floats + _gets(count) + row.code + keep + folds
    if not row.results:
        return [_Form(row.params + "id", "", "i", code)]
    return [_Form(row.params + "id", row.results, row.results, code + LOCAL_SET[count] + LOCAL_GET[count + 2])]


def _dirty(row: _Row) -> list[_Form]:
    """32-bit integer operands cut from 64-bit ones, so that a register's upper half holds something."""
    if "i" not in row.params:
        return []
    wrap = plain("i32.wrap_i64")
    code = b"".join(LOCAL_GET[k] + (wrap if letter == "i" else b"") for k, letter in enumerate(row.params))
    return [_Form(row.params.replace("i", "l"), "", row.results, code + row.code)]


def _extended(row: _Row) -> list[_Form]:
    """A 32-bit result widened at once, both ways: its upper half must not show."""
    if row.results != "i":
        return []
    return [
        _Form(row.params, "", "l", _gets(len(row.params)) + row.code + plain(f"i64.extend_i32_{sign}")) for sign in "su"
    ]


def _condition(row: _Row) -> list[_Form]:
    """An i32 result consumed as a condition: by `select`, `if`, `br_if` and behind a block."""
    if row.results != "i":
        return []
    head = _gets(len(row.params)) + row.code
    ways = (
        i32_const(10) + i32_const(20) + head + SELECT,
        head + IF + bytes((I32.code,)) + i32_const(1) + ELSE + i32_const(2) + END,
        i32_const(3) + head + instruction(op("br_if"), 0) + plain("drop") + i32_const(4),
        i32_const(10) + i32_const(20) + head + instruction(op("block"), -0x40) + plain("nop") + END + SELECT,
        head + plain("i32.eqz") + IF + bytes((I32.code,)) + i32_const(5) + ELSE + i32_const(6) + END,
    )
    return [_Form(row.params, "", "i", code) for code in ways]


SHAPES: dict[str, Callable[[_Row], list[_Form]]] = {
    "parameters": _params,
    "last constant": _last_constant,
    "first constant": _first_constant,
    "constants": _constants,
    "same local": _same,
    "overwritten locals": _overwritten,
    "under pressure": _crowded,
    "dirty upper half": _dirty,
    "extended": _extended,
    "condition": _condition,
}
"""Where operands come from, and where the result goes."""

_MEMORY = (Family.LOAD, Family.STORE)
MOST_CALLS = 100


def _rows(row: Op) -> list[_Row]:
    assert row.params is not None
    assert row.results is not None
    params, results = letters(row.params), letters(row.results)
    if row.family in _MEMORY:
        return [_Row(params, results, instruction(row, 0, offset)) for offset in _OFFSETS]
    return [_Row(params, results, instruction(row))]


def _script(forms: list[_Form], *, addresses: bool) -> tuple[Call, ...]:
    """Boundary values through every function, thinned out evenly where they are many."""
    calls = []
    for index, form in enumerate(forms):
        pools = [_values(letter, _numbers(letter)) for letter in form.params]
        if addresses and form.params:
            pools[0] = _values(form.params[0], _ADDRESSES)
        count = prod(map(len, pools))
        stride = max(1, count * len(forms) // MOST_CALLS) | 1  # odd: no operand stands still
        calls += [Call(f"f{index}", _combination(pools, which)) for which in range(0, count, stride)]
    return tuple(calls)


def _combination(pools: Sequence[tuple[Value, ...]], which: int) -> tuple[Value, ...]:
    """One of all the ways to take a value from each pool."""
    args = []
    for pool in pools:
        which, place = divmod(which, len(pool))
        args.append(pool[place])
    return tuple(args)


@cache
def _values(letter: str, pool: tuple[int, ...]) -> tuple[Value, ...]:
    return tuple(Value(BY_LETTER[letter], bits) for bits in pool)


def single(row: Op, shape: str) -> Case | None:
    """The case of a row in one of `SHAPES`; None where the row has no such shape."""
    in_memory = row.family in _MEMORY
    forms = [form for described in _rows(row) for form in SHAPES[shape](described)]
    if not forms:
        return None
    types = list(dict.fromkeys((form.params, form.results) for form in forms))
    module = Module(
        types=tuple(func_type(*signature) for signature in types),
        functions=tuple(types.index((form.params, form.results)) for form in forms),
        memories=(MemoryType(Limits(1, 1)),) if in_memory else (),
        exports=tuple(Export(f"f{index}", ExternKind.FUNC, index) for index in range(len(forms))),
        codes=tuple(Code(tuple((1, BY_LETTER[letter]) for letter in form.locals), form.code + END) for form in forms),
        datas=_datas() if in_memory else (),
    )
    return Case(encode(export_all(module)), _script(forms, addresses=in_memory))


def _datas() -> tuple[Data, ...]:
    """Bytes to be found at both ends of the page."""
    content = bytes((37 * k + 0x81) & 0xFF for k in range(24))
    return tuple(Data(Mode.ACTIVE, content, 0, expr(const(I32, start))) for start in (0, PAGE - len(content)))


def singles(features: Features) -> Iterator[tuple[str, Case]]:
    """Every numeric and memory row of these features in every shape, with a name: `i32.add, same local`."""
    for row in ROWS:
        scalar = row.params is not None and all(t.is_num for t in (*row.params, *(row.results or ())))
        if not scalar or not row.params or not features.has(row.feature) or row.family not in (*NUMERIC, *_MEMORY):
            continue
        for shape in SHAPES:
            case = single(row, shape)
            if case is not None:
                yield f"{row.name}, {shape}", case
