"""libFuzzer in this process, through atheris: what it runs, and who makes its inputs.

Rule 1: `drive` never returns, and neither `finally` nor `atexit` runs after it; whoever calls it lives in a process of
its own, and has told others all that matters as soon as it was known.
"""

from collections.abc import Callable, Sequence

import atheris

from jit.wasm.features import Features

from . import mutator
from .counters import Counters

_MAX_LEN = "-max_len="


def cell_counters() -> Counters:
    """Counters for cells."""
    return Counters(atheris)


def drive(arguments: Sequence[str], run: Callable[[bytes], None], features: Features) -> None:
    """Has libFuzzer call `run` with input after input; `arguments` are the program's name and libFuzzer's own.

    Unless they say how long an input may be it is as long as ours are: libFuzzer's 4096 bytes would cut modules off.
    """
    arguments = list(arguments)
    if not any(argument.startswith(_MAX_LEN) for argument in arguments):
        arguments.append(f"{_MAX_LEN}{mutator.LONGEST_INPUT}")

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        return mutator.mutate(data, seed, most, features)

    def cross_over(data: bytes, other: bytes, most: int, seed: int) -> bytes:
        return mutator.cross_over(data, other, seed, most, features)

    atheris.Setup(arguments, run, custom_mutator=mutate, custom_crossover=cross_over)
    atheris.Fuzz()
