"""The calls to make, with arguments: functions more than once, interleaved, on interesting values."""

from collections.abc import Sequence
from typing import Final

from jit.wasm.module import Module
from jit.wasm.types import BY_LETTER, NULL, ExternType, FuncType, GlobalType, MemoryType, Value
from oracles.protocol import HostFunc, HostGlobal, HostItem, HostMemory, HostTable

from ..case import Call, Definition
from ..choices import Choices
from .literals import value_bits

_HANDLES: Final = (NULL, 1, 2, 3, 0, 1 << 31, (1 << 32) - 1)
"""Numbers of host objects: small ones, and the ends of what an engine may keep beside a null in 32 bits."""


def argument(choices: Choices, letter: str) -> Value:
    """An argument of a type; a reference to a function is null, one to something of the host mostly not."""
    kind = BY_LETTER[letter]
    if letter == "e":
        return Value(kind, _HANDLES[choices.integer(0, len(_HANDLES) - 1)])
    return Value(kind, NULL if kind.is_ref else value_bits(choices, letter))


def make_script(choices: Choices, exports: Sequence[tuple[str, str]], calls: int) -> tuple[Call, ...]:
    """`calls` calls of exported functions, which are given as name and parameter letters.

    One in four repeats the call before with the same arguments: state, not arguments, then makes the difference.
    """
    script: list[Call] = []
    for _ in range(calls if exports else 0):
        with choices.span("call"):
            if script and choices.integer(0, 3) == 3:
                script.append(script[-1])
            else:
                name, params = exports[choices.integer(0, len(exports) - 1)]
                script.append(Call(name, tuple([argument(choices, letter) for letter in params])))
    return tuple(script)


def first_calls(choices: Choices, exports: Sequence[tuple[str, str]], most: int) -> tuple[Call, ...]:
    """A call of every function, in their order; of more than `most`, of as many from any of them on."""
    with choices.span("call"):
        start = choices.integer(0, len(exports) - 1) if len(exports) > most else 0
    chosen = (*exports[start:], *exports[:start])[:most]
    script: list[Call] = []
    for name, params in chosen:
        with choices.span("call"):
            script.append(Call(name, tuple([argument(choices, letter) for letter in params])))
    return tuple(script)


def definitions(module: Module) -> tuple[Definition, ...]:
    """Host items for all that a module imports, exactly of the types it asks for; globals are zero or null."""
    items = {(entry.module, entry.name): _item(entry.type) for entry in module.imports}
    return tuple(Definition(place, name, item) for (place, name), item in items.items())


def _item(type: ExternType) -> HostItem:
    if isinstance(type, FuncType):
        return HostFunc(type)
    if isinstance(type, GlobalType):
        return HostGlobal(type, Value(type.type, NULL if type.type.is_ref else 0))
    return HostMemory(type) if isinstance(type, MemoryType) else HostTable(type)
