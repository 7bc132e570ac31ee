"""What several verbs take: engine lists, feature levels, mutants, output files; each checked where it is given."""

import json
import math
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from jit.wasm.features import Features
from oracles.protocol import Engine
from oracles.registry import AbsentEngine

from .. import engines, planted, subject, subject_names
from ..store import atomic

T = TypeVar("T")

_UNQUOTED = re.compile(r"""(?:[^,"']|"[^"]*"|'[^']*'|["'])+""")
"""What stands between commas that are not in quotes."""

DEFAULT_SUBJECT = "jit:minimal"
DEFAULT_SUBJECTS = ",".join(subject.subjects())
DEFAULT_ORACLE = "wasmtime"


CORPUS = Path("corpus")


def corpus_option(purpose: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option `--corpus`: a directory that is there where it is named; the default may be absent, which is told."""
    kind = click.Path(path_type=Path, exists=True, file_okay=False)
    return click.option("--corpus", type=kind, show_default=str(CORPUS), callback=_corpus, help=purpose)


def _corpus(_context: click.Context, _option: click.Parameter, named: Path | None) -> Path:
    if named is None and not CORPUS.is_dir():
        click.echo(f"there is no directory {CORPUS} here, so there are no modules; see --corpus", err=True)
    return named or CORPUS


class FeaturesType(click.ParamType[Features]):
    """`wasm-1.0`, `wasm-2.0`, and single features switched on or off behind them."""

    name = "FEATURES"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Features:
        try:
            return Features.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class NamesType(click.ParamType[tuple[str, ...]]):
    """Names separated by commas; one in quotes does not separate: `exec:"engine --modes a,b",wasmtime`."""

    name = "NAME[,NAME…]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        names = tuple(name.strip() for name in _UNQUOTED.findall(str(value)) if name.strip())
        if not names:
            self.fail("name at least one engine", param, ctx)
        return names


class InjectType(click.ParamType[str]):
    """`MUTANTS.toml#ID`: becomes the mutant's own TOML text."""

    name = "MUTANTS.toml#ID"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            text = planted.text_of(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        known = subject.subjects()
        for backend in (name for mutant in planted.read(text) for name in mutant.backend):
            if subject_names.PREFIX + backend not in known:
                back_ends = ", ".join(name.removeprefix(subject_names.PREFIX) for name in known)
                self.fail(f"{value}: there is no back end {backend!r}; there are {back_ends}", param, ctx)
        return text


class HostType(click.ParamType[str]):
    """A host that there is on this machine, or `auto`."""

    name = "|".join(subject_names.HOSTS)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            subject_names.check_host(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return str(value)


class Duration(click.FloatRange):
    """A finite number above zero."""

    def __init__(self) -> None:
        super().__init__(0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number; leave the option out for no bound", param, ctx)
        return number


class OutputFile(click.ParamType[Path]):
    """A file to write when the work is done, so whether it can be written is found out before; `-` is stdout."""

    name = "FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if is_stdout(path):
            return path
        if path.is_dir():
            self.fail(f"{path} is a directory; name a file", param, ctx)
        if not path.parent.is_dir():
            self.fail(f"{path} cannot be written: there is no directory {path.parent}; create it first", param, ctx)
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            self.fail(f"{path} cannot be written: permission denied", param, ctx)
        return path


class OutputDirectory(click.ParamType[Path]):
    """A directory to write into, made when there is something to write; that this is possible is tried before."""

    name = "DIRECTORY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        standing = next(place for place in (path, *path.absolute().parents) if os.path.lexists(place))
        try:
            tempfile.TemporaryDirectory(dir=standing).cleanup()
        except OSError as error:
            self.fail(f"{path} cannot be used as a directory: {standing}: {error.strerror}", param, ctx)
        return path


def open_engine(name: str, features: Features | None, inject: str | None = None) -> Engine:
    """The engine of a name, or a usage error that says what there is and what to install."""
    if inject is not None and not name.startswith(subject_names.PREFIX):
        raise click.UsageError(f"--inject plants in {', '.join(subject.subjects())} only, not in {name}")
    try:
        return engines.create(name, features, inject)
    except (ValueError, AbsentEngine) as error:
        raise click.UsageError(str(error)) from error


def is_stdout(path: Path | None) -> bool:
    """Whether a result file is stdout, which then belongs to it alone: the text for people goes to stderr."""
    return str(path) == "-"


def write_result(path: Path, content: bytes) -> None:
    """Writes or replaces a file, whole or not at all where its directory allows that.

    A link stays one, and a device or pipe what it is.
    """
    place = path.resolve()
    is_plain = place.is_file() or not place.exists()
    if is_plain and os.access(place.parent, os.W_OK):
        atomic.write(place, content)
    else:
        place.write_bytes(content)


def write_json(path: Path | None, content: dict[str, object]) -> None:
    """Writes a result file where one was asked for; `-` is stdout."""
    if path is None:
        return
    text = json.dumps(content, indent=2) + "\n"
    if is_stdout(path):
        click.echo(text, nl=False)
    else:
        write_result(path, text.encode())
