"""The vote: one voice for every family of engines, and the reference where voices are equal."""

import pytest

from mitey_fuzz.compare.vote import Ballot, elect, family

NAMES = ("wasmtime", "jit:minimal", "jit:baseline", "node:liftoff", "wasmtime@old")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("jit:minimal", "jit"),
        ("jit:minimal@native", "jit"),
        ("wasmtime", "wasmtime"),
        ("process:wasmtime:speed", "wasmtime"),
        ("wasmtime@releases/1.0.1", "wasmtime@releases/1.0.1"),
        ("exec:engine --mode a:b", "exec:engine --mode a:b"),
        ("node:liftoff", "node"),
    ],
)
def test_families(name: str, expected: str) -> None:
    assert family(name) == expected


Expected = tuple[tuple[int, ...], tuple[int, ...], tuple[str, ...]]

# fmt: off
ELECTIONS: list[tuple[list[list[int]], list[list[int]], Expected]] = [
    #  who agrees                   crashed     right         wrong         odd
    ([[0], [1, 2]],                 [],         ((0,),        (1, 2),       ())),
    ([[0, 3], [1, 2]],              [],         ((0, 3),      (1, 2),       ("jit:minimal", "jit:baseline"))),
    ([[0], [1, 2, 3]],              [],         ((1, 2, 3),   (0,),         ("wasmtime",))),
    ([[0, 1], [2]],                 [],         ((0, 1),      (2,),         ("jit:baseline",))),
    ([[0], [1], [3]],               [],         ((0,),        (1, 3),       ())),
    ([[0], [1, 3], [4]],            [],         ((1, 3),      (4, 0),       ("wasmtime", "wasmtime@old"))),
    ([[0], [1]],                    [[0]],      ((1,),        (0,),         ())),
    ([[0, 3], [1]],                 [[0, 3]],   ((1,),        (3, 0),       ())),
]
# fmt: on


@pytest.mark.parametrize(("groups", "crashed", "expected"), ELECTIONS)
def test_elections(groups: list[list[int]], crashed: list[list[int]], expected: Expected) -> None:
    assert elect(groups, NAMES, [*map(family, NAMES)], never_right=crashed) == Ballot(*expected)
