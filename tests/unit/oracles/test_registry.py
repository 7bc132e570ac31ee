"""Engines by name: those that are there, and words for those that are not."""

import sys

import pytest

from jit.wasm.features import WASM_1, WASM_2
from oracles import registry


@pytest.mark.parametrize("name", registry.names())
def test_engines_of_the_table_are_made_under_their_own_name(name: str) -> None:
    engine = registry.create(name, WASM_2)
    assert engine.name == name
    assert engine.can.features.bulk_memory
    engine.close()


def test_unknown_name_lists_what_exists() -> None:
    with pytest.raises(registry.UnknownEngine, match="unknown engine 'wasmtim'; there are wasmtime, wasmtime:speed"):
        registry.create("wasmtim", WASM_1)


def test_unknown_name_in_a_process_is_refused_before_a_child_is_started() -> None:
    with pytest.raises(registry.UnknownEngine, match="unknown engine 'nothing'"):
        registry.create("process:nothing", WASM_1)


def test_available_engines_have_a_version_and_no_reason() -> None:
    for engine in registry.available():
        assert engine.version
        assert engine.reason == ""


def test_absent_package_is_reported_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [m for m in sys.modules if m.startswith("oracles.wasmtime")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    monkeypatch.setitem(sys.modules, "wasmtime._bindings", None)
    found = {engine.name: engine for engine in registry.available()}
    assert found["wasmtime"].version is None
    assert "pip install 'wasmtime>=50,<51'" in found["wasmtime"].reason
    assert found["interp"].version is not None
