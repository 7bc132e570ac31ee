"""`mitey-fuzz corpus`: what the corpus reaches of what a compiler can meet, and what nothing has ever reached."""

import textwrap
from pathlib import Path

import click

from jit.wasm.features import WASM_2, Features
from jit.wasm.opcodes import BY_NAME

from ..guided import matrix
from ..guided.cells import rows
from ..guided.preparation import reached_by
from ..guided.scratch import export
from ..store import corpus as store
from ..store.layout import FormatError
from .options import FeaturesType, OutputDirectory, OutputFile, corpus_option, is_stdout, write_json

WIDTH = 100
"""Columns of the legend."""


@click.command(epilog=f"In what --row shows: {matrix.LEGEND}")
@corpus_option("Modules to look at.")
@click.option("--features", type=FeaturesType(), default=WASM_2, show_default="wasm-2.0", help="Feature level.")
@click.option(
    "--row", "names", multiple=True, metavar="NAME", help="Show every cell of this instruction.  [repeatable]"
)
@click.option(
    "--export", "place", type=OutputDirectory(), help="Write all modules as plain .wasm files, for any fuzzer."
)
@click.option("--json", "json_path", type=OutputFile(), help="Write all cells that were never reached as JSON.")
def corpus(
    corpus: Path, features: Features, names: tuple[str, ...], place: Path | None, json_path: Path | None
) -> None:
    """Shows which cells the corpus never reaches.

    A cell is an instruction in a situation: where its operands are, how short registers are, whether a comparison is
    pending; or an instruction with an immediate of a size, reachable or not.
    """
    unknown = [name for name in names if name not in BY_NAME]
    if unknown:
        raise click.UsageError(f"there is no instruction {unknown[0]!r}")
    try:
        modules = [entry.wasm for entry in store.load(corpus, features)]
    except FormatError as error:
        raise click.UsageError(str(error)) from error
    if place is not None:
        place.mkdir(parents=True, exist_ok=True)
        click.echo(f"{export(place, modules)} modules in {place}", err=True)
    reached = reached_by(modules, features)
    shown = [BY_NAME[name] for name in names] or rows(features)
    write_json(json_path, {"modules": len(modules), **matrix.to_json(shown, reached)})
    count, all_ = matrix.total(shown, reached)
    text = "\n\n".join(matrix.detail(row, reached) for row in shown) if names else matrix.overview(shown, reached)
    if names:
        text += f"\n\n{textwrap.fill(matrix.LEGEND, WIDTH)}"
    summary = f"{len(modules)} modules reach {count} of {all_} cells; {all_ - count} were never reached"
    click.echo(f"{text}\n\n{summary}", err=is_stdout(json_path))
