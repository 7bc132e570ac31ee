"""Builds a wheel with compiled modules, where it is asked for: `HATCH_BUILD_HOOK_ENABLE_CUSTOM=1 pip install .`

The hot modules of subject and front end are compiled by mypyc into extension modules that lie beside their sources in
the wheel and win against them on import.  Everything else, and every installation without that variable, is pure
Python; an editable installation always is, so that what is edited is what runs.  Needs a C compiler and a few minutes.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OPTIMIZATION = "1"
"""Of the C compiler; the next level takes half as long again to compile, for 3 % of the time of compiling wasm."""

VISIBILITY = "-fvisibility=hidden"
"""What only the extension modules call cannot be replaced from elsewhere: 8 % of the time of compiling wasm."""


class CompiledModules(BuildHookInterface[Any]):
    """Hatchling's hook; `modules` in its configuration are the patterns of what is compiled."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles, and adds what came of it to the wheel."""
        if version == "editable":
            return
        root = Path(self.root)
        sources = sorted(path for pattern in self.config["modules"] for path in root.glob(pattern))
        built = Path(tempfile.mkdtemp())
        atexit.register(shutil.rmtree, built)  # what was compiled is in the wheel then
        compile_modules([str(path.relative_to(root)) for path in sources], built)
        build_data["force_include"] |= {str(path): str(path.relative_to(built / "lib")) for path in _made(built)}
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def compile_modules(sources: list[str], built: Path) -> None:
    """Compiles modules into `built`/lib."""
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    extensions = mypycify(
        sources, opt_level=OPTIMIZATION, debug_level="0", multi_file=True, target_dir=str(built / "c")
    )
    for extension in extensions:
        extension.extra_compile_args = [*extension.extra_compile_args, VISIBILITY]

    class InParallel(build_ext):
        """Compiles the sources of one extension side by side: nearly all belong to the first."""

        def build_extensions(self) -> None:
            self.compiler.compile = _side_by_side(self.compiler.compile)
            super().build_extensions()

    command = InParallel(Distribution({"ext_modules": extensions}))
    command.build_lib, command.build_temp = str(built / "lib"), str(built / "temp")
    command.parallel = os.cpu_count()
    command.ensure_finalized()
    command.run()


def _side_by_side(compile_all: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def compiled(sources: Sequence[str], *args: Any, **kwargs: Any) -> list[str]:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = pool.map(lambda source: compile_all([source], *args, **kwargs), sources)
            return [made for each in found for made in each]

    return compiled


def _made(built: Path) -> list[Path]:
    return sorted((built / "lib").rglob("*.so"))
