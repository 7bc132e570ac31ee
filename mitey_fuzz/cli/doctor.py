"""`mitey-fuzz doctor`: what is installed, what works here, and what to do about the rest."""

import importlib.util
import platform
import sys
from importlib import metadata
from pathlib import Path

import click

from oracles import kit, registry

from .. import engines, subject
from ..subject_names import hosts
from .options import OutputFile, is_stdout, write_json

PACKAGES = ("unicorn", "wasmtime", "hypothesis", "capstone", "rich", "click")
OPTIONAL = {"atheris": "guided fuzzing; wheels exist for CPython 3.11-3.14 on x86-64 Linux: pip install atheris"}
OURS = ("jit", "oracles", "mitey_fuzz")


def misplaced() -> str | None:
    """What is wrong when our three packages do not lie side by side; None when they do.

    `jit` is also the name of another distribution: whichever was installed last has overwritten the other.
    """
    homes = {name: _home(name) for name in OURS}
    if len(set(homes.values())) == 1 and None not in homes.values():
        return None
    found = "\n".join(f"  {name}: {home or 'not found'}" for name, home in homes.items())
    return (
        f"the packages jit, oracles and mitey_fuzz must lie side by side, but here they are at\n{found}\n"
        "Another distribution named like one of them is installed in this environment; install mitey-fuzz into a "
        "virtual environment of its own:\n  python3 -m venv .venv && .venv/bin/pip install -e ."
    )


def _home(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).resolve().parent.parent if spec is not None and spec.origin else None


@click.command()
@click.option("--json", "json_path", type=OutputFile(),
              help="Write the findings as JSON.")  # fmt: skip
def doctor(json_path: Path | None) -> int:
    """Checks packages, hosts and engines, each engine by running the conformance kit on it.

    Exit status 0 when the default campaign can run here, 3 when it cannot.
    """
    rows = [*_environment(), *_packages(), *_hosts(), *_engines()]
    for name, good, text in rows:
        click.echo(f"{'ok  ' if good else 'no  '}  {name:<18} {text}", err=is_stdout(json_path))
    write_json(json_path, {name: {"ok": good, "detail": text} for name, good, text in rows})
    needed = {*PACKAGES, *subject.subjects(), "wasmtime", "interp", "packages"}
    return 0 if all(good for name, good, _ in rows if name in needed) else 3


def _environment() -> list[tuple[str, bool, str]]:
    version = platform.python_version()
    machine = f"{platform.system()} {platform.machine()}"
    wrong = misplaced()
    return [
        ("python", sys.version_info >= (3, 11), f"{platform.python_implementation()} {version}"),
        ("machine", True, machine),
        ("packages", wrong is None, wrong or f"jit, oracles and mitey_fuzz in {_home('jit')}"),
        ("subject", True, f'{_form()} (README: "Compiled")'),
    ]


def _form() -> str:
    """Whether the subject's hot modules are compiled, as one of them tells."""
    spec = importlib.util.find_spec("jit.a64.masm")
    return "pure Python" if spec is None or spec.origin is None or spec.origin.endswith(".py") else "compiled by mypyc"


def _packages() -> list[tuple[str, bool, str]]:
    rows = []
    for name in (*PACKAGES, *OPTIONAL):
        try:
            rows.append((name, True, metadata.version(name)))
        except metadata.PackageNotFoundError:
            remedy = OPTIONAL.get(name, f"needed: pip install {name}")
            rows.append((name, False, f"not installed; {remedy}"))
    return rows


def _hosts() -> list[tuple[str, bool, str]]:
    """Which hosts there are here, which one is taken when nobody says, and why."""
    rows = [(f"host {name}", why is None, why or "available") for name, why in hosts()]
    chosen = next(name for name, why in hosts() if why is None)
    reason = "this machine is arm64" if chosen == "native" else "code for arm64 is emulated, by Unicorn"
    return [*rows, ("host auto", True, f"{chosen}: {reason}")]


def _engines() -> list[tuple[str, bool, str]]:
    rows = [_checked(name) for name in subject.subjects()]
    rows += [_checked(r.name) if r.version is not None else (r.name, False, r.reason) for r in registry.available()]
    return rows


def _checked(name: str) -> tuple[str, bool, str]:
    """An engine and whether it passes the conformance kit."""
    engine = engines.create(name, None)
    version = engine.version
    engine.close()
    report = kit.check_engine(lambda: engines.create(name, None))
    if report.failed:
        check, wrong = report.failed[0]
        return name, False, f"{version}; fails {len(report.failed)} checks of the kit, first {check}: {wrong}"
    return name, True, f"{version}; passes the conformance kit ({len(report.passed)} checks)"
