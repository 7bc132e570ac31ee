"""An instance that does not last: each step runs the script so far again, in a process of its own, and looks.

That is sound because nothing in it can differ from run to run: no clock, no addresses, stacks of fixed size.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from jit.wasm.encode import encode
from jit.wasm.module import ExternKind, Module
from jit.wasm.types import EXTERNREF, FUNCREF, NULL, FuncType, Value

from ..protocol import Crashed, HostCall, HostFunc, Outcome, Returned, Snapshot, TimedOut, Unsupported
from . import probes, seen
from .contain import Contained
from .tool import Run, Tool
from .words import WABT

NO_REFERENCES = "the interpreter of wabt cannot be given host references"

_SLACK = 4
"""How many times longer than last time the calls before the last may take, so that only that one is late."""


@dataclass(frozen=True)
class Loaded:
    """A module that was linked: `hosts` are its host functions, in the order of their imports."""

    module: Module
    contained: Contained
    hosts: tuple[tuple[str, HostFunc], ...]

    @cached_property
    def calls(self) -> dict[str, tuple[int, FuncType]]:
        """Exported functions by name."""
        exported = [e for e in self.module.exports if e.kind is ExternKind.FUNC]
        return {e.name: (e.index, self.module.func_types[e.index]) for e in exported}

    @cached_property
    def lowest(self) -> dict[int, int]:
        """The index that a host function has where it is imported again under a higher one."""
        first: dict[str, int] = {}
        return {n: first.setdefault(name, n) for n, (name, _) in enumerate(self.hosts)}

    def wasm(self, script: Sequence[probes.Body]) -> bytes:
        """The module that makes the calls of a script, and prints names and state behind them."""
        looks = [probes.names(self.contained.functions), probes.state(self.module)]
        return encode(self.contained.with_probes([*script, *looks]))


class WabtInstance:
    """Made by `WabtStore.instantiate` of a run without any calls that ended well."""

    def __init__(self, tool: Tool, loaded: Loaded, run: Run) -> None:
        self._tool = tool
        self._loaded = loaded
        self._script: list[probes.Body] = []
        self._over: TimedOut | Crashed | None = None
        self._look(run)

    def _look(self, run: Run) -> seen.Events:
        """Reads a run; gives what the last call of the script printed, its host calls aside."""
        *frames, state = run.frames
        trace: list[HostCall] = []
        self._took_s = run.seconds
        printed: list[seen.Events] = [deque()]
        for frame in frames:
            calls, rest = seen.host_calls(frame, self._loaded.hosts)
            trace += calls
            printed.append(rest)
        self._names = seen.Names(printed[-1], self._loaded.lowest)
        self._snapshot = seen.state(self._loaded.module, deque(state.events), self._names, trace)
        return printed[-2]

    def call(self, export: str, args: Sequence[Value], *, deadline_s: float) -> Outcome:
        """Calls an export; `ValueError` when the arguments do not have its parameters' types."""
        if export not in self._loaded.calls:
            raise KeyError(f"no exported function {export!r}; there are {list(self._loaded.calls)}")
        index, type = self._loaded.calls[export]
        if tuple(arg.type for arg in args) != type.params:
            raise ValueError(f"{export} has type {type}, not one that takes {' '.join(map(str, args)) or 'nothing'}")
        if any(arg.type is EXTERNREF and arg.bits != NULL for arg in args):
            return Unsupported(NO_REFERENCES)
        if any(
            arg.type is FUNCREF and arg.bits not in (NULL, *range(self._loaded.contained.functions)) for arg in args
        ):
            raise ValueError(f"{' '.join(map(str, args))}: there is no such function")
        if self._over is not None:
            return self._over
        self._script.append(probes.call(index, args, type.results))
        run = self._tool.run(self._loaded.wasm(self._script), deadline_s + _SLACK * self._took_s)
        if not isinstance(run, Run):
            self._over = Crashed("the instance ended with a call that did not")
            return TimedOut(deadline_s) if isinstance(run, TimedOut) else run
        if run.failed is not None or run.refused is not None:
            return WABT.outcome(run.failed or run.refused or "")
        printed = self._look(run)
        trap = run.frames[len(self._script) - 1].trap
        return Returned(seen.values(type.results, printed, self._names)) if trap is None else WABT.outcome(trap)

    def read_global(self, export: str) -> Value:
        for name, value in self._snapshot.globals:
            if name == export:
                return value
        raise KeyError(f"no exported global {export!r}")

    def snapshot(self) -> Snapshot:
        return self._snapshot
