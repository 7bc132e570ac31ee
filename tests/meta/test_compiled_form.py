"""What the wheel's hook compiles: modules that there are, written so that mypyc can and gains by it."""

import ast
import importlib
import inspect
import tomllib
from pathlib import Path

import pytest

from support.repository import PACKAGES, ROOT, python_files, read

HOOK = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]
COMPILED = sorted({path for pattern in HOOK["modules"] for path in ROOT.glob(pattern)})


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("pattern", HOOK["modules"])
def test_every_pattern_names_modules(pattern: str) -> None:
    assert list(ROOT.glob(pattern))


def test_no_interpreted_class_derives_from_a_compiled_one() -> None:
    """Making one is a `TypeError` in the compiled form."""
    compiled = set(map(dotted, COMPILED))
    interpreted = set(map(dotted, python_files(*PACKAGES))) - compiled - {"mitey_fuzz.__main__"}
    derived = [
        f"{name}.{cls.__name__} from {base.__module__}.{base.__name__}"
        for name in sorted(interpreted)
        for cls in vars(importlib.import_module(name)).values()
        if inspect.isclass(cls) and cls.__module__ == name
        for base in cls.__mro__[1:]
        if base.__module__ in compiled
    ]
    assert not derived


@pytest.mark.parametrize("path", COMPILED, ids=dotted)
def test_constants_are_final(path: Path) -> None:
    """Others are looked up by name each time that they are used."""
    plain = [
        target.id
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        for target in _names(node)
        if target.id.isupper() and len(target.id.strip("_")) > 1
    ]
    assert not plain


def _names(node: ast.stmt) -> list[ast.Name]:
    """What a statement assigns to, if it is an assignment without `Final`."""
    if isinstance(node, ast.AnnAssign):
        is_final = "Final" in ast.unparse(node.annotation)
        return [node.target] if isinstance(node.target, ast.Name) and not is_final else []
    if isinstance(node, ast.Assign):
        return [name for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return []
