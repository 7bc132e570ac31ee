"""What several verbs take: engine lists, feature levels, mutants, output files; each checked where it is given."""

import json
from pathlib import Path
from typing import Any, TypeVar

import click

from jit.wasm.features import Features
from oracles.protocol import Engine
from oracles.registry import AbsentEngine

from .. import engines, planted

T = TypeVar("T")

DEFAULT_SUBJECT = "jit:minimal"
DEFAULT_ORACLE = "wasmtime"


class FeaturesType(click.ParamType[Features]):
    """`wasm-1.0`, `wasm-2.0`, and single features switched on or off behind them."""

    name = "FEATURES"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Features:
        try:
            return Features.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class NamesType(click.ParamType[tuple[str, ...]]):
    """Names separated by commas."""

    name = "NAME[,NAME…]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        names = tuple(name.strip() for name in str(value).split(",") if name.strip())
        if not names:
            self.fail("name at least one engine", param, ctx)
        return names


class InjectType(click.ParamType[str]):
    """`MUTANTS.toml#ID`: becomes the mutant's own TOML text."""

    name = "MUTANTS.toml#ID"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return planted.text_of(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def open_engine(name: str, features: Features | None, inject: str | None = None) -> Engine:
    """The engine of a name, or a usage error that says what there is and what to install."""
    try:
        return engines.create(name, features, inject)
    except (ValueError, AbsentEngine) as error:
        raise click.UsageError(str(error)) from error


def write_json(path: Path | None, content: dict[str, object]) -> None:
    """Writes a result file where one was asked for; `-` is stdout."""
    if path is None:
        return
    text = json.dumps(content, indent=2) + "\n"
    if str(path) == "-":
        click.echo(text, nl=False)
    else:
        path.write_text(text, encoding="utf-8")
