"""Numbers written longer than they need be: both readers take the same ones."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
import wasmtime

from jit.errors import MalformedError, WasmError
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Module
from jit.wasm.validate import validate
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate import generate, swarm
from mitey_fuzz.generate.longer import write_longer
from support.wasmtime_validation import engine, refusal


@pytest.fixture(scope="module")
def judge() -> Iterator[wasmtime.Engine]:
    made = engine(WASM_2)
    yield made
    made.close()


def small(choices: SeededChoices) -> Module:
    drawn = replace(swarm(choices, WASM_2), instructions=30, functions=1)
    return replace(decode(generate(choices, drawn).wasm, WASM_2), start=None, source=b"")


def test_what_is_too_long_or_ends_in_wrong_bits_is_malformed_and_all_else_valid(judge: wasmtime.Engine) -> None:
    seen: Counter[str] = Counter()
    for seed in range(400):
        choices = SeededChoices(seed)
        module = small(choices)
        wasm = encode(write_longer(choices, module))
        words = "as it was" if wasm == encode(module) else "valid"
        try:
            validate(decode(wasm, WASM_2), WASM_2)
        except MalformedError as error:
            words = str(error).partition(" (at")[0]
        except WasmError:
            words = "another number"
        assert (words in ("as it was", "valid")) == (refusal(judge, wasm) is None), f"{seed}: {words}"
        seen[words] += 1
    assert seen["valid"] > 80
    assert seen["integer too large"] > 10
    assert seen["integer representation too long"] > 10
