"""What is shipped: exactly the three packages, typed, and everything that a source distribution is built from."""

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from support.repository import PACKAGES, ROOT, python_files, read

PROJECT = tomllib.loads(read("pyproject.toml"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in the wheel, built by the build system's own builder, without a network."""
    return set(zipfile.ZipFile(build("wheel", tmp_path_factory.mktemp("wheel"))).namelist())


def build(target: str, directory: Path) -> Path:
    pytest.importorskip("hatchling", reason="the build system is not installed: pip install -e '.[dev]'")
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (made,) = directory.iterdir()
    return made


@pytest.mark.slow
def test_the_wheel_holds_exactly_the_three_packages(wheel: set[str]) -> None:
    ours = {name for name in wheel if ".dist-info/" not in name}
    modules = {str(path.relative_to(ROOT)) for path in python_files(*PACKAGES)}
    kernels = {str(path.relative_to(ROOT)) for path in ROOT.glob("mitey_fuzz/bench/kernels/*.wat")}
    assert ours == modules | kernels | {f"{package}/py.typed" for package in PACKAGES} | BESIDE_MODULES


@pytest.mark.slow
def test_the_wheel_has_the_command_and_the_licence(wheel: set[str]) -> None:
    information = f"mitey_fuzz-{PROJECT['version']}.dist-info"
    assert {f"{information}/entry_points.txt", f"{information}/licenses/LICENSE"} <= wheel


@pytest.mark.slow
def test_a_source_distribution_holds_what_its_tests_and_its_wheel_need(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"pyproject.toml", "README.md", "LICENSE", "tests/conftest.py", "corpus/seeds/memory-end.wat"}
    assert wanted <= names
    assert {name.partition("/")[0] for name in names} <= {*PACKAGES, *TOP_LEVEL}


BESIDE_MODULES = {
    "oracles/driven/node_driver.mjs", "oracles/PROTOCOL.md", "mitey_fuzz/selftest/mutants.toml",
    "mitey_fuzz/selftest/vector.toml", "mitey_fuzz/selftest/sources.toml", "mitey_fuzz/selftest/unobservable.toml",
}  # fmt: skip

TOP_LEVEL = {
    "tests", "corpus", "crashes", "README.md", "ARCHITECTURE.md", "RATIONALE.md", "CONTRIBUTING.md", "CHANGELOG.md",
    "LICENSE", "pyproject.toml", "justfile", "hatch_build.py", "PKG-INFO", ".gitignore", ".clusterfuzzlite",
}  # fmt: skip


def test_every_package_says_that_it_is_typed() -> None:
    assert all((ROOT / package / "py.typed").is_file() for package in PACKAGES)


def test_python_3_11_is_the_floor_everywhere() -> None:
    settings = tomllib.loads(read("pyproject.toml"))
    assert PROJECT["requires-python"] == ">=3.11"
    assert settings["tool"]["mypy"]["python_version"] == "3.11"
    assert settings["tool"]["ruff"]["target-version"] == "py311"
