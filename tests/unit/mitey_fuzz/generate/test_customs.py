"""Custom sections: between any two others, with names and contents of any length, and of no effect."""

from dataclasses import replace

import wasmtime

from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.module import Module
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate import generate, swarm
from mitey_fuzz.generate.customs import some_customs
from support.wasmtime_validation import engine, refusal


def module(seed: int) -> Module:
    choices = SeededChoices(seed)
    return decode(generate(choices, replace(swarm(choices, WASM_2), instructions=10)).wasm, WASM_2)


def test_some_modules_have_any_number_of_them_at_any_place() -> None:
    found = [custom for seed in range(1_500) for custom in module(seed).customs]
    assert len(found) > 60
    assert {custom.place for custom in found} >= {0, 1, 3, 6, 8}
    assert {len(custom.content) for custom in found} >= {0, 1, 127, 300}
    assert {custom.name for custom in found} >= {"", "né"}


def test_they_change_nothing_else() -> None:
    wasm = generate(SeededChoices(7), replace(swarm(SeededChoices(7), WASM_2), instructions=10)).wasm
    plain = replace(decode(wasm, WASM_2), customs=(), source=b"")
    judge: wasmtime.Engine = engine(WASM_2)
    more = 0
    for seed in range(200):
        other = some_customs(SeededChoices(seed), wasm)
        decoded = decode(other, WASM_2)
        assert refusal(judge, other) is None
        assert [len(code.body) for code in decoded.codes] == [len(code.body) for code in plain.codes]
        assert (decoded.types, decoded.functions, decoded.datas) == (plain.types, plain.functions, plain.datas)
        more += len(decoded.customs)
    judge.close()
    assert more > 0
