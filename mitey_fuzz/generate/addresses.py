"""Addresses that are used again: with another offset, after their local has been written, where control splits.

Back ends that keep sums, bounds or masked addresses must forget them in time.  And addresses whose computation carries
out of 32 bits, unmasked: a back end that computes them in 64 must drop what it carried.
"""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from .builder import Builder
from .candidates import constant
from .emit import BLOCK, BLOCK_TYPES, ELSE, END, IF, LOCAL_GET, LOCAL_SET, LOCAL_TEE, i32_const, plain

_AND: Final = plain("i32.and")
_ADD: Final = plain("i32.add")
_SUB: Final = plain("i32.sub")
_OR: Final = plain("i32.or")
_BR_IF: Final = instruction(op("br_if"), 0)
_SHIFT: Final = plain("i32.shl")
_SHIFT_BACK: Final = plain("i32.shr_u")
_EXTEND: Final = plain("i64.extend_i32_u")
_WRAP: Final = plain("i32.wrap_i64")
_OR_WIDE: Final = plain("i64.or")
_SHIFT_WIDE: Final = plain("i64.shl")


def addresses(b: Builder) -> None:
    """Accesses through one local: overwritten between address and access, or reused; else a chain of `local.tee`."""
    if b.memory is None or b.memory.size == 0 or b.draw(0, 3) == 0:
        _chain(b)
        return
    b.leaf("i")
    local = b.some_local("i")
    b.out += i32_const(b.memory.mask) + _AND + LOCAL_SET[local]
    _WAYS[b.draw(0, len(_WAYS) - 1)](b, local)


def _chain(b: Builder) -> None:
    """A value into several locals, one of which is written again before all are read."""
    letter = b.some_type()
    b.expression(letter, 1)
    chain = [b.some_local(letter) for _ in range(b.draw(2, 4))]
    for local in chain:
        b.out += LOCAL_TEE[local]
    b.stack += letter
    if b.draw(0, 1):
        b.expression(letter, 1)
        b.out += LOCAL_SET[chain[0]]
    b.out += LOCAL_GET[chain[0]] + LOCAL_GET[chain[-1]]
    b.stack += letter * 2


def load(b: Builder, local: int) -> None:
    """A load from the address in a local, which is masked; its value stays on the stack."""
    _load_from_top(b, LOCAL_GET[local])


def _load_from_top(b: Builder, address: bytes, between: bytes = b"") -> None:
    """Loads from what `address` pushes, `between` having run above it."""
    letter = b.some_number()
    b.out += address + between + _load_of(b, letter)
    b.stack += letter


def _load_of(b: Builder, letter: str) -> bytes:
    """Any load of this type."""
    accesses = b.plan.candidates.loads[letter]
    code, width, _ = accesses[b.draw(0, len(accesses) - 1)]
    assert b.memory is not None
    return b.memory.near(b, width, code)


def store(b: Builder, local: int, *, teed: bool = False) -> None:
    """Stores to the address in a local, which the value replaces first if it is `teed`."""
    letter = "i" if teed else b.some_number()
    accesses = b.plan.candidates.stores[letter]
    code, width, _ = accesses[b.draw(0, len(accesses) - 1)]
    assert b.memory is not None
    b.out += LOCAL_GET[local]
    if teed:
        b.leaf("i")
        b.out += i32_const(b.memory.mask) + _AND + LOCAL_TEE[local]
    else:
        b.leaf(letter)
    b.out += b.memory.near(b, width, code)


def _reused(b: Builder, local: int) -> None:
    """Loads and stores at one address, each with an offset of its own; nothing writes the local."""
    for _ in range(b.draw(2, 4)):
        if b.draw(0, 2):
            load(b, local)
        else:
            store(b, local)


