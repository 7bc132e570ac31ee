"""Commands of scripts."""

import pytest

from jit.wasm.types import F32, F64, I32, Value
from mitey_fuzz.conformance.script import (
    AssertExhaustion,
    AssertRejected,
    AssertReturn,
    AssertTrap,
    BinaryModule,
    Define,
    Get,
    Invoke,
    Perform,
    Register,
    TextModule,
    Unsupported,
    describe,
    read,
)
from mitey_fuzz.conformance.sexpr import ScriptError
from mitey_fuzz.conformance.values import AnyNan, Exactly, OneOf
from oracles.protocol import Phase

ONE = Value(I32, 1)


def test_modules_are_text_bytes_or_quotes() -> None:
    script = read(
        '(module $a (func))\n(module binary "\\00as" "m\\01\\00\\00\\00")\n(module $b quote "(func" ")")\n(module)'
    )
    assert script == (
        Define(1, TextModule(1, "$a", "(module $a (func))")),
        Define(2, BinaryModule(2, "", b"\0asm\1\0\0\0")),
        Define(3, TextModule(3, "$b", "(module (func))", quoted=True)),
        Define(4, TextModule(4, "", "(module)")),
    )


def test_fields_without_a_module_around_them_are_one() -> None:
    assert read('(memory 1)\n(func (export "f"))\n(invoke "f")\n(func)') == (
        Define(1, TextModule(1, "", '(module (memory 1)\n(func (export "f")))')),
        Perform(3, Invoke("", "f", ())),
        Define(4, TextModule(4, "", "(module (func))")),
    )


def test_actions_name_their_module_or_mean_the_last() -> None:
    assert read('(invoke $m "f" (i32.const 1)) (get "g") (register "R" $m) (register "L")') == (
        Perform(1, Invoke("$m", "f", (ONE,))),
        Perform(1, Get("", "g")),
        Register(1, "R", "$m"),
        Register(1, "L", ""),
    )


def test_assertions_about_actions() -> None:
    assert read(
        '(assert_return (invoke "f"))\n(assert_return (get "g") (i32.const 1) (f32.const nan:canonical))\n'
        '(assert_trap (invoke "f") "unreachable")\n(assert_exhaustion (invoke "f") "call stack exhausted")'
    ) == (
        AssertReturn(1, Invoke("", "f", ()), ()),
        AssertReturn(2, Get("", "g"), (Exactly(ONE), AnyNan(F32, arithmetic=False))),
        AssertTrap(3, Invoke("", "f", ()), "unreachable"),
        AssertExhaustion(4, Invoke("", "f", ()), "call stack exhausted"),
    )


def test_the_nan_assertions_of_the_first_suite_leave_the_type_open() -> None:
    for word, arithmetic in (("canonical", False), ("arithmetic", True)):
        (command,) = read(f'(assert_return_{word}_nan (invoke "f"))')
        assert command == AssertReturn(
            1, Invoke("", "f", ()), (OneOf((AnyNan(F32, arithmetic), AnyNan(F64, arithmetic))),)
        )


def test_assertions_about_modules() -> None:
    assert read(
        '(assert_malformed (module quote "x") "a")\n(assert_invalid (module) "b")\n'
        '(assert_unlinkable (module) "c")\n(assert_trap (module) "d")'
    ) == (
        AssertRejected(1, Phase.DECODE, TextModule(1, "", "(module x)", quoted=True), "a"),
        AssertRejected(2, Phase.VALIDATE, TextModule(2, "", "(module)"), "b"),
        AssertRejected(3, Phase.LINK, TextModule(3, "", "(module)"), "c"),
        AssertTrap(4, TextModule(4, "", "(module)"), "d"),
    )


def test_commands_beyond_the_protocol_are_told_by_name() -> None:
    script = read(
        '(module definition $m (func)) (module instance $i $m) (assert_exception (invoke "f"))\n'
        '(assert_return (invoke "f") (ref.i31 1))'
    )
    assert [describe(command) for command in script] == [
        "module definition",
        "module instance",
        "assert_exception",
        "(ref.i31 1)",
    ]
    assert all(isinstance(command, Unsupported) for command in script)


@pytest.mark.parametrize(
    "text",
    [
        "(nonsense)",
        "(invoke f)",
        '(invoke "f" (i32.const x))',
        '(register "a" $b $c)',
        '("string")',
    ],
)
def test_what_is_no_command_is_refused_by_line(text: str) -> None:
    with pytest.raises(ScriptError, match="line 2: "):
        read(f"\n{text}")


def test_commands_are_described_in_words() -> None:
    script = read(
        '(module $m) (register "R") (assert_return (invoke $m "f" (i32.const 1)) (i32.const 2))\n'
        '(assert_trap (get "g") "x") (assert_trap (module) "x") (assert_exhaustion (invoke "f") "x")\n'
        '(assert_invalid (module) "x") (invoke "f")'
    )
    assert [describe(command) for command in script] == [
        "module $m",
        "register 'R'",
        "assert_return (invoke $m 'f' i32:0x1)",
        "assert_trap (get 'g')",
        "assert_trap (module)",
        "assert_exhaustion (invoke 'f')",
        "assert_invalid (module)",
        "(invoke 'f')",
    ]
