"""Scripts for modules from elsewhere: no export goes uncalled."""

import wasmtime

from jit.wasm.features import WASM_2
from mitey_fuzz.choices import ReplayChoices, SeededChoices
from mitey_fuzz.generate import case_for
from mitey_fuzz.generate.foreign import CALLS_PER_EXPORT, MOST_CALLS, MOST_FIRST_CALLS


def module(exports: int) -> bytes:
    text = "".join(f'(func (export "f{k}") (param i32))' for k in range(exports))
    return bytes(wasmtime.wat2wasm(f"(module {text})"))


def called(exports: int, seed: int) -> list[str]:
    return [call.export for call in case_for(SeededChoices(seed), module(exports), WASM_2).script]


def test_each_export_is_called_once_before_any_is_called_again() -> None:
    for seed in range(10):
        for exports in (1, 5, 24, MOST_FIRST_CALLS):
            names = called(exports, seed)
            assert names[:exports] == [f"f{k}" for k in range(exports)]
            assert len(names) == max(exports, min(MOST_CALLS, CALLS_PER_EXPORT * exports))


def test_of_many_exports_other_ones_are_called_first_each_time() -> None:
    first = {called(200, seed)[0] for seed in range(10)}
    assert len(first) > 5
    assert all(len(set(called(200, seed))) == MOST_FIRST_CALLS for seed in range(10))


def test_a_module_without_exported_functions_gets_no_calls() -> None:
    assert case_for(ReplayChoices(()), module(0), WASM_2).script == ()
