"""Engines by name: those that are there, and words for those that are not."""

import sys
from pathlib import Path

import pytest

from jit.wasm.features import WASM_1, WASM_2, Features
from oracles import registry
from oracles.driven import release


@pytest.mark.parametrize("name", registry.names())
def test_engines_of_the_table_are_made_under_their_own_name(name: str) -> None:
    try:
        engine = registry.create(name, WASM_2)
    except registry.AbsentEngine as absent:
        pytest.skip(str(absent))
    assert engine.name == name
    assert engine.can.features.bulk_memory
    engine.close()


def test_unknown_name_lists_what_exists() -> None:
    with pytest.raises(registry.UnknownEngine, match="unknown engine 'wasmtim'; there are wasmtime, wasmtime:speed"):
        registry.create("wasmtim", WASM_1)


def test_unknown_name_in_a_process_is_refused_before_a_child_is_started() -> None:
    with pytest.raises(registry.UnknownEngine, match="unknown engine 'nothing'"):
        registry.create("process:nothing", WASM_1)


def test_engines_are_there_with_a_version_or_absent_with_a_remedy() -> None:
    found = {engine.name: engine for engine in registry.available()}
    assert list(found) == list(registry.names())
    for engine in found.values():
        assert bool(engine.version) is (engine.reason == "")
    assert found["interp"].version


def test_a_machine_without_node_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(registry.AbsentEngine, match=r"there is no command node; install Node\.js"):
        registry.create("node", WASM_2)


def test_a_directory_without_a_release_is_told_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(registry.AbsentEngine, match="holds 0 releases of wasmtime instead of one; make the directory"):
        registry.create(f"wasmtime@{tmp_path}", WASM_2)
    (tmp_path / "wasmtime-0.25.0.dist-info").mkdir()
    with pytest.raises(registry.AbsentEngine, match=r"wasmtime 0\.25\.0 is older than 0\.26"):
        registry.create(f"wasmtime@{tmp_path}", WASM_2)


def test_releases_have_references_and_vectors_since_they_compile_all_of_them() -> None:
    old, new = (release.features_of(version) for version in ("0.28.1", "0.29.0"))
    assert old == Features.parse("wasm-2.0-simd")
    assert new == WASM_2


def test_a_command_line_with_an_open_quote_is_misuse() -> None:
    with pytest.raises(ValueError, match="No closing quotation"):
        registry.create("exec:engine 'x", WASM_1)
    with pytest.raises(ValueError, match="needs a command line"):
        registry.create("exec:", WASM_1)


def test_absent_package_is_reported_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [m for m in sys.modules if m.startswith("oracles.wasmtime")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    monkeypatch.setitem(sys.modules, "wasmtime._bindings", None)
    found = {engine.name: engine for engine in registry.available()}
    assert found["wasmtime"].version is None
    assert "pip install 'wasmtime>=50,<51'" in found["wasmtime"].reason
    assert found["interp"].version is not None
