"""Baseline: the shuffle of the bytes of two vectors (spec: `exec-vec-shuffle`).

What one instruction does in one word is found in a table of all such patterns; the others are looked up by the machine
(Arm: "TBL"), from one register where one operand has all the lanes, else from two neighbours.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from ...a64.masm import MacroAssembler
from ...a64.operands import B16, D2, H8, S4, Arrangement, VReg
from ...wasm.types import V128
from .abi import CYCLE, FLOAT_SCRATCH
from .compiler import FunctionCompiler
from .rows import Rows
from .values import Const, Value, v_place

ROWS: Final[Rows] = Rows()

Asm = MacroAssembler
Lanes = tuple[int, ...]
"""Sixteen numbers of bytes: 0-15 of the first operand, 16-31 of the second."""

_FIRST: Final = 0
_SECOND: Final = 16
"""Where the bytes of either operand begin."""
_BEYOND: Final = 0xFF
"""A number of no byte: TBL gives zero for it."""

assert CYCLE == FLOAT_SCRATCH + 1, "two scratch registers make a table"


class Pattern(NamedTuple):
    """An instruction whose sources are the operands that begin at these bytes."""

    write: Callable[[MacroAssembler, VReg, VReg, VReg], None]
    left: int
    right: int


_Permute = Callable[[MacroAssembler, Arrangement, VReg, VReg, VReg], None]
_Reverse = Callable[[MacroAssembler, VReg, VReg], None]


def _permute(emit: _Permute, arrangement: Arrangement) -> Callable[[MacroAssembler, VReg, VReg, VReg], None]:
    return lambda asm, rd, rn, rm: emit(asm, arrangement, rd, rn, rm)


def _duplicate(arrangement: Arrangement, index: int) -> Callable[[MacroAssembler, VReg, VReg, VReg], None]:
    return lambda asm, rd, rn, _rm: asm.dup_element(arrangement, rd, rn, index)


def _extract(start: int) -> Callable[[MacroAssembler, VReg, VReg, VReg], None]:
    return lambda asm, rd, rn, rm: asm.ext(B16, rd, rn, rm, start)


def _reverse(emit: _Reverse) -> Callable[[MacroAssembler, VReg, VReg, VReg], None]:
    return lambda asm, rd, rn, _rm: emit(asm, rd, rn)


_ARRANGEMENTS: Final[tuple[Arrangement, ...]] = (B16, H8, S4, D2)
"""By the binary logarithm of a lane's bytes."""
_PERMUTATIONS: Final[tuple[tuple[_Permute, Callable[[Sequence[int], Sequence[int]], list[int]]], ...]] = (
    (Asm.zip1, lambda n, m: _alternate(n[: len(n) // 2], m[: len(m) // 2])),
    (Asm.zip2, lambda n, m: _alternate(n[len(n) // 2 :], m[len(m) // 2 :])),
    (Asm.uzp1, lambda n, m: [*n[::2], *m[::2]]),
    (Asm.uzp2, lambda n, m: [*n[1::2], *m[1::2]]),
    (Asm.trn1, lambda n, m: _alternate(n[::2], m[::2])),
    (Asm.trn2, lambda n, m: _alternate(n[1::2], m[1::2])),
)
"""Instructions of two sources, and which lanes they give."""
_REVERSALS: Final[tuple[tuple[_Reverse, int, int], ...]] = (
    (lambda asm, rd, rn: asm.rev64(B16, rd, rn), 0, 8),
    (lambda asm, rd, rn: asm.rev64(H8, rd, rn), 1, 8),
    (lambda asm, rd, rn: asm.rev64(S4, rd, rn), 2, 8),
    (lambda asm, rd, rn: asm.rev32_v(B16, rd, rn), 0, 4),
    (lambda asm, rd, rn: asm.rev32_v(H8, rd, rn), 1, 4),
    (lambda asm, rd, rn: asm.rev16_v(B16, rd, rn), 0, 2),
)
"""Instructions of one source, the binary logarithm of the bytes in a lane, and the bytes among which they reverse."""


def _alternate(n: Sequence[int], m: Sequence[int]) -> list[int]:
    return [lane for pair in zip(n, m, strict=True) for lane in pair]


def _bytes_of(lanes: Sequence[int], log2: int) -> Lanes:
    """Lanes of `1 << log2` bytes, each given by its number, as bytes."""
    return tuple((lane << log2) + byte for lane in lanes for byte in range(1 << log2))


def _patterns() -> Iterator[tuple[Lanes, Pattern]]:
    """What one instruction does; of two that do the same the first is taken."""
    for left, right in ((_FIRST, _SECOND), (_SECOND, _FIRST), (_FIRST, _FIRST), (_SECOND, _SECOND)):
        for log2, arrangement in enumerate(_ARRANGEMENTS):
            count = 16 >> log2
            n, m = (range(start >> log2, (start >> log2) + count) for start in (left, right))
            if left == right:
                for index in range(count):
                    yield _bytes_of([n[index]] * count, log2), Pattern(_duplicate(arrangement, index), left, left)
            for emit, choose in _PERMUTATIONS:
                yield _bytes_of(choose(n, m), log2), Pattern(_permute(emit, arrangement), left, right)
        bytes_ = (*range(left, left + 16), *range(right, right + 16))
        for start in range(1, 16):
            yield bytes_[start : start + 16], Pattern(_extract(start), left, right)
    for source in (_FIRST, _SECOND):
        for reverse, log2, among in _REVERSALS:
            lanes = range(source >> log2, source + 16 >> log2)
            per = among >> log2
            turned = [lane for at in range(0, len(lanes), per) for lane in reversed(lanes[at : at + per])]
            yield _bytes_of(turned, log2), Pattern(_reverse(reverse), source, source)


def _table() -> dict[Lanes, Pattern]:
    table: dict[Lanes, Pattern] = {}
    for lanes, pattern in _patterns():
        table.setdefault(lanes, pattern)
    return table


PATTERNS: Final = _table()
"""Every shuffle that is one instruction, by its lanes."""


@ROWS.emits("i8x16.shuffle", B16)
def shuffle(c: FunctionCompiler, _arrangement: object, lanes: Lanes) -> None:
    """Spec: `exec-vec-shuffle`."""
    right, left = c.state.pop(), c.state.pop()
    for start, value in ((_FIRST, left), (_SECOND, right)):
        if lanes == tuple(range(start, start + 16)):
            c.state.push_again(value)
            return
    pattern = PATTERNS.get(lanes)
    if pattern is not None:
        values = {_FIRST: left, _SECOND: right}
        n = c.state.float(values[pattern.left])
        m = n if pattern.left == pattern.right else c.state.float(values[pattern.right])
        result = c.state.float_result(n, m)
        pattern.write(c.asm, result, n, m)
        c.state.push_written(V128, v_place(result))
        return
    for value, other, start in ((left, right, _FIRST), (right, left, _SECOND)):
        chosen = _from_one(lanes, start, other)
        if chosen is not None:
            _look_up(c, value, chosen)
            return
    _look_up_in_both(c, left, right, lanes)


def _from_one(lanes: Lanes, start: int, other: Value) -> Lanes | None:
    """The lanes as numbers of one operand's bytes, if the others all are zeros or there are none."""
    is_zero = type(other) is Const and other.bits == 0
    chosen = tuple(lane - start if start <= lane < start + 16 else _BEYOND for lane in lanes)
    return chosen if is_zero or _BEYOND not in chosen else None


def _load_lanes(c: FunctionCompiler, lanes: Sequence[int]) -> VReg:
    """A register of its own with these numbers."""
    numbers = c.state.registers.borrow_float()
    c.asm.mov_v_imm(numbers, int.from_bytes(bytes(lanes), "little"))
    return numbers


def _look_up(c: FunctionCompiler, value: Value, lanes: Sequence[int]) -> None:
    operand = c.state.float(value)
    result = _load_lanes(c, lanes)
    c.asm.tbl(B16, result, operand, result)
    c.state.push_float(V128, result)


def _look_up_in_both(c: FunctionCompiler, left: Value, right: Value, lanes: Lanes) -> None:
    """A table of two registers has consecutive numbers; operands that do not are copied to scratch registers."""
    a, b = c.state.float(left), c.state.float(right)
    result = _load_lanes(c, lanes)
    if b != a + 1:
        c.asm.mov_v(FLOAT_SCRATCH, a)
        c.asm.mov_v(CYCLE, b)
        a = FLOAT_SCRATCH
    c.asm.tbl(B16, result, a, result, 2)
    c.state.push_float(V128, result)
