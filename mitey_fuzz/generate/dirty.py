"""i32 values in registers that hold more: `i32.wrap_i64` leaves an upper half behind, which no reader may see.

A reader is every kind of instruction that takes an i32.  Rule 1: the i32 reaches it by moves alone, because each 32-bit
operation clears the upper half; so values are kept in range as i64, before they are wrapped.
"""

from functools import partial
from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import Family, op

from .builder import Builder
from .conditions import judged
from .emit import BLOCK, BLOCK_TYPES, END, LOCAL_GET, LOCAL_SET, i32_const, i64_const, plain
from .literals import POOLS
from .places import moved

_WRAP: Final = plain("i32.wrap_i64")
_EXTENDS: Final = (plain("i64.extend_i32_u"), plain("i64.extend_i32_s"))
_AND: Final = plain("i64.and")
_ADD: Final = plain("i64.add")
_XOR: Final = plain("i64.xor")
_ANY: Final = 0xFFFF_FFFF
_MASKS: Final = (0, _ANY, _ANY)
"""What is left of lower halves, for readers that take any number: nothing in one of three, which is zero."""
_HIGHS: Final = tuple(high << 32 for high in (1, 0xFFFF_FFFF, 0x8000_0000, 0x7FFF_FFFF, 2, 0x1234_5678))


def dirty_i32(b: Builder, mask: int = _ANY, base: int = 0) -> None:
    """Pushes an i32 in `base..base+mask`, wrapped from an i64 whose upper half is not zero; `stack` is left alone.

    In one of three its reader finds it in the local of an i64, which goes on holding all of it.
    """
    if b.draw(0, 2) == 2:
        _held(b, mask=mask, base=base)
    else:
        moved(b, "i", partial(_wrapped, mask=mask, base=base))


def exactly(b: Builder, value: int) -> None:
    """Pushes this i32: as a constant, or as something computed whose upper half is dirty."""
    if b.draw(0, 2):
        b.out += i32_const(value)
    else:
        dirty_i32(b, 0, value & _ANY)


def _held(b: Builder, *, mask: int, base: int = 0) -> None:
    _wide(b, mask=mask, base=base)
    local = b.some_local("l")
    b.out += LOCAL_SET[local] + LOCAL_GET[local] + _WRAP


def _wrapped(b: Builder, *, mask: int, base: int) -> None:
    _wide(b, mask=mask, base=base)
    b.out += _WRAP


def _wide(b: Builder, *, mask: int, base: int) -> None:
    """Pushes an i64 whose lower half is in `base..base+mask`, and whose upper half is not zero."""
    high = _HIGHS[b.draw(0, len(_HIGHS) - 1)]
    which = b.draw(0, 5)
    if which == 0:
        pool = POOLS["i"]
        low = base + (pool[b.draw(0, len(pool) - 1)] & mask)
        moved(b, "l", partial(_number, bits=high + low))
        return
    if which == 1:
        b.leaf("i")
        b.out += _EXTENDS[b.draw(0, 1)]
    elif which == 2:
        b.load("l")
    else:
        b.leaf("l")
    if mask == _ANY:
        b.out += i64_const(high) + _XOR
    else:
        b.out += i64_const(mask) + _AND + i64_const(high + base) + _ADD


def _number(b: Builder, *, bits: int) -> None:
    b.out += i64_const(bits)


# --- readers


def dirty(b: Builder) -> None:
    """Some instruction on an i32 whose upper half is dirty."""
    _READERS[b.draw(0, len(_READERS) - 1)](b)


def _as_it_is(b: Builder) -> None:
    dirty_i32(b)
    b.stack += "i"


def _one_operand(b: Builder) -> None:
    families = b.plan.candidates.families
    rows = families[(Family.CONVERT, Family.CONVERT, Family.UNARY, Family.TEST)[b.draw(0, 3)]]["i"]
    row = rows[b.draw(0, len(rows) - 1)]
    dirty_i32(b, _MASKS[b.draw(0, len(_MASKS) - 1)])
    b.out += row.code
    b.stack += row.result


def _two_operands(b: Builder) -> None:
    """A row that cannot trap, shifts and comparisons among them."""
    families = b.plan.candidates.families
    rows = families[(Family.BINARY, Family.BINARY, Family.COMPARE)[b.draw(0, 2)]]["ii"]
    row = rows[b.draw(0, len(rows) - 1)]
    if row.guard is not None:
        _division(b)
        return
    _either(b)
    _either(b)
    b.out += row.code
    b.stack += row.result


