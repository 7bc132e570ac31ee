"""Running scripts, on the interpreter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jit.wasm.features import WASM_1, WASM_2, Features
from mitey_fuzz.conformance.results import Failed, Passed, ScriptResult, Skipped
from mitey_fuzz.conformance.run import run_suite
from oracles.interp import InterpEngine
from oracles.protocol import Engine

NO_SIMD = Features.parse("wasm-2.0-simd")


@pytest.fixture
def engine() -> Iterator[Engine]:
    interp = InterpEngine(NO_SIMD)
    yield interp
    interp.close()


def run(directory: Path, engine: Engine, text: str) -> ScriptResult:
    (directory / "script.wast").write_text(text, encoding="utf-8")
    (result,) = run_suite(directory, engine).scripts
    return result


def marks(result: ScriptResult) -> list[tuple[int, str]]:
    return [(check.line, type(check.mark).__name__) for check in result.checks]


def test_assertions_that_hold_pass(tmp_path: Path, engine: Engine) -> None:
    result = run(
        tmp_path,
        engine,
        """(module $m
             (global (export "g") i32 (i32.const 7))
             (func $deep (export "deep") (call $deep))
             (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
             (func (export "nan") (result f32) (f32.div (f32.const 0) (f32.const 0))))
           (assert_return (get "g") (i32.const 7))
           (assert_return (invoke $m "div" (i32.const 7) (i32.const -2)) (i32.const -3))
           (assert_trap (invoke "div" (i32.const 7) (i32.const 0)) "integer divide by zero")
           (assert_return (invoke "nan") (f32.const nan:canonical))
           (assert_exhaustion (invoke "deep") "call stack exhausted")
           (assert_invalid (module (func (result i32))) "type mismatch")
           (assert_malformed (module binary "\\00asm") "unexpected end")
           (assert_unlinkable (module (import "no" "where" (func))) "unknown import")
           (assert_trap (module (func $f unreachable) (start $f)) "unreachable")""",
    )
    assert [type(check.mark) for check in result.checks] == [Passed] * 9


def test_assertions_that_do_not_hold_fail_with_what_was_wanted_and_what_came(tmp_path: Path, engine: Engine) -> None:
    result = run(
        tmp_path,
        engine,
        """(module (global (export "g") i32 (i32.const 7)) (func (export "t") unreachable) (func (export "f")))
           (assert_return (get "g") (i32.const 8))
           (assert_return (invoke "t"))
           (assert_return (invoke "f") (i32.const 0))
           (assert_trap (invoke "f") "unreachable")
           (assert_trap (invoke "t") "integer overflow")
           (assert_exhaustion (invoke "f") "call stack exhausted")
           (assert_invalid (module) "type mismatch")
           (assert_malformed (module binary "\\00asm\\01\\00\\00\\00") "unexpected end")
           (assert_malformed (module binary "\\00asm\\01\\00\\00\\00\\07\\04\\01\\00\\00\\00") "unexpected end")
           (assert_unlinkable (module) "unknown import")
           (assert_trap (module) "unreachable")""",
    )
    assert marks(result) == [(line, "Failed") for line in range(2, 13)]
    assert result.checks[0].mark == Failed("returned (i32:0x8)", "returned (i32:0x7)")
    assert result.checks[4].mark == Failed("trap: integer overflow", "trap: unreachable")


def test_modules_import_spectest_and_one_another(tmp_path: Path, engine: Engine) -> None:
    result = run(
        tmp_path,
        engine,
        """(module $a
             (import "spectest" "print_i32_f32" (func $print (param i32 f32)))
             (import "spectest" "global_f32" (global $f f32))
             (import "spectest" "table" (table 10 20 funcref))
             (import "spectest" "memory" (memory 1 2))
             (func (export "f") (result f32) (call $print (i32.const 1) (f32.const 2)) (global.get $f)))
           (register "A" $a)
           (module (import "A" "f" (func $f (result f32))) (func (export "g") (result f32) (call $f)))
           (assert_return (invoke "g") (f32.const 666.6))
           (assert_return (invoke $a "f") (f32.const 666.6))""",
    )
    assert marks(result) == [(9, "Passed"), (10, "Passed")]


def test_other_commands_count_when_they_fail(tmp_path: Path, engine: Engine) -> None:
    result = run(
        tmp_path,
        engine,
        """(module (func (export "t") unreachable))
           (invoke "t")
           (invoke "u")
           (module $broken (import "no" "where" (func)))
           (register "B" $broken)
           (assert_return (invoke $broken "f"))
           (assert_return (invoke "f"))
           (module (func $x (call $y)))
           (module)
           (register "M")""",
    )
    assert marks(result) == [(line, "Failed") for line in range(2, 9)]


def test_text_parser_assertions_are_skipped_and_counted(tmp_path: Path, engine: Engine) -> None:
    result = run(
        tmp_path,
        engine,
        '(assert_malformed (module quote "(func") "unexpected token") (assert_malformed (module quote "") "x")',
    )
    assert result.skipped == {"text format": 2}
    assert (result.passed, result.failed) == (0, 0)


def test_what_the_protocol_cannot_express_is_skipped_and_counted(tmp_path: Path, engine: Engine) -> None:
    result = run(tmp_path, engine, '(module) (assert_exception (invoke "f"))')
    assert [check.mark for check in result.checks] == [Skipped("unsupported: assert_exception")]


def test_a_text_that_is_no_script_is_a_failure(tmp_path: Path, engine: Engine) -> None:
    assert run(tmp_path, engine, "(module").failed == 1


@pytest.mark.parametrize("script", [b'(register "\xff")', b'(module) (register "\\ff")'])
def test_a_script_that_is_not_utf_8_is_one_failed_check(tmp_path: Path, engine: Engine, script: bytes) -> None:
    (tmp_path / "script.wast").write_bytes(script)
    ((check,),) = (result.checks for result in run_suite(tmp_path, engine).scripts)
    assert check.assertion == "read"
    assert isinstance(check.mark, Failed)


@pytest.mark.parametrize("module", ["(module ;; no v128\n)", '(module (func (export "v128")))', "(module $v128x)"])
def test_a_script_that_only_mentions_vectors_is_run(tmp_path: Path, engine: Engine, module: str) -> None:
    (tmp_path / "simd").mkdir()
    result = run(tmp_path / "simd", engine, f'{module} (assert_invalid (module (func (result i32))) "type mismatch")')
    assert [type(check.mark) for check in result.checks] == [Passed]


def test_simd_scripts_are_skipped_where_simd_is_off(tmp_path: Path, engine: Engine) -> None:
    script = '(module (func (export "f") (drop (v128.const i64x2 0 0)))) (assert_return (invoke "f"))'
    (tmp_path / "one.wast").write_text(script, encoding="utf-8")
    result = run_suite(tmp_path, engine)
    assert result.skipped == {"simd is off": 1}
    assert (result.assertions, result.failed) == (1, 0)


def test_scripts_do_not_see_one_another(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "a.wast").write_text('(module (func (export "f"))) (register "A")', encoding="utf-8")
    (tmp_path / "b.wast").write_text(
        '(assert_unlinkable (module (import "A" "f" (func))) "unknown import")', encoding="utf-8"
    )
    result = run_suite(tmp_path, engine)
    assert [(script.script, script.passed, script.failed) for script in result.scripts] == [
        ("a.wast", 0, 0),
        ("b.wast", 1, 0),
    ]


def test_scripts_are_chosen_by_name_or_path(tmp_path: Path, engine: Engine) -> None:
    suite, elsewhere = tmp_path / "suite", tmp_path / "elsewhere.wast"
    (suite / "deep").mkdir(parents=True)
    for path in (suite / "a.wast", suite / "b.wast", suite / "deep" / "c.wast", elsewhere):
        path.write_text("(module)", encoding="utf-8")
    seen: list[str] = []
    run_suite(suite, engine, ["deep/c", "a.wast", str(elsewhere)], progress=lambda script: seen.append(script.script))
    assert seen == ["deep/c.wast", "a.wast", elsewhere.as_posix()]
    assert [script.script for script in run_suite(suite, engine).scripts] == ["a.wast", "b.wast", "deep/c.wast"]
    for directory, script in ((suite, "d"), (tmp_path / "none", "a")):
        with pytest.raises(FileNotFoundError, match="there is no"):
            run_suite(directory, engine, [script])


@pytest.mark.parametrize(("features", "value"), [(WASM_1, "0x61"), (WASM_2, "0x61")])
def test_the_name_in_a_segment_is_its_memorys_before_bulk_memory_and_its_own_since(
    tmp_path: Path, features: Features, value: str
) -> None:
    segments = '(data $m (i32.const 0) "a") (elem $t (i32.const 0) $f)'
    twice = segments.replace('"a"', '"b"').replace("(i32.const 0)", "(i32.const 1)") if features is WASM_1 else ""
    with_both = f"""(module (memory $m 1) (table $t 2 funcref) (func $f) {segments} {twice}
        (table $u funcref (elem $f)) (func (export "f") (result i32) (i32.load8_u (i32.const 0))))"""
    interp = InterpEngine(features)
    text = with_both.replace("(table $u funcref (elem $f))", "") if features is WASM_1 else with_both
    result = run(tmp_path, interp, f'{text} (assert_return (invoke "f") (i32.const {value}))')
    assert [type(check.mark) for check in result.checks] == [Passed]


def test_the_summary_is_plain_data(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "a.wast").write_text(
        '(module (func (export "f")))\n(assert_return (invoke "f"))\n(assert_return (invoke "f") (i32.const 1))\n'
        '(assert_malformed (module quote "") "x")',
        encoding="utf-8",
    )
    assert run_suite(tmp_path, engine).as_json() == {
        "engine": "interp",
        "features": str(NO_SIMD),
        "scripts": 1,
        "assertions": 3,
        "passed": 1,
        "failed": 1,
        "skipped": {"text format": 1},
        "failures": [
            {
                "script": "a.wast",
                "line": 3,
                "assertion": "assert_return (invoke 'f')",
                "expected": "returned (i32:0x1)",
                "actual": "returned ()",
            }
        ],
    }
