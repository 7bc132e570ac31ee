"""The kit: arithmetic, and bits that survive every border.

Float results are those of the deterministic profile: every NaN an operation makes is the positive canonical one.
"""

from jit.wasm.types import V128, Value

from ..protocol import Engine
from .check import Check, built, check, expect, expect_values, f32, f64, host_global, i32, i64

CHECKS: list[Check] = []
SIGNALLING_32 = 0x7FA00001
NEGATIVE_SIGNALLING_32 = 0xFFA12345
SIGNALLING_64 = 0x7FF4000000000001
CANONICAL_32 = 0x7FC00000
CANONICAL_64 = 0x7FF8000000000000


@check(CHECKS)
def integer_arithmetic_wraps_and_divides_as_specified(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module
        (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
        (func (export "div_s") (param i32 i32) (result i32) local.get 0 local.get 1 i32.div_s)
        (func (export "rem_s") (param i64 i64) (result i64) local.get 0 local.get 1 i64.rem_s)
        (func (export "shr_s") (param i32 i32) (result i32) local.get 0 local.get 1 i32.shr_s)
        (func (export "rotl") (param i64 i64) (result i64) local.get 0 local.get 1 i64.rotl)
        (func (export "clz") (param i64) (result i64) local.get 0 i64.clz)
        (func (export "extend") (param i32) (result i64) local.get 0 i64.extend_i32_s))""",
    )
    expect_values(instance, "add", [i32(0xFFFFFFFF), i32(2)], i32(1))
    expect_values(instance, "div_s", [i32(-7), i32(2)], i32(-3))
    expect_values(instance, "rem_s", [i64(-(1 << 63)), i64(-1)], i64(0))
    expect_values(instance, "shr_s", [i32(0x80000000), i32(33)], i32(0xC0000000))
    expect_values(instance, "rotl", [i64(0x8000000000000001), i64(65)], i64(3))
    expect_values(instance, "clz", [i64(0)], i64(64))
    expect_values(instance, "extend", [i32(0x80000000)], i64(-(1 << 31)))
    store.close()


@check(CHECKS)
def float_arithmetic_rounds_once_and_keeps_the_sign_of_zero(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module
        (func (export "add") (param f32 f32) (result f32) local.get 0 local.get 1 f32.add)
        (func (export "div") (param f64 f64) (result f64) local.get 0 local.get 1 f64.div)
        (func (export "nearest") (param f64) (result f64) local.get 0 f64.nearest)
        (func (export "min") (param f32 f32) (result f32) local.get 0 local.get 1 f32.min)
        (func (export "demote") (param f64) (result f32) local.get 0 f32.demote_f64)
        (func (export "convert") (param i64) (result f32) local.get 0 f32.convert_i64_u))""",
    )
    expect_values(instance, "add", [f32(0x3F800000), f32(0x33800000)], f32(0x3F800000))  # 1 + 2**-24 ties to even
    expect_values(instance, "div", [f64(0x3FF0000000000000), f64(0x8000000000000000)], f64(0xFFF0000000000000))
    expect_values(instance, "nearest", [f64(0xBFE0000000000000)], f64(0x8000000000000000))  # -0.5 to -0
    expect_values(instance, "min", [f32(0), f32(0x80000000)], f32(0x80000000))
    expect_values(instance, "demote", [f64(0x3690000000000000)], f32(0))  # 2**-150 ties to zero
    expect_values(instance, "convert", [i64(0xFFFFFF8000000001)], f32(0x5F800000))
    store.close()


@check(CHECKS)
def operations_make_the_positive_canonical_nan(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module
        (func (export "div32") (param f32 f32) (result f32) local.get 0 local.get 1 f32.div)
        (func (export "add32") (param f32 f32) (result f32) local.get 0 local.get 1 f32.add)
        (func (export "sqrt64") (param f64) (result f64) local.get 0 f64.sqrt)
        (func (export "promote") (param f32) (result f64) local.get 0 f64.promote_f32)
        (func (export "max64") (param f64 f64) (result f64) local.get 0 local.get 1 f64.max))""",
    )
    expect_values(instance, "div32", [f32(0), f32(0x80000000)], f32(CANONICAL_32))
    expect_values(instance, "add32", [f32(NEGATIVE_SIGNALLING_32), f32(0x3F800000)], f32(CANONICAL_32))
    expect_values(instance, "sqrt64", [f64(0xBFF0000000000000)], f64(CANONICAL_64))
    expect_values(instance, "promote", [f32(NEGATIVE_SIGNALLING_32)], f64(CANONICAL_64))
    expect_values(instance, "max64", [f64(SIGNALLING_64), f64(0)], f64(CANONICAL_64))
    store.close()


@check(CHECKS)
def nan_bits_survive_parameters_results_and_locals(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module
        (func (export "f32") (param f32) (result f32) (local f32) local.get 0 local.tee 1 drop local.get 1)
        (func (export "f64") (param f64) (result f64) local.get 0)
        (func (export "neg") (param f32) (result f32) local.get 0 f32.neg)
        (func (export "copysign") (param f64 f64) (result f64) local.get 0 local.get 1 f64.copysign)
        (func (export "const") (result f32) f32.const -nan:0x212345)
        (func (export "bits") (param f32) (result i32) local.get 0 i32.reinterpret_f32))""",
    )
    for bits in (SIGNALLING_32, NEGATIVE_SIGNALLING_32, 0x7FFFFFFF, 0xFFC00000):
        expect_values(instance, "f32", [f32(bits)], f32(bits))
        expect_values(instance, "neg", [f32(bits)], f32(bits ^ 0x80000000))
        expect_values(instance, "bits", [f32(bits)], i32(bits))
    for bits in (SIGNALLING_64, 0xFFFFFFFFFFFFFFFF, 0xFFF0000000000001):
        expect_values(instance, "f64", [f64(bits)], f64(bits))
        expect_values(instance, "copysign", [f64(bits), f64(0)], f64(bits & ~(1 << 63)))
    expect_values(instance, "const", [], f32(NEGATIVE_SIGNALLING_32))
    store.close()


