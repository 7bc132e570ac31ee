"""Runs scripts of the core test suite on any engine.

Rule 1: nothing is forgiven.  An assertion that an engine cannot be held to is skipped, with the reason counted; on an
engine with all features those are the ones that test a parser of the text format, which we do not have.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import assert_never

import wasmtime

from jit.wasm.features import Features
from oracles.protocol import Engine, Instance, Outcome, Phase, Returned, Store

from . import judge, spectest
from .results import Check, Failed, Mark, Passed, ScriptResult, Skipped, SuiteResult
from .script import (
    Action,
    AssertExhaustion,
    AssertRejected,
    AssertReturn,
    AssertTrap,
    BinaryModule,
    Command,
    Define,
    Get,
    Invoke,
    ModuleSource,
    Perform,
    Register,
    TextModule,
    Unsupported,
    describe,
    read,
)
from .sexpr import ScriptError, Source

DEADLINE_S = 60.0
"""For each call and instantiation."""
TEXT_FORMAT = "text format"
SIMD_OFF = "simd is off"

_OWNER = re.compile(r"\((data|elem)\s+\$[^\s()]+(?=\s*\()")


def run_suite(
    directory: Path,
    engine: Engine,
    scripts: Sequence[str] = (),
    *,
    deadline_s: float = DEADLINE_S,
    progress: Callable[[ScriptResult], None] = lambda _: None,
) -> SuiteResult:
    """Runs scripts of a directory, each in a store of its own, and reports each to `progress`.

    `scripts` are names below the directory, with or without `.wast`, or paths; none means all there are, in the order
    of their names.  Raises `FileNotFoundError` for a script or directory that does not exist.
    """
    results = []
    for name, path in _find(directory, scripts):
        result = ScriptResult(name, run_script(path, engine, deadline_s=deadline_s))
        progress(result)
        results.append(result)
    return SuiteResult(engine.name, str(engine.can.features), tuple(results))


def run_script(path: Path, engine: Engine, *, deadline_s: float = DEADLINE_S) -> tuple[Check, ...]:
    """Runs one script.  A script that cannot be read is one failed check."""
    try:
        commands = read(path.read_text(encoding="utf-8"))
    except (ScriptError, UnicodeDecodeError) as error:
        return (Check(0, "read", Failed("a script", str(error))),)
    if not engine.can.features.simd and any(_defines_vectors(command) for command in commands):
        return tuple(
            Check(command.line, describe(command), Skipped(SIMD_OFF)) for command in commands if _is_assertion(command)
        )
    store = engine.open()
    try:
        spectest.define(store)
        run = _Run(engine, store, deadline_s)
        checks = ((command, run.do(command)) for command in commands)
        return tuple(
            Check(command.line, describe(command), mark)
            for command, mark in checks
            if _is_assertion(command) or isinstance(mark, Failed)
        )
    finally:
        store.close()


def modules_of(path: Path, features: Features) -> Iterator[tuple[int, bytes]]:
    """The modules that a script instantiates, each with its line; what cannot be read as text is left out.

    Raises `ScriptError` and `UnicodeDecodeError` for a script that cannot be read.
    """
    for command in read(path.read_text(encoding="utf-8")):
        if isinstance(command, Define):
            with suppress(wasmtime.WasmtimeError):
                yield command.line, assemble(command.module, features)


def assemble(module: ModuleSource, features: Features) -> bytes:
    """A module's bytes.  Raises `wasmtime.WasmtimeError` for text that cannot be read."""
    match module:
        case BinaryModule(wasm=wasm):
            return wasm
        case TextModule(source=source):
            # SPEC: before bulk memory operations the name in a segment is that of its memory or table, of which there
            # is one; since then, it is the segment's own.
            text = source if features.bulk_memory else _OWNER.sub(r"(\1", source)
            return bytes(wasmtime.wat2wasm(text))
        case _:
            assert_never(module)


