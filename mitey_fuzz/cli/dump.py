"""`mitey-fuzz dump`: the code that a back end generates, wasm instruction by wasm instruction."""

from pathlib import Path

import click

from jit.errors import WasmError
from jit.wasm.features import Features

from .. import listing
from .modules import read_module
from .options import DEFAULT_SUBJECTS, FeaturesType, InjectType, NamesType


@click.command()
@click.argument("module", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--subject", "names", type=NamesType(), default=DEFAULT_SUBJECTS, show_default=True,
              help="Whose code; that of several stands side by side.")  # fmt: skip
@click.option("--function", type=click.IntRange(0), help="Index of one function, imports counted.  [default: all]")
@click.option("--features", type=FeaturesType(), help="Feature level.  [default: all that the back end compiles]")
@click.option("--inject", type=InjectType(), help="Plant a machine-code mutant.")
def dump(
    module: Path, names: tuple[str, ...], function: int | None, features: Features | None, inject: str | None
) -> int:
    """Lists the generated arm64 code of MODULE (.wasm or .wat) beside the wasm it came from."""
    try:
        wasm = read_module(module)
        if len(names) > 1:
            text = listing.side_by_side(names, wasm, features, inject, function)
        else:
            text = listing.of_module(names[0], wasm, features, inject, function)
    except WasmError as error:
        raise click.UsageError(f"{module}: {error}") from error
    except (ValueError, LookupError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(text.rstrip())
    return 0
