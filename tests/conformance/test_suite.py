"""The core test suite on every engine: all of it, bit for bit.

The suite lies where MITEY_TESTSUITE says, else beside the repository in `shared/testsuite`; it is never copied here.
"""

import os
from pathlib import Path

import pytest

from jit.wasm.features import Features
from mitey_fuzz import engines
from mitey_fuzz.conformance import expectations
from mitey_fuzz.conformance.run import TEXT_FORMAT, run_suite

ROOT = Path(__file__).parents[2]
SUITES = Path(os.environ.get("MITEY_TESTSUITE") or ROOT.parent / "shared" / "testsuite")
EXPECTED = expectations.load(Path(__file__).with_name("expected_failures.toml"))

pytestmark = [
    pytest.mark.suite,
    pytest.mark.skipif(not SUITES.is_dir(), reason=f"no core test suite in {SUITES}: set MITEY_TESTSUITE"),
]

LEVELS = {"wasm-1.0": ("wasm-1.0", 18438, 430), "wasm-2.0": ("wasm-2.0", 52230, 1091)}
"""Features, assertions there are, and those among them that test a parser of the text format."""


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", ["interp", "wasmtime", "jit:minimal", "jit:baseline"])
def test_every_assertion_passes(name: str, level: str) -> None:
    features, assertions, of_text = LEVELS[level]
    engine = engines.create(name, Features.parse(features))
    try:
        result = run_suite(SUITES / level, engine)
    finally:
        engine.close()
    assert expectations.check(result, level, EXPECTED) == ()
    assert result.assertions == assertions
    assert result.skipped == {TEXT_FORMAT: of_text}


@pytest.mark.parametrize("name", ["interp", "wasmtime", "jit:minimal", "jit:baseline"])
@pytest.mark.parametrize("script", ["i32", "f32", "call_indirect", "linking", "memory_trap", "names"])
def test_a_sample_passes(name: str, script: str) -> None:
    engine = engines.create(name, Features.parse("wasm-1.0"))
    try:
        result = run_suite(SUITES / "wasm-1.0", engine, [script])
    finally:
        engine.close()
    assert result.failures == ()
    assert result.passed > 10