class _Run:
    """A script under way: its store, and the instances it has names for; the empty name is the last one's."""

    def __init__(self, engine: Engine, store: Store, deadline_s: float) -> None:
        self._engine = engine
        self._store = store
        self._deadline_s = deadline_s
        self._instances: dict[str, Instance | None] = {}

    def do(self, command: Command) -> Mark:
        """Carries out a command; one that asserts nothing passes unless it goes wrong."""
        match command:
            case Define(module=module):
                return self._define(module)
            case Register(name=name, module=module):
                return self._register(name, module)
            case Perform(action=action):
                return self._act(action, judge.success)
            case AssertReturn(action=action, results=wanted):
                return self._act(action, lambda outcome: judge.results(outcome, wanted))
            case AssertTrap(action=action, message=message):
                if isinstance(action, Invoke | Get):
                    return self._act(action, lambda outcome: judge.trap(outcome, message))
                return self._try(action, lambda outcome: judge.trap(outcome, message))
            case AssertExhaustion(action=action, message=message):
                return self._act(action, lambda outcome: judge.exhaustion(outcome, message))
            case AssertRejected():
                return self._reject(command)
            case Unsupported(what=what):
                return Skipped(f"unsupported: {what}")
            case _:
                assert_never(command)

    def _define(self, module: ModuleSource) -> Mark:
        def keep(made: Instance | None) -> None:
            self._instances[""] = self._instances[module.name] = made

        keep(None)
        return self._try(
            module,
            lambda outcome: Passed() if outcome is None else Failed("an instance", judge.describe(outcome)),
            keep,
        )

    def _register(self, name: str, module: str) -> Mark:
        instance = self._instances.get(module)
        if instance is None:
            return _no_instance(module)
        self._store.register(name, instance)
        return Passed()

    def _reject(self, command: AssertRejected) -> Mark:
        if command.phase is Phase.DECODE and isinstance(command.module, TextModule):
            return Skipped(TEXT_FORMAT)
        by_phase = self._engine.can.tells_phases
        return self._try(
            command.module,
            lambda outcome: judge.rejection(outcome, command.phase, command.message, by_phase=by_phase),
        )

    def _act(self, action: Action, verdict: Callable[[Outcome], Mark]) -> Mark:
        """Judges what an action ends with."""
        instance = self._instances.get(action.module)
        if instance is None:
            return _no_instance(action.module)
        try:
            match action:
                case Invoke(export=export, args=args):
                    outcome = instance.call(export, args, deadline_s=self._deadline_s)
                case Get(export=export):
                    outcome = Returned((instance.read_global(export),))
                case _:
                    assert_never(action)
        except KeyError:
            return Failed(f"an export {action.export!r}", "none")
        return verdict(outcome)

    def _try(
        self,
        module: ModuleSource,
        verdict: Callable[[Outcome | None], Mark],
        keep: Callable[[Instance], None] = lambda _: None,
    ) -> Mark:
        """Judges what instantiation ends with, None for an instance, which goes to `keep`."""
        try:
            wasm = assemble(module, self._engine.can.features)
        except wasmtime.WasmtimeError as error:
            return Failed("a module in the text format", str(error))
        made = self._store.instantiate(wasm, deadline_s=self._deadline_s)
        if isinstance(made, Outcome):
            return verdict(made)
        keep(made)
        return verdict(None)


def _no_instance(name: str) -> Failed:
    return Failed(f"an instance {name}".rstrip(), "none: its module failed, or there is no such module")


def _defines_vectors(command: Command) -> bool:
    """Whether a command instantiates a module that names the vector type, or an instruction of it."""
    match command:
        case Define(module=TextModule(source=source, quoted=False)) if "v128" in source:
            words = (source[start:end] for kind, start, end in Source(source).tokens() if kind == "atom")
            return any(word == "v128" or word.startswith("v128.") for word in words)
        case _:
            return False


def _is_assertion(command: Command) -> bool:
    return isinstance(command, AssertReturn | AssertTrap | AssertExhaustion | AssertRejected | Unsupported)


def _find(directory: Path, scripts: Sequence[str]) -> list[tuple[str, Path]]:
    """Names and paths of scripts, in the order of their names unless they are given."""
    if not directory.is_dir():
        raise FileNotFoundError(f"there is no directory {directory}")
    if not scripts:
        return sorted((path.relative_to(directory).as_posix(), path) for path in directory.rglob("*.wast"))
    found = []
    for script in scripts:
        name = script if script.endswith(".wast") else f"{script}.wast"
        path = next((path for path in (directory / name, Path(name)) if path.is_file()), None)
        if path is None:
            raise FileNotFoundError(f"there is no script {directory / name}")
        inside = path.is_relative_to(directory)
        found.append((path.relative_to(directory).as_posix() if inside else path.as_posix(), path))
    return found
