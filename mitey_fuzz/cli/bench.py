"""`mitey-fuzz bench`: how fast the harness is and how good generated code is, measured."""

from pathlib import Path

import click

from jit.wasm.features import Features
from oracles.registry import AbsentEngine

from .. import engines
from ..bench import code as executed_code
from ..bench import throughput as modules_per_second
from ..campaign.config import DEADLINE_S
from ..store.crashes import Setup
from .options import DEFAULT_ORACLE, DEFAULT_SUBJECTS, FeaturesType, NamesType, OutputFile, is_stdout, write_json

#: Modules judged before the measurement begins.
WARM_UP = 25


@click.group()
def bench() -> None:
    """Measures the harness and the code that the subject generates."""


@bench.command()
@click.option("--subject", "subjects", type=NamesType(), default=DEFAULT_SUBJECTS, show_default=True,
              help="Engines under test.")  # fmt: skip
@click.option("--oracle", "oracles", type=NamesType(), default=DEFAULT_ORACLE, show_default=True,
              help="Engines to compare with.")  # fmt: skip
@click.option("--features", type=FeaturesType(), help="Feature level.  [default: all that the engines share]")
@click.option("--modules", type=click.IntRange(1), default=1000, show_default=True, help="How many to judge, at least.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of the modules.")
@click.option("--perturb", type=click.IntRange(0), default=0, show_default=True, metavar="N",
              help="Run one of N cases on a perturbed twin, too; 0 is none.")  # fmt: skip
@click.option("--json", "json_path", type=OutputFile(), help="Write the figures as JSON.")
def throughput(
    subjects: tuple[str, ...], oracles: tuple[str, ...], features: Features | None, modules: int, seed: int,
    perturb: int, json_path: Path | None,
) -> int:  # fmt: skip
    """Judges modules as a campaign's worker does, on one core: modules a second, seconds by stage.

    Figures are worth comparing within one run.
    """
    try:
        level = features or engines.common_features((*subjects, *oracles))
        setup = Setup(subjects, oracles, str(level))
        result = modules_per_second.measure(
            setup, seed=seed, modules=modules, warm_up=WARM_UP, deadline_s=DEADLINE_S, perturb=perturb
        )
    except (ValueError, AbsentEngine) as error:
        raise click.UsageError(str(error)) from error
    write_json(json_path, {"setup": {"subjects": subjects, "oracles": oracles, "features": str(level), "seed": seed},
                           **result.as_json()})  # fmt: skip
    click.echo(modules_per_second.to_text(result), err=is_stdout(json_path))
    return 0


@bench.command()
@click.option("--subject", "subjects", type=NamesType(), default=DEFAULT_SUBJECTS, show_default=True,
              help="Engines whose code to measure.")  # fmt: skip
@click.option("--kernel", "names", multiple=True, help="Only this kernel; may be given several times.")
@click.option("--json", "json_path", type=OutputFile(), help="Write the figures as JSON.")
def code(subjects: tuple[str, ...], names: tuple[str, ...], json_path: Path | None) -> int:
    """Counts the arm64 instructions that generated code executes on small kernels: the same on every machine."""
    kernels = executed_code.kernels()
    unknown = [name for name in names if name not in kernels]
    if unknown:
        raise click.UsageError(f"no kernel {', '.join(unknown)}; there are {', '.join(kernels)}")
    chosen = {name: wasm for name, wasm in kernels.items() if not names or name in names}
    try:
        figures = executed_code.measure(subjects, chosen)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    write_json(json_path, executed_code.as_json(figures))
    click.echo(executed_code.to_text(figures), err=is_stdout(json_path))
    return 0
