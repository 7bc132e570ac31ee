"""Who is wrong when engines disagree: a vote, in which every family of engines has one voice.

Engines of one family share a runtime or a compiler, and therefore bugs; two of them that agree prove no more than one.
About what is a valid module engines with one decoder and validator have one voice (`Capabilities.front_end`).
Where no group of engines has more voices than every other one, the first engine, the reference, is presumed right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_IN_PROCESS = "process:"
_ON_THEIR_OWN = ("exec:", "wasmtime@")
"""Prefixes behind which everything is an engine of its own."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """`right` and `wrong` are places of engines; `odd` names the wrong ones where a majority says so."""

    right: tuple[int, ...]
    wrong: tuple[int, ...]
    odd: tuple[str, ...]


def family(name: str) -> str:
    """What engines of these names have in common: `jit`, `wasmtime`, `node`; a release in a directory is its own."""
    name = name.removeprefix(_IN_PROCESS)
    return name if name.startswith(_ON_THEIR_OWN) else name.partition("@")[0].partition(":")[0]


def elect(
    groups: Sequence[Sequence[int]],
    names: Sequence[str],
    voices: Sequence[str],
    *,
    never_right: Sequence[Sequence[int]],
) -> Ballot:
    """Decides between groups of engines that agree; the engines that `never_right` holds crashed.

    `voices` says of every engine whose voice it is: those of one have one voice together.
    Wrong engines come subjects and later oracles first, the reference last: it is what a finding is least likely about.
    """
    counts = [len({voices[at] for at in group}) for group in groups]
    possible = [n for n, group in enumerate(groups) if group not in never_right] or list(range(len(groups)))
    most = max(counts[n] for n in possible)
    elected = next(n for n in possible if counts[n] == most)
    first = next((n for n, group in enumerate(groups) if 0 in group and n in possible), elected)
    if counts[first] == most:
        elected = first
    wrong = sorted(
        (at for group in groups if group is not groups[elected] for at in group), key=lambda at: (at == 0, at)
    )
    clear = all(counts[elected] > count for n, count in enumerate(counts) if n != elected)
    odd = tuple(names[at] for at in sorted(wrong)) if clear else ()
    return Ballot(tuple(groups[elected]), tuple(wrong), odd)
