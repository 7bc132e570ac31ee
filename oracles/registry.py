"""Names of reference engines: what exists, what is usable here, and what to do about the rest.

A name is a row of the table, or `process:` before one: the same engine in a child process, where a crash or a hang of
it becomes an outcome.  Two prefixes name engines that nobody listed: `exec:COMMAND`, any program that speaks
`oracles.wire`, and `wasmtime@DIRECTORY`, a release of the wasmtime package.  Engines are imported when they are made,
so that a missing package costs only its own rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jit.wasm.features import WASM_1, Features

from .child import EngineLost
from .process import ProcessEngine
from .protocol import Engine

IN_PROCESS = "process:"
"""Prefix of a name: run the engine in a child process."""
COMMAND = "exec:"
"""Prefix of a command line: run the program it starts."""
RELEASE = "wasmtime@"
"""Prefix of a directory that `pip install --target` has filled with a release of wasmtime."""


class UnknownEngine(ValueError):
    """There is no engine of this name; the message lists those there are."""


class AbsentEngine(RuntimeError):
    """The engine of this name cannot be used here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Availability:
    """`version` of a usable engine; of an absent one, None, with the reason and what to do about it in `reason`."""

    name: str
    version: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    make: Callable[[Features], Engine]
    remedy: str


def _wasmtime(features: Features) -> Engine:
    from .wasmtime import WasmtimeEngine

    return WasmtimeEngine(features)


def _wasmtime_speed(features: Features) -> Engine:
    from .wasmtime import WasmtimeEngine

    return WasmtimeEngine(features, opt="speed")


def _wasmtime_pulley(features: Features) -> Engine:
    from .wasmtime import WasmtimeEngine

    return WasmtimeEngine(features, compiler="pulley")


def _wasmtime_winch(features: Features) -> Engine:
    from .wasmtime import WasmtimeEngine

    return WasmtimeEngine(features, compiler="winch")


def _node(features: Features) -> Engine:
    from .driven import node

    del features  # V8 has no switches
    return node.create("node")


def _node_liftoff(features: Features) -> Engine:
    from .driven import node

    del features
    return node.create("node:liftoff")


def _interp(features: Features) -> Engine:
    from .interp import InterpEngine

    return InterpEngine(features)


def _wabt(features: Features) -> Engine:
    from .wabt import WabtEngine

    return WabtEngine(features)


_COMMAND_REMEDY = "the command must answer on standard output as oracles/PROTOCOL.md says; mitey-fuzz kit checks it"
_RELEASE_REMEDY = "make the directory with: pip install --target DIRECTORY 'wasmtime==1.0.1'"
_NODE_REMEDY = "install Node.js 20 or later: apt-get install nodejs, or https://nodejs.org"
_WABT_REMEDY = "install wabt: apt-get install wabt, or https://github.com/WebAssembly/wabt"
_WASMTIME_REMEDY = "install it with: pip install 'wasmtime>=50,<51' (wheels for x86-64 and arm64 Linux, macOS, Windows)"

# fmt: off
_ROWS: dict[str, _Row] = {
    "wasmtime":        _Row(_wasmtime,        _WASMTIME_REMEDY),
    "wasmtime:speed":  _Row(_wasmtime_speed,  _WASMTIME_REMEDY),
    "wasmtime:pulley": _Row(_wasmtime_pulley, _WASMTIME_REMEDY),
    "wasmtime:winch":  _Row(_wasmtime_winch,  _WASMTIME_REMEDY),
    "node":            _Row(_node,            _NODE_REMEDY),
    "node:liftoff":    _Row(_node_liftoff,    _NODE_REMEDY),
    "wabt":            _Row(_wabt,            _WABT_REMEDY),
    "interp":          _Row(_interp,          "it is part of this package: reinstall the package"),
}
# fmt: on


def names() -> tuple[str, ...]:
    """All engine names without the `process:` prefix, usable or not."""
    return tuple(_ROWS)


def create(name: str, features: Features) -> Engine:
    """Makes the engine of this name; `UnknownEngine` or `AbsentEngine` when that cannot be done."""
    make, remedy = _maker(name)
    try:
        return make(features)
    except (ImportError, EngineLost) as error:
        raise AbsentEngine(f"engine {name} is not usable here: {error}; {remedy}") from error


def _maker(name: str) -> tuple[Callable[[Features], Engine], str]:
    """What makes the engine of a name, and what to do when it cannot."""
    if name.startswith(IN_PROCESS):
        inner = name.removeprefix(IN_PROCESS)
        return lambda features: ProcessEngine.of_registry(inner, features), _row(inner).remedy
    if name.startswith(COMMAND):
        command = name.removeprefix(COMMAND)
        return lambda features: ProcessEngine.of_command(command, features), _COMMAND_REMEDY
    if name.startswith(RELEASE):
        directory = name.removeprefix(RELEASE)
        return lambda _features: _release(directory), _RELEASE_REMEDY
    row = _row(name)
    return row.make, row.remedy


def _release(directory: str) -> Engine:
    from .driven import release

    return release.create(directory)


def _row(name: str) -> _Row:
    row = _ROWS.get(name)
    if row is None:
        raise UnknownEngine(
            f"unknown engine {name!r}; there are {', '.join(_ROWS)}, each also as {IN_PROCESS}NAME; "
            f"{RELEASE}DIRECTORY; and {COMMAND}COMMAND"
        )
    return row


def available() -> list[Availability]:
    """What can be used here, in the table's order, by trying it."""
    return [_try(name) for name in _ROWS]


def _try(name: str) -> Availability:
    try:
        engine = create(name, WASM_1)
    except AbsentEngine as absent:
        return Availability(name, None, str(absent))
    try:
        return Availability(name, engine.version)
    finally:
        engine.close()
