"""`mitey-fuzz exec`: runs an export of a module on any engine."""

from contextlib import closing
from pathlib import Path

import click

from jit.errors import WasmError
from jit.wasm import literals
from jit.wasm.decode import decode
from jit.wasm.features import Features
from jit.wasm.module import ExternKind, Module
from jit.wasm.types import F32, F64, NULL, ValType, Value
from oracles.child import EngineLate, EngineLost, Misused
from oracles.protocol import Crashed, Engine, Instance, Outcome, Returned, TimedOut

from ..compare.differ import describe
from ..conformance import spectest
from ..conformance.sexpr import ScriptError
from ..conformance.values import float_bits, integer_bits
from ..engines import ALL
from ..generate.script import definitions
from ..subject_names import AUTO, on_host
from .modules import read_module
from .options import DEFAULT_SUBJECT, Duration, FeaturesType, HostType, InjectType, open_engine


@click.command("exec", context_settings={"ignore_unknown_options": True})
@click.argument("path", metavar="MODULE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("args", nargs=-1, type=click.UNPROCESSED, metavar="[ARG…]")
@click.option("--invoke", metavar="NAME", help="Export to call with the ARGs.  [default: only instantiate]")
@click.option("--engine", default=DEFAULT_SUBJECT, show_default=True, help="Engine to run it on.")
@click.option("--features", type=FeaturesType(), help="Feature level.  [default: all that the engine has]")
@click.option("--host", type=HostType(), default=AUTO, show_default=True, help="Where an engine of ours runs.")
@click.option("--inject", type=InjectType(), help="Plant a machine-code mutant, in an engine of ours.")
@click.option("--seconds", type=Duration(), default=60.0, show_default=True,
              help="Time for the instantiation, and for the call.")  # fmt: skip
def execute(
    path: Path, args: tuple[str, ...], invoke: str | None, engine: str, features: Features | None, host: str,
    inject: str | None, seconds: float,
) -> int:  # fmt: skip
    """Instantiates MODULE (.wasm or .wat), calls an export and prints its results, one a line.

    Arguments and results are written as in the text format.  Imports are answered by host items: the test suite's
    `spectest`, else functions that answer with a mix of their arguments.  Exit status 1 when it does not return.
    """
    wasm = read_module(path)
    if args and invoke is None:
        raise click.UsageError("arguments need --invoke NAME")
    running = open_engine(on_host(engine, host), features, inject)
    try:
        outcome = _run(running, wasm, invoke, args, seconds)
    except EngineLate as late:
        outcome = TimedOut(late.limit_s)
    except (EngineLost, Misused) as failure:
        outcome = Crashed(str(failure))
    finally:
        running.close()
    if not isinstance(outcome, Returned):
        click.echo(describe(outcome), err=True)
        return 1
    for value in outcome.values:
        click.echo(text_of(value))
    return 0


def _run(engine: Engine, wasm: bytes, invoke: str | None, args: tuple[str, ...], seconds: float) -> Outcome:
    with closing(engine.open()) as store:
        module = _decoded(wasm)
        if module is not None:
            for item in definitions(module):
                store.define(item.module, item.name, item.item)
            spectest.define(store)
        instance = store.instantiate(wasm, deadline_s=seconds)
        if isinstance(instance, Outcome):
            return instance
        return Returned(()) if invoke is None or module is None else _call(instance, module, invoke, args, seconds)


def _decoded(wasm: bytes) -> Module | None:
    """The module, or None where the engine will say why not."""
    try:
        return decode(wasm, ALL)
    except WasmError:
        return None


def _call(instance: Instance, module: Module, invoke: str, args: tuple[str, ...], seconds: float) -> Outcome:
    functions = {e.name: module.func_types[e.index] for e in module.exports if e.kind is ExternKind.FUNC}
    if invoke not in functions:
        raise click.UsageError(f"no function is exported as {invoke!r}; exported are {', '.join(functions) or 'none'}")
    params = functions[invoke].params
    if len(args) != len(params):
        wanted = " ".join(p.name for p in params) or "none"
        raise click.UsageError(f"{invoke!r} takes {len(params)} arguments ({wanted}), {len(args)} given")
    values = [value_of(text, type) for text, type in zip(args, params, strict=True)]
    return instance.call(invoke, values, deadline_s=seconds)


def value_of(text: str, type: ValType) -> Value:
    """An argument as the text format writes it; references are `null`."""
    if type.is_ref:
        if text != "null":
            raise click.UsageError(f"{text!r}: the only reference that can be written is null")
        return Value(type, NULL)
    try:
        return Value(type, float_bits(text, type) if type in (F32, F64) else integer_bits(text, type.bits))
    except ScriptError as error:
        raise click.UsageError(f"{error}; {type.name} expected") from error


def text_of(value: Value) -> str:
    """A result as the text format writes it: integers signed."""
    if value.type.is_ref:
        return str(value)
    if value.type in (F32, F64):
        return literals.floating(value.bits, value.type.bits)
    return literals.integer(value.bits, value.type.bits)
