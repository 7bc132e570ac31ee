"""What host functions do, the same in every engine: a pure function of name, arguments and call index.

One that calls back first calls an export, in the middle of its own call: the function that, by then, the instance
registered under `CallBack.module` exports as `CallBack.export`.  Where there is no such instance or function it calls
nothing.  It gives it `arguments`, and answers as if the results were further arguments of its own.  Whatever else the
call comes to, a trap, exhaustion, the deadline, ends the host function and its caller in the same way.

The trace has the host function's own call first, then whatever is called meanwhile, then the results of what was called
back as one more entry, named `module.export`.  Entries count, so they move the index of later calls.  References in
those results are seen as in a host function's own arguments.

Rule 1: an engine that lives in another language reimplements exactly this file; the conformance kit checks it.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from jit.wasm.types import NULL, FuncType, Value

from .protocol import CallBack, HostCall, HostFunc

_MASK: Final = (1 << 64) - 1


class Callee(NamedTuple):
    """A function that is called back; `run` raises what an engine's own code for traps can make of it."""

    type: FuncType
    run: Callable[[Sequence[Value]], tuple[Value, ...]]


Find = Callable[[CallBack], Callee | None]
"""An engine's: the function that is to be called back, None where there is none."""


def answer(name: str, item: HostFunc, args: tuple[Value, ...], trace: list[HostCall], find: Find) -> tuple[Value, ...]:
    """The results of a host function that is called now; adds to the store's trace what belongs there."""
    index = len(trace)
    if not item.silent:
        trace.append(HostCall(name, args))
    called = item.calls_back
    callee = None if called is None else find(called)
    if called is None or callee is None:
        return respond(name, item.type, args, index)
    results = callee.run(arguments(name, callee.type, args, index))
    if not item.silent:
        trace.append(HostCall(f"{called.module}.{called.export}", results))
    return respond(name, item.type, (*args, *results), index)


def arguments(name: str, type: FuncType, args: Sequence[Value], index: int) -> tuple[Value, ...]:
    """What a host function gives a function of this type: its own argument in that place where it is a number of the
    parameter's type, else what it would answer there if the parameters were its results."""
    others = respond(name, FuncType((), type.params), args, index)
    return tuple(
        args[at] if at < len(args) and args[at].type is param and not param.is_ref else others[at]
        for at, param in enumerate(type.params)
    )


def respond(name: str, type: FuncType, args: Sequence[Value], index: int) -> tuple[Value, ...]:
    """The results of the `index`-th host call of a store (silent ones not counted).

    Bits come from a 64-bit FNV-1a-like mix of the name's UTF-8 bytes, the index and the arguments' bits, so that a
    wrong argument shows in every result.  References are answered with null.
    """
    state = 0xCBF29CE484222325
    for word in (*name.encode(), index, *(a.bits for a in args)):
        while True:
            state = ((state ^ (word & _MASK)) * 0x100000001B3) & _MASK
            word >>= 64
            if not word:
                break
    results = []
    for result in type.results:
        state = ((state ^ state >> 29) * 0xBF58476D1CE4E5B9 + 1) & _MASK
        bits = NULL if result.is_ref else (state << 64 | state ^ _MASK) & ((1 << result.bits) - 1)
        results.append(Value(result, bits))
    return tuple(results)
