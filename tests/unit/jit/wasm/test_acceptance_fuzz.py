"""Random bytes and single-byte mutations: only typed errors, and wasmtime's verdict on every input.

A difference fails unless a rule of `DIFFERENCES` names it; rules are counted, and each has a test that shows it work.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from random import Random

import pytest
import wasmtime

from jit.errors import InvalidError, LimitError, MalformedError, WasmError
from jit.wasm.decode import decode
from jit.wasm.expressions import opcodes
from jit.wasm.features import Features
from jit.wasm.opcodes import ROWS
from jit.wasm.reader import Reader
from jit.wasm.validate import validate
from support.random_wasm import TIERS
from support.recorder import Recorder
from support.seed_wat import FIRST, SECOND, VECTORS
from support.wasmtime_validation import engine, refusal

_LOG = logging.getLogger(__name__)

BASE = "wasm-1.0+sign-extension+saturating-conversions"
LEVELS = (BASE, f"{BASE}+multi-value", f"{BASE}+bulk-memory", "wasm-2.0-simd", "wasm-2.0")
"""Sets of features that wasmtime can be told as well; the first and the last are the two levels' nearest."""
ENDS = (LEVELS[0], LEVELS[-1])
"""What the full counts are run at."""
QUICK = 4_000
FULL = 200_000

EXTENDED = ("i32.add", "i32.sub", "i32.mul", "i64.add", "i64.sub", "i64.mul")


def is_extended_constant(error: WasmError | None, theirs: str | None, wasm: bytes, features: Features) -> bool:
    """wasmtime evaluates integer arithmetic in constant expressions, which came with 3.0, and cannot be told not to."""
    if theirs is not None or not isinstance(error, InvalidError) or error.offset is None:
        return False
    reader = Reader(wasm, features)
    reader.pos = error.offset
    return error.message == "constant expression required" and opcodes(features).read(reader).name in EXTENDED


Rule = Callable[[WasmError | None, str | None, bytes, Features], bool]
DIFFERENCES: dict[str, Rule] = {"extended constant expressions": is_extended_constant}


Engines = dict[str, wasmtime.Engine]


@pytest.fixture(scope="module")
def engines() -> Engines:
    return {level: engine(Features.parse(level)) for level in LEVELS}


def ours(wasm: bytes, features: Features) -> WasmError | None:
    """Our refusal, or None; any other exception is a failure of the test."""
    try:
        validate(decode(wasm, features), features)
    except (MalformedError, InvalidError, LimitError) as error:
        return error
    return None


def compare(engines: Engines, wasm: bytes, level: str) -> str:
    """What kind of agreement there is, or the name of the rule that explains a difference."""
    features = Features.parse(level)
    error = ours(wasm, features)
    theirs = refusal(engines[level], wasm)
    if (error is None) == (theirs is None):
        return "accepted" if error is None else type(error).__name__
    named = [name for name, rule in DIFFERENCES.items() if rule(error, theirs, wasm, features)]
    assert named, f"{level}: ours {error!r}, wasmtime {theirs!r}, bytes {wasm.hex()}"
    return named[0]


@cache
def seeds() -> tuple[bytes, ...]:
    return tuple(bytes(wasmtime.wat2wasm(wat)) for wat in FIRST + SECOND + VECTORS)


def random_strings(count: int) -> Iterator[bytes]:
    rng = Random(20_000)
    for number in range(count):
        yield TIERS[number % len(TIERS)](rng)


def mutations(count: int) -> Iterator[bytes]:
    """Valid modules with one byte changed to another."""
    rng = Random(20_001)
    for _ in range(count):
        wasm = bytearray(rng.choice(seeds()))
        wasm[rng.randrange(len(wasm))] ^= rng.randrange(1, 0x100)
        yield bytes(wasm)


def tally(engines: Engines, inputs: Iterator[bytes], levels: tuple[str, ...]) -> Counter[str]:
    return Counter(compare(engines, wasm, level) for wasm in inputs for level in levels)


def check_spread(counts: Counter[str], least: float) -> None:
    """Demands that a fair share of the inputs came to each verdict, so that the comparison says something."""
    assert sum(counts[name] for name in DIFFERENCES) < 0.01 * counts.total()
    assert counts["LimitError"] < 0.001 * counts.total()
    for verdict in ("accepted", "InvalidError", "MalformedError"):
        assert counts[verdict] > least * counts.total(), counts


@pytest.mark.parametrize("wat", FIRST)
def test_seeds_of_1_0_are_valid_at_every_level(engines: Engines, wat: str) -> None:
    wasm = bytes(wasmtime.wat2wasm(wat))
    assert [compare(engines, wasm, level) for level in LEVELS] == ["accepted"] * len(LEVELS)


@pytest.mark.parametrize("wat", SECOND)
def test_seeds_of_2_0_are_valid_at_2_0_alone(engines: Engines, wat: str) -> None:
    wasm = bytes(wasmtime.wat2wasm(wat))
    assert compare(engines, wasm, "wasm-2.0-simd") == "accepted"
    assert compare(engines, wasm, BASE) != "accepted"


@pytest.mark.parametrize("wat", VECTORS)
def test_seeds_with_vectors_are_valid_with_simd_alone(engines: Engines, wat: str) -> None:
    wasm = bytes(wasmtime.wat2wasm(wat))
    assert [compare(engines, wasm, level) for level in LEVELS[-2:]] == ["MalformedError", "accepted"]


def test_seeds_use_every_instruction() -> None:
    features = Features.parse("wasm-2.0")
    sink = Recorder()
    for wasm in seeds():
        validate(decode(wasm, features), features, sink)
    assert {row.name for row in ROWS} <= {event[0] for event in sink.events}


def test_random_bytes_get_the_verdict_of_wasmtime(engines: Engines) -> None:
    check_spread(tally(engines, random_strings(QUICK), LEVELS), 0.02)


def test_mutations_of_valid_modules_get_the_verdict_of_wasmtime(engines: Engines) -> None:
    check_spread(tally(engines, mutations(QUICK), LEVELS), 0.02)


@pytest.mark.nightly
@pytest.mark.slow
def test_200_000_random_strings_get_the_verdict_of_wasmtime(engines: Engines) -> None:
    counts = tally(engines, random_strings(FULL), ENDS)
    _LOG.info("verdicts: %s", dict(counts))
    check_spread(counts, 0.02)


@pytest.mark.nightly
@pytest.mark.slow
def test_200_000_mutations_get_the_verdict_of_wasmtime(engines: Engines) -> None:
    counts = tally(engines, mutations(FULL), ENDS)
    _LOG.info("verdicts: %s", dict(counts))
    check_spread(counts, 0.02)


@pytest.mark.parametrize("operation", EXTENDED)
def test_wasmtime_alone_takes_arithmetic_in_constants(engines: Engines, operation: str) -> None:
    type = operation[:3]
    wat = f"(module (global {type} ({operation} ({type}.const 1) ({type}.const 2))))"
    assert compare(engines, bytes(wasmtime.wat2wasm(wat)), "wasm-2.0-simd") == "extended constant expressions"


def test_a_difference_that_no_rule_names_fails(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jit.limits.MAX_LOCALS", 0)
    wasm = bytes(wasmtime.wat2wasm("(module (func (local i32)))"))
    with pytest.raises(AssertionError, match="too many locals"):
        compare(engines, wasm, BASE)