@check(CHECKS, "state")
def nan_bits_survive_globals_and_memory(engine: Engine) -> None:
    store = engine.open()
    store.define("host", "nan", host_global(f32(SIGNALLING_32)))
    instance = built(
        store,
        f"""(module
        (import "host" "nan" (global $host f32))
        (global (export "own") (mut f64) (f64.const nan:0x4000000000001))
        (global (export "copy") f32 (global.get $host))
        (memory (export "memory") 1)
        (func (export "set") (param f64) local.get 0 global.set 1)
        (func (export "store") (param f32) i32.const 8 local.get 0 f32.store)
        (func (export "load") (result f32) i32.const 16 f32.load)
        (data (i32.const 16) "{_escaped(NEGATIVE_SIGNALLING_32)}"))""",
    )
    expect(instance.read_global("own"), f64(SIGNALLING_64), "initial global")
    expect(instance.read_global("copy"), f32(SIGNALLING_32), "global initialised from an import")
    expect_values(instance, "set", [f64(0xFFF4000000000007)])
    expect(instance.read_global("own"), f64(0xFFF4000000000007), "global after global.set")
    expect_values(instance, "store", [f32(SIGNALLING_32)])
    expect_values(instance, "load", [], f32(NEGATIVE_SIGNALLING_32))
    memory = instance.snapshot().memories[0][1]
    expect(memory[8:12], SIGNALLING_32.to_bytes(4, "little"), "stored bytes")
    store.close()


def _escaped(word: int) -> str:
    return "".join(f"\\{byte:02x}" for byte in word.to_bytes(4, "little"))


@check(CHECKS, "multi-value")
def several_results_come_in_order(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module (func (export "f") (param i32 f32 i64 f64) (result f64 i64 f32 i32 i32)
             local.get 3 local.get 2 local.get 1 local.get 0 i32.const -1))""",
    )
    args = [i32(0x80000000), f32(SIGNALLING_32), i64(1 << 63), f64(SIGNALLING_64)]
    expect_values(instance, "f", args, *reversed(args), i32(-1))
    store.close()


@check(CHECKS)
def many_parameters_arrive_in_order(engine: Engine) -> None:
    params = " ".join(["i32 i64 f32 f64"] * 10)
    picks = "\n".join(
        f'(func (export "{i}") (param {params}) (result {kind}) local.get {i})' for i, kind in enumerate(params.split())
    )
    store = engine.open()
    instance = built(store, f"(module {picks})")
    make = {"i32": i32, "i64": i64, "f32": f32, "f64": f64}
    args = [make[kind](0x7FA00000 + i) for i, kind in enumerate(params.split())]
    for i, arg in enumerate(args):
        expect_values(instance, str(i), args, arg)
    store.close()


@check(CHECKS, "state", "simd")
def vector_bits_survive_every_border(engine: Engine) -> None:
    store = engine.open()
    pattern = Value(V128, 0x7FA00001_00000000_FFF40000_00000001)
    store.define("host", "v", host_global(pattern))
    instance = built(
        store,
        """(module
        (import "host" "v" (global $host v128))
        (global (export "own") (mut v128) (v128.const i64x2 1 -1))
        (export "host" (global $host))
        (func (export "id") (param v128 i32) (result v128) local.get 0)
        (func (export "set") (param v128) local.get 0 global.set 1))""",
    )
    expect_values(instance, "id", [pattern, i32(1)], pattern)
    expect(instance.read_global("host"), pattern, "imported global")
    expect(instance.read_global("own"), Value(V128, (1 << 128) - (1 << 64) + 1), "initial global")
    expect_values(instance, "set", [pattern])
    expect(instance.read_global("own"), pattern, "global after global.set")
    store.close()


@check(CHECKS, "sign-extension", "saturating-conversions")
def sign_extension_and_saturation_do_not_trap(engine: Engine) -> None:
    store = engine.open()
    instance = built(
        store,
        """(module
        (func (export "extend") (param i32) (result i32) local.get 0 i32.extend8_s)
        (func (export "sat") (param f32) (result i32) local.get 0 i32.trunc_sat_f32_s)
        (func (export "satu") (param f64) (result i64) local.get 0 i64.trunc_sat_f64_u))""",
    )
    expect_values(instance, "extend", [i32(0x7F80)], i32(-128))
    expect_values(instance, "sat", [f32(SIGNALLING_32)], i32(0))
    expect_values(instance, "sat", [f32(0x7F800000)], i32(0x7FFFFFFF))
    expect_values(instance, "satu", [f64(0xBFF0000000000000)], i64(0))
    store.close()
