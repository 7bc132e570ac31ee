"""What is instrumented: the back ends and nothing else; and nothing of the subject is imported before."""

import subprocess
import sys

import pytest

from mitey_fuzz.guided import instrument


def test_back_ends_tell_of_their_branches_and_the_front_end_does_not() -> None:
    silent = instrument.silent()
    assert {"jit", "jit.engine", "jit.wasm.typecheck", "jit.host.emulator", "jit.a64.asm"} <= set(silent)
    assert [name for name in silent if name.startswith("jit.backend")] == []
    assert "jit.a64.immediates" not in silent


@pytest.mark.parametrize("module", ["child", "instrument"])
def test_the_subject_is_not_imported_before_it_is_instrumented(module: str) -> None:
    code = f"import sys, mitey_fuzz.guided.{module}; sys.exit(any(n.split('.')[0] == 'jit' for n in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_where_atheris_is_absent_the_reason_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instrument.importlib.util, "find_spec", lambda _: None)
    assert "pip install 'atheris" in (instrument.why_absent() or "")
    with instrument.instrumented() as hook:
        assert hook is None