def _either(b: Builder) -> None:
    if b.draw(0, 3):
        dirty_i32(b, _MASKS[b.draw(0, len(_MASKS) - 1)])
    else:
        b.leaf("i")


_DIVISIONS: Final = tuple(plain(f"i32.{name}") for name in ("div_u", "rem_u", "div_s", "rem_s"))


def _division(b: Builder) -> None:
    """A division by a positive number, its lower half alone considered."""
    _either(b)
    dirty_i32(b, 0x7FFF_FFFE, 1)
    b.out += _DIVISIONS[b.draw(0, 3)]
    b.stack += "i"


def _condition(b: Builder) -> None:
    """A condition: one whose lower half is zero, which is false; one of a single bit; any."""
    push = _held if b.draw(0, 1) else dirty_i32
    judged(b, partial(push, mask=(0, 0, 1, _ANY)[b.draw(0, 3)]))


def _table_branch(b: Builder) -> None:
    letter = b.some_number()
    b.out += BLOCK + BLOCK_TYPES[letter] + (BLOCK + BLOCK_TYPES[""]) * 2
    dirty_i32(b, (1, 3, 7, _ANY)[b.draw(0, 3)])
    b.out += instruction(op("br_table"), *[b.draw(0, 1) for _ in range(b.draw(1, 5))]) + END
    b.leaf(letter)
    b.out += instruction(op("br"), 1) + END
    b.leaf(letter)
    b.out += END
    b.stack += letter


def _load(b: Builder) -> None:
    letter = b.some_type()
    accesses = b.plan.candidates.loads.get(letter)
    if accesses is None or b.memory is None or b.memory.size == 0:
        _as_it_is(b)
        return
    code, width, _ = accesses[b.draw(0, len(accesses) - 1)]
    dirty_i32(b, b.memory.mask)
    b.out += b.memory.near(b, width, code)
    b.stack += letter


def _store(b: Builder) -> None:
    letter = b.some_number()
    accesses = b.plan.candidates.stores[letter]
    if b.memory is None or b.memory.size == 0:
        _as_it_is(b)
        return
    code, width, _ = accesses[b.draw(0, len(accesses) - 1)]
    dirty_i32(b, b.memory.mask)
    if letter == "i":
        dirty_i32(b)
    else:
        b.expression(letter, 1)
    b.out += b.memory.near(b, width, code)


def _bulk(b: Builder) -> None:
    if b.memory is None or b.memory.size == 0 or not b.plan.profile.features.bulk_memory:
        _load(b)
        return
    mask = b.memory.mask
    copies = b.draw(0, 1)
    dirty_i32(b, mask)
    dirty_i32(b, mask if copies else _ANY)
    dirty_i32(b, (0, 1, 7, 31)[b.draw(0, 3)])
    b.out += (instruction(op("memory.fill"), 0), instruction(op("memory.copy"), 0, 0))[copies]


def _table_slot(b: Builder) -> None:
    sizes = [(index, table) for index, table in enumerate(b.plan.tables) if table.minimum]
    if not sizes or not b.plan.profile.features.reference_types:
        _table_branch(b)
        return
    index, table = sizes[b.draw(0, len(sizes) - 1)]
    dirty_i32(b, (1 << table.minimum.bit_length() - 1) - 1)
    b.out += instruction(op("table.get"), index)
    b.stack += table.letter


def _growth(b: Builder) -> None:
    """Grows memory by nothing, as the lower half says, or by one page."""
    if b.plan.memory is None:
        _one_operand(b)
        return
    dirty_i32(b, b.draw(0, 1))
    b.out += instruction(op("memory.grow"), 0)
    b.stack += "i"


def _extended_load(b: Builder) -> None:
    """A narrow load, extended at once: the load may have done it, or not."""
    if b.memory is None or b.memory.size == 0:
        _one_operand(b)
        return
    accesses = b.plan.candidates.loads["i"]
    code, width, _ = accesses[b.draw(0, len(accesses) - 1)]
    dirty_i32(b, b.memory.mask)
    b.out += b.memory.near(b, width, code) + _EXTENDS[b.draw(0, 1)]
    b.stack += "l"


_READERS: Final = (
    _as_it_is, _one_operand, _one_operand, _two_operands, _two_operands, _two_operands, _division, _condition,
    _condition, _condition, _condition, _table_branch, _load, _load, _store, _bulk, _bulk, _table_slot, _growth,
    _extended_load,
)  # fmt: skip
