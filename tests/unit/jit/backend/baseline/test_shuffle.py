"""Shuffles: every pattern that is one instruction, and those that are looked up."""

import random
from collections.abc import Iterator

import pytest

import jit
from jit.backend.baseline.vector_shuffle import PATTERNS
from support.baseline_listing import list_functions
from support.wat import wasm

A = int.from_bytes(bytes(range(0x10, 0x20)), "little")
B = int.from_bytes(bytes(range(0xA0, 0xB0)), "little")
BYTES = (A | B << 128).to_bytes(32, "little")

Lanes = tuple[int, ...]


@pytest.fixture(scope="module")
def engine() -> Iterator[jit.Engine]:
    with jit.Engine("baseline", paranoid=True) as made:
        yield made


def shuffled(engine: jit.Engine, shuffles: list[Lanes], operands: str) -> list[int]:
    """What each of the shuffles makes of two operands."""
    functions = "".join(
        f'(func (export "{n}") (param v128 v128) (result v128) (i8x16.shuffle {" ".join(map(str, lanes))} {operands}))'
        for n, lanes in enumerate(shuffles)
    )
    instance = engine.instantiate(engine.compile(wasm(functions)))
    results = [instance.call(str(n), A, B) for n in range(len(shuffles))]
    return [result for result in results if isinstance(result, int)]


def right(lanes: Lanes, source: bytes = BYTES) -> int:
    return int.from_bytes(bytes(source[lane] for lane in lanes), "little")


def some() -> list[Lanes]:
    """Shuffles in no order, of both operands, of one, and nearly a pattern."""
    draw = random.Random(5)
    mixed = [tuple(draw.randrange(32) for _ in range(16)) for _ in range(40)]
    single = [tuple(start + draw.randrange(16) for _ in range(16)) for start in (0, 16) for _ in range(10)]
    nearly = [(*lanes[:15], lanes[15] ^ 1) for lanes in PATTERNS]
    return [*mixed, *single, *nearly, tuple(range(16)), tuple(range(16, 32))]


def test_every_pattern_is_one_instruction_that_gives_its_lanes(engine: jit.Engine) -> None:
    patterns = list(PATTERNS)
    assert len(patterns) > 200
    assert shuffled(engine, patterns, "(local.get 0) (local.get 1)") == [right(lanes) for lanes in patterns]


def test_the_patterns_that_compilers_make_are_known() -> None:
    reverse_words = tuple(lane + byte for lane in (4, 0, 12, 8) for byte in range(4))
    interleave = tuple(byte for n in range(8) for byte in (n, 16 + n))
    even_words = tuple(4 * n + byte for n in (0, 2, 4, 6) for byte in range(4))
    broadcast = (4, 5, 6, 7) * 4
    window = tuple(range(3, 19))
    swap_halves = (*range(8, 16), *range(8))
    for lanes in (reverse_words, interleave, even_words, broadcast, window, swap_halves):
        assert lanes in PATTERNS


def test_all_other_shuffles_are_looked_up(engine: jit.Engine) -> None:
    shuffles = some()
    assert shuffled(engine, shuffles, "(local.get 0) (local.get 1)") == [right(lanes) for lanes in shuffles]


def test_operands_may_be_computed_or_the_same(engine: jit.Engine) -> None:
    """In neighbouring registers, or in one."""
    shuffles = some()[:60]
    inverted = bytes(0xFF ^ byte for byte in BYTES)
    computed = shuffled(engine, shuffles, "(v128.not (local.get 0)) (v128.not (local.get 1))")
    assert computed == [right(lanes, inverted) for lanes in shuffles]
    twice = shuffled(engine, shuffles, "(local.get 0) (local.get 0)")
    assert twice == [right(lanes, BYTES[:16] * 2) for lanes in shuffles]


def test_zeros_need_no_register(engine: jit.Engine) -> None:
    zero = "(v128.const i64x2 0 0)"
    shuffles = some()[:60]
    assert shuffled(engine, shuffles, f"(local.get 0) {zero}") == [right(s, BYTES[:16] + bytes(16)) for s in shuffles]
    assert shuffled(engine, shuffles, f"{zero} (local.get 1)") == [right(s, bytes(16) + BYTES[16:]) for s in shuffles]


def test_a_pattern_takes_one_word() -> None:
    for lanes in list(PATTERNS)[::40]:
        text = f"(i8x16.shuffle {' '.join(map(str, lanes))} (local.get 0) (local.get 1))"
        plain, used = (
            list_functions(wasm(f"(func (param v128 v128) (result v128) (local.set 0 {body}) (local.get 0))"))
            for body in ("(v128.or (local.get 0) (local.get 1))", text)
        )
        assert len(used) <= len(plain)
