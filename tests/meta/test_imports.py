"""Directions of imports: the contracts of `pyproject.toml` hold, and each of them would notice what it forbids."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from support.repository import PACKAGES, ROOT, read

CONTRACTS = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]

# fmt: off
#   contract                                    a module, and the import in it that the contract forbids
PLANTED = {
    "harness over oracles over jit":            ("jit/wasm/types.py", "import oracles.protocol"),
    "layers of the jit":                        ("jit/a64/labels.py", "import jit.wasm.types"),
    "layers of the harness":                    ("mitey_fuzz/case.py", "import mitey_fuzz.choices"),
    "only subject.py reaches the jit's engine": ("mitey_fuzz/compare/rules.py", "import jit.engine"),
    "back ends do not know each other":         ("jit/backend/baseline/abi.py", "import jit.backend.minimal.abi"),
    "oracles share only the front end":         ("oracles/interp/link.py", "import jit.backend.code"),
    "only hosts touch machine memory":          ("jit/runtime/arena.py", "import ctypes"),
    "cases are deterministic":                  ("mitey_fuzz/generate/plan.py", "import random"),
}
# fmt: on


def test_all_contracts_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out


def test_every_contract_has_an_import_that_breaks_it() -> None:
    assert {contract["name"] for contract in CONTRACTS} == set(PLANTED)


@pytest.mark.slow
def test_every_contract_notices_what_it_forbids(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, line in PLANTED.values():
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    run = subprocess.run([sys.executable, "-c", lint], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert run.returncode == 1, run.stderr
    assert [name for name in PLANTED if f"{name} BROKEN" not in run.stdout] == []
