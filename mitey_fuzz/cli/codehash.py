"""`mitey-fuzz codehash`: one hash for each generated function, and what changed since another commit."""

from collections.abc import Iterator
from pathlib import Path

import click

from jit.wasm.features import WASM_2, Features

from .. import codehash as code
from .. import subject
from ..campaign import cases
from ..conformance.run import modules_of
from ..conformance.sexpr import ScriptError
from ..store.corpus import load
from ..store.layout import FormatError
from .options import DEFAULT_SUBJECTS, FeaturesType, NamesType, OutputFile, corpus_option

#: Changed functions named; the file has all of them.
SHOWN = 20


@click.command()
@click.option("--subject", "names", type=NamesType(), default=DEFAULT_SUBJECTS, show_default=True, help="Whose code.")
@corpus_option("Directory of modules.")
@click.option("--suite", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Directory of .wast scripts whose modules are compiled too.")  # fmt: skip
@click.option("--generated", type=click.IntRange(0), default=200, show_default=True, help="Generated modules.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of the generated modules.")
@click.option("--features", type=FeaturesType(), default=str(WASM_2), show_default=True, help="Feature level.")
@click.option("--out", type=OutputFile(), help="Write the hashes; `-` is stdout.")
@click.option("--against", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Compare with the hashes of another run.")  # fmt: skip
def codehash(
    names: tuple[str, ...], corpus: Path, suite: Path | None, generated: int, seed: int, features: Features,
    out: Path | None, against: Path | None,
) -> int:  # fmt: skip
    """Hashes the code of every function of corpus, generated modules and test suite.

    Exit status 1 when a function changed, came or went since the run in `--against`.
    """
    try:
        before = None if against is None else code.load(against.read_text(encoding="utf-8"))
        modules = [*_generated(seed, generated, features), *_corpus(corpus, features), *_suite(suite, features)]
        found = {name: entry for subject_ in names for name, entry in _hashes(subject_, features, modules)}
    except (ValueError, FormatError, ScriptError) as error:
        raise click.UsageError(str(error)) from error
    if out is not None:
        click.echo(code.dump(found), nl=False) if str(out) == "-" else out.write_text(code.dump(found), "utf-8")
    size = sum(entry.size for entry in found.values())
    click.echo(f"{len(found)} functions of {len(modules)} modules, {size} bytes of code", err=True)
    if before is None:
        return 0
    compared = code.compare(before, found)
    click.echo(_to_text(compared))
    return 0 if compared.is_unchanged else 1


def _hashes(name: str, features: Features, modules: list[tuple[str, bytes]]) -> Iterator[tuple[str, code.Code]]:
    engine = subject.create(name, features=features)
    try:
        yield from code.hashes(engine, modules)
    finally:
        engine.close()


def _generated(seed: int, count: int, features: Features) -> Iterator[tuple[str, bytes]]:
    for number in range(count):
        case = cases.make(seed, number, features, ()).case
        yield f"generated/{seed}/{number}", case.wasm
        yield from ((f"generated/{seed}/{number}/{linked.name}", linked.wasm) for linked in case.companions)


def _corpus(directory: Path, features: Features) -> Iterator[tuple[str, bytes]]:
    return ((f"corpus/{entry.name}", entry.wasm) for entry in load(directory, features))


def _suite(directory: Path | None, features: Features) -> Iterator[tuple[str, bytes]]:
    if directory is None:
        return
    for path in sorted(directory.rglob("*.wast")):
        yield from ((f"{path.stem}/{line}", wasm) for line, wasm in modules_of(path, features))


def _to_text(compared: code.Comparison) -> str:
    if compared.is_unchanged:
        return f"generated code: unchanged ({compared.same} functions)"
    lines = [f"{name}: {before.size} → {after.size} bytes" for name, before, after in compared.changed[:SHOWN]]
    if len(compared.changed) > SHOWN:
        lines.append(f"… and {len(compared.changed) - SHOWN} more")
    lines.append(
        f"generated code: {len(compared.changed)} functions changed ({compared.grown_bytes:+} bytes), "
        f"{compared.same} unchanged, {len(compared.new)} new, {len(compared.gone)} gone"
    )
    return "\n".join(lines)