def _overwritten(b: Builder, local: int) -> None:
    """The local is written while its old value waits on the stack, then read as an address again."""
    assert b.memory is not None
    if b.draw(0, 1):
        store(b, local, teed=True)
    else:
        other = i32_const(b.draw(0, b.memory.mask)) + LOCAL_SET[local]
        _load_from_top(b, LOCAL_GET[local], other)
    load(b, local)


def _stepped(b: Builder, local: int) -> None:
    """The address is a local and a constant that offsets may swallow; the sum is kept, and used again."""
    assert b.memory is not None
    step = i32_const((1, 4, 8, b.memory.mask)[b.draw(0, 3)]) + _ADD + i32_const(b.memory.mask) + _AND
    _load_from_top(b, LOCAL_GET[local], step + LOCAL_TEE[local])
    load(b, local)


def _parted(b: Builder, local: int) -> None:
    """An address first needed where control may not come by: in one arm or both, or behind a branch; and afterwards."""
    letter = b.some_number()
    kept = b.some_local(letter)
    if kept == local:
        _reused(b, local)
        return
    which = b.draw(0, 2)
    if which == 2:
        b.out += BLOCK + BLOCK_TYPES[""]
        b.comparison()
        b.out += _BR_IF
    else:
        b.comparison()
        b.out += IF + BLOCK_TYPES[""]
    b.out += LOCAL_GET[local] + _load_of(b, letter) + LOCAL_SET[kept]
    if which == 1:
        b.out += ELSE + LOCAL_GET[local] + _load_of(b, letter) + LOCAL_SET[kept]
    b.out += END
    if b.draw(0, 3):
        load(b, local)
    b.out += LOCAL_GET[kept]
    b.stack += letter


def _shifted(b: Builder, local: int) -> None:
    """The address is shifted left, and ones are shifted out (CVE-2023-26489: folded into an address of 64 bits)."""
    count = b.draw(1, 5) if b.draw(0, 2) == 0 else b.draw(1, 3)
    b.out += LOCAL_GET[local] + i32_const(count) + _SHIFT_BACK
    if b.draw(0, 1):
        b.out += i32_const(b.draw(1, (1 << count) - 1) << 32 - count)
    else:
        b.leaf("i")
        b.out += i32_const(32 - count) + _SHIFT
    _load_from_top(b, _OR + i32_const(count) + _SHIFT)


def _summed(b: Builder, local: int) -> None:
    """The address is the sum of any number and of what is missing to it."""
    other = b.some_local("i")
    if other == local:
        _shifted(b, local)
        return
    b.leaf("i")
    b.out += LOCAL_TEE[other]
    _load_from_top(b, LOCAL_GET[local] + LOCAL_GET[other] + _SUB + _ADD)


def _narrowed(b: Builder, local: int) -> None:
    """The address is the lower half of a number whose upper half is anything."""
    b.leaf("l")
    b.out += constant("l", 32) + _SHIFT_WIDE + LOCAL_GET[local] + _EXTEND
    _load_from_top(b, _OR_WIDE + _WRAP)


def _countered(b: Builder, local: int) -> None:
    """The address is the sum of a constant, as offsets are, and of what is missing to it: below zero, mostly."""
    other = b.some_local("i")
    if other == local:
        _summed(b, local)
        return
    by = b.draw(1, 4095) if b.draw(0, 1) else _COUNTERS[b.draw(0, len(_COUNTERS) - 1)]
    b.out += LOCAL_GET[local] + i32_const(by) + _SUB + LOCAL_SET[other]
    if b.draw(0, 1):
        _load_from_top(b, LOCAL_GET[other] + i32_const(by) + _ADD)
    else:
        _load_from_top(b, i32_const(by) + LOCAL_GET[other] + _ADD)


_COUNTERS: Final = (1, 4, 8, 255, 256, 0x1000, 0x10000, 0x100000, 0xFFF000, 0x7FFFFFFF, -1, -4, -8, -256, -0x1000)
_WAYS: Final = (
    _reused, _overwritten, _stepped, _parted, _shifted, _summed, _narrowed, _countered, _countered,
)  # fmt: skip
