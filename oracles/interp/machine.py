"""Runs prepared functions: the one loop, with explicit frames, so that no depth of wasm calls is a depth of Python's.

Bounds: a call depth and a number of live values, both ending in `Resource` with the specification's words for a full
call stack, and a deadline, looked at after every so many jumps and calls.  Straight-line code between two of those is
bounded by the size of its function.
"""

import math
from collections.abc import Callable, Sequence

from jit.wasm.types import TrapKind

from .control import Watch, prepare
from .objects import Function, HostFunction, Resource, Step, WasmFunction

MAX_DEPTH = 20_000
"""Calls at a time.  Wasmtime bears some 30,000 trivial frames in its default half mebibyte, fewer of larger ones."""
MAX_SLOTS = 4_000_000
"""Locals and waiting operands of all calls at a time, 32 MB of lists: one function may have 50,000 locals."""
JUMPS_PER_LOOK = 2048
"""Jumps and calls between two looks at the clock; at some 3 million a second, less than a millisecond."""

_Frame = tuple[list[Step], int, list[int], list[int]]


class OutOfTime(Exception):
    """The deadline passed."""


class Machine:
    """Calls functions; keeps nothing between calls.  `watch` is shown every function before its first call.

    `most_calls` are those at a time; one from within a host function begins anew, but has no more time than its caller.
    """

    __slots__ = ("_clock", "_end", "_most_calls", "_watch")

    def __init__(self, clock: Callable[[], float], watch: Watch | None = None, *, most_calls: int = MAX_DEPTH) -> None:
        self._clock = clock
        self._watch = watch
        self._most_calls = most_calls
        self._end = math.inf

    def call(self, function: Function, args: Sequence[int], deadline_s: float) -> list[int]:
        """The results' bits.  Raises `Trap`, `Resource` or `OutOfTime`, and leaves everything as it was by then."""
        outer = self._end
        self._end = min(outer, self._clock() + deadline_s)
        try:
            if isinstance(function, HostFunction):
                return function.respond(list(args))
            return _Run(self._clock, self._end, self._watch, self._most_calls).run(function, list(args))
        except RecursionError:  # only calls back from host functions are as deep in Python as in wasm
            raise Resource(TrapKind.EXHAUSTED.value) from None
        finally:
            self._end = outer


def _take(stack: list[int], count: int) -> list[int]:
    """Pops so many values, the last pushed last."""
    bottom = len(stack) - count
    taken = stack[bottom:]
    del stack[bottom:]
    return taken


class _Run:
    """One call from outside, with all calls it makes."""

    __slots__ = ("clock", "end", "frames", "most_calls", "slots", "watch")

    def __init__(self, clock: Callable[[], float], end: float, watch: Watch | None, most_calls: int) -> None:
        self.clock = clock
        self.most_calls = most_calls
        self.watch = watch
        self.end = end
        self.frames: list[_Frame] = []
        self.slots = 0

    def run(self, function: WasmFunction, args: list[int]) -> list[int]:
        steps, locals_ = self._enter(function, args)
        stack: list[int] = []
        place = 0
        jumps = JUMPS_PER_LOOK
        while True:
            target = steps[place](stack, locals_)
            place += 1
            if target is None:
                continue
            jumps -= 1
            if not jumps:
                self._look()
                jumps = JUMPS_PER_LOOK
            if isinstance(target, int):
                if target >= 0:
                    place = target
                    continue
                self.slots -= len(locals_)
                if not self.frames:
                    return stack
                results = stack
                steps, place, stack, locals_ = self.frames.pop()
                self.slots -= len(stack)
                stack += results
                continue
            args = _take(stack, len(target.type.params))
            if isinstance(target, HostFunction):
                stack += target.respond(args)
                continue
            self.frames.append((steps, place, stack, locals_))
            self.slots += len(stack)
            steps, locals_ = self._enter(target, args)
            stack = []
            place = 0

    def _enter(self, function: WasmFunction, args: list[int]) -> tuple[list[Step], list[int]]:
        """The steps of a function and its locals, which begin with the arguments (spec: `exec-invoke`)."""
        if not function.steps:
            prepare(function, self.watch)
        locals_ = args + function.zeros
        self.slots += len(locals_)
        if len(self.frames) >= self.most_calls or self.slots > MAX_SLOTS:
            raise Resource(TrapKind.EXHAUSTED.value)
        return function.steps, locals_

    def _look(self) -> None:
        if self.clock() > self.end:
            raise OutOfTime
