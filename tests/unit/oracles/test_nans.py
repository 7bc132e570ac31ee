"""Modules whose NaNs are made canonical: what they compute stays, and only bodies that need it change."""

import pytest

from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.types import F32, F64, I32
from jit.wasm.validate import validate
from oracles import nans
from oracles.kit.check import built, calls, f32, f64, wasm
from oracles.protocol import Returned
from oracles.wasmtime import WasmtimeEngine

WITHOUT = "(module (func (param f32) (result f32) (f32.abs (f32.neg (f32.copysign (local.get 0) (f32.const nan))))))"


@pytest.mark.parametrize("wat", ["(module)", WITHOUT, '(module (memory 1) (data (i32.const 0) "x"))'])
def test_module_without_open_nans_stays_as_it_is(wat: str) -> None:
    assert nans.canonical(wasm(wat)) == wasm(wat)


@pytest.mark.parametrize("content", [b"", b"\0asm", wasm(WITHOUT)[:-1]])
def test_module_that_our_decoder_refuses_stays_as_it_is(content: bytes) -> None:
    assert nans.canonical(content) == content


def test_every_instruction_with_an_open_nan_is_followed_by_its_replacement() -> None:
    text = """(module (memory 1) (data (i32.const 0) "kept")
        (func (export "f") (param f64) (result f64) (local i32 f32)
          (f64.max (f64.promote_f32 (f32.div (f32.const 0) (f32.const 0))) (f64.sqrt (local.get 0)))))"""
    rewritten = decode(nans.canonical(wasm(text)), WASM_2)
    validate(rewritten, WASM_2)
    assert rewritten.codes[0].locals == ((1, I32), (1, F32), (1, F32), (1, F64))
    assert nans.canonical(wasm(text)).endswith(b"kept")


def test_what_is_not_a_nan_passes_through_a_replacement() -> None:
    text = """(module
        (func (export "add") (param f32 f32) (result f32) (f32.add (local.get 0) (local.get 1)))
        (func (export "floor") (param f64) (result f64) (f64.floor (local.get 0))))"""
    engine = WasmtimeEngine(WASM_2)
    instance = built(engine.open(), text)
    rewritten = engine.open().instantiate(nans.canonical(wasm(text)), deadline_s=5)
    for bits in (0, 0x80000000, 1, 0x7F800000, 0xFF800000, 0x3FC00000, 0x7F800001, 0xFFFFFFFF):
        for other in (0x80000000, 0xFF800000, 0x7F7FFFFF):
            args = (f32(bits), f32(other))
            assert rewritten.call("add", args, deadline_s=5) == calls(instance, "add", *args)
    assert rewritten.call("floor", (f64(0xBFE0 << 48),), deadline_s=5) == Returned((f64(0xBFF0 << 48),))
    engine.close()


MIXED = """(module (type (func (param f64) (result f64))) (memory 1) (global (mut f32) (f32.const 1))
    (func (export "f") (type 0) (local i32 f32) (f64.add (local.get 0) (f64.promote_f32 (global.get 0))))
    (func (param f64) (result f64) (call 0 (f64.sqrt (local.get 0)))) (data (i32.const 0) "kept"))"""


@pytest.mark.parametrize("value", [0x00, 0x01, 0x0B, 0x40, 0x7F, 0x80, 0xFF])
def test_damaged_modules_raise_nothing(value: int) -> None:
    whole = wasm(MIXED)
    for at in range(len(whole)):
        assert nans.canonical(whole[:at] + bytes([value]) + whole[at + 1 :])
