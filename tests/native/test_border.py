"""What crosses between Python and generated code, and what must not."""

import re
import struct
import traceback
from collections.abc import Sequence

import pytest

import jit
from jit.a64.asm import Assembler
from jit.a64.listing import disassemble
from jit.a64.operands import LR, SP, V0, X0, X29, D, X
from jit.host.native import platforms
from jit.host.native.handler import assemble_entry, assemble_handler
from jit.host.native.host import NativeHost
from jit.host.native.stubs import assemble_gates, assemble_stubs
from support.hosts import run
from support.machine_code import call, load_code
from support.wat import wasm

QUIET_NAN = 0x7FF8_0000_0000_0123
CANONICAL_NAN = 0x7FF8_0000_0000_0000


def python_adds_to_nan() -> int:
    """The bits of a sum of a NaN with a payload, which C keeps, and generated code does not."""
    (nan,) = struct.unpack("<d", struct.pack("<Q", QUIET_NAN))
    (bits,) = struct.unpack("<Q", struct.pack("<d", nan + 1.0))
    return int(bits)


def test_pythons_floats_are_its_own_in_host_calls_and_after_runs(host: NativeHost) -> None:
    seen: list[int] = []

    def host_call(_: Sequence[int]) -> int:
        seen.append(python_adds_to_nan())
        return QUIET_NAN

    thunk = host.thunk(host_call)

    def build(asm: Assembler) -> None:
        asm.stp_pre(X, X29, LR, SP, -16)
        call(asm, thunk)
        asm.fmov_from_general(D, V0, X0)
        asm.fadd(D, V0, V0, V0)
        asm.fmov_to_general(D, X0, V0)
        asm.ldp_post(X, X29, LR, SP, 16)
        asm.ret()

    assert run(host, load_code(host, build)) == CANONICAL_NAN
    host.enter(load_code(host, lambda asm: asm.udf(0)), (), budget_s=60)
    host.enter(load_code(host, lambda asm: asm.b(asm.here())), (), budget_s=0.02)
    assert [*seen, python_adds_to_nan()] == [QUIET_NAN, QUIET_NAN]


def test_an_exception_travels_through_generated_code_with_its_traceback() -> None:
    """Through three levels of calls, host functions and instances."""
    signature = jit.FuncType((jit.I32,), (jit.I32,))
    with jit.Engine("baseline", "native") as engine:
        module = engine.compile(
            wasm("""(module (func $h (import "e" "h") (param i32) (result i32))
          (func $g (param i32) (result i32) (i32.add (call $h (local.get 0)) (i32.const 1)))
          (func (export "f") (param i32) (result i32) (i32.add (call $g (local.get 0)) (i32.const 1))))""")
        )

        def deeper(level: int) -> object:
            if level == 0:
                raise LookupError("at the bottom")
            return instance.call("f", level - 1)

        instance = engine.instantiate(module, {"e": {"h": jit.HostFunction(signature, deeper)}})
        with pytest.raises(LookupError, match="at the bottom") as caught:
            instance.call("f", 3)
        names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
        assert names.count("deeper") == 4
        assert names.index("deeper") < len(names) - 1 - names[::-1].index("deeper")


def test_x18_is_in_no_stub() -> None:
    codes = [
        assemble_stubs().code,
        assemble_gates(1 << 40, 1 << 41).code,
        assemble_entry(1 << 40, 1 << 41),
        *(assemble_handler(platform, 1 << 40, 2, 3, 4, 5) for platform in (platforms.LINUX, platforms.MACOS)),
    ]
    lines = [text for code in codes for _, text in disassemble(code, 0)]
    assert len(lines) > 300
    assert not [text for text in lines if re.search(r"\b[xw]18\b", text)]
