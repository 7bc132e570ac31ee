"""`mitey-fuzz exec`: runs an export of a module on any engine."""

from pathlib import Path

import click

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2, Features
from jit.wasm.module import ExternKind, Module
from jit.wasm.types import FuncType, ValType, Value
from oracles.protocol import Outcome, Returned, Store

from ..compare.differ import OUTCOMES, describe
from ..generate.script import definitions
from .modules import read_module
from .options import DEFAULT_SUBJECT, FeaturesType, InjectType, open_engine

DEADLINE_S = 60.0


@click.command("exec")
@click.argument("module", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--invoke", nargs=1, help="Export to call; its arguments follow MODULE.")
@click.argument("args", nargs=-1, type=click.UNPROCESSED, metavar="[ARG…]")
@click.option("--engine", default=DEFAULT_SUBJECT, show_default=True, help="Engine to run it on.")
@click.option("--features", type=FeaturesType(), help="Feature level.  [default: all that the engine has]")
@click.option("--inject", type=InjectType(), help="Plant a machine-code mutant, in an engine of ours.")
def execute(
    module: Path, invoke: str | None, args: tuple[str, ...], engine: str, features: Features | None, inject: str | None
) -> int:
    """Instantiates MODULE (.wasm or .wat) and calls an export, printing its results.

    Arguments and results are written as in the text format; exit status 1 when it traps.
    """
    raise NotImplementedError
