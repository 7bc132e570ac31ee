"""Steps over locals and globals, among them the shapes in which register allocators have gone wrong."""

from typing import Final

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from .builder import Builder
from .emit import DROP, GLOBAL_GET, GLOBAL_SET, LOCAL_GET, LOCAL_SET, LOCAL_TEE, plain
from .pusher import VALUES


def local_get(b: Builder) -> None:
    letter = b.some_type()
    indices = b.readable[letter]
    index = indices[b.draw(0, len(indices) - 1)] if indices else b.some_local(letter)
    b.out += LOCAL_GET[index]
    b.stack += letter


def local_set(b: Builder) -> None:
    letter = b.push_some()
    b.out += LOCAL_SET[b.some_local(letter)]
    b.stack = b.stack[:-1]


def local_tee(b: Builder) -> None:
    letter = b.push_some()
    b.out += LOCAL_TEE[b.some_local(letter)]


def global_get(b: Builder) -> None:
    if b.plan.renamed and b.draw(0, 1):
        _rename(b)
        return
    letter = b.some_type()
    globals_ = b.plan.readable[letter]
    if globals_:
        b.out += GLOBAL_GET[globals_[b.draw(0, len(globals_) - 1)]]
    else:
        b.leaf(letter)
    b.stack += letter


def global_set(b: Builder) -> None:
    if b.plan.renamed and b.draw(0, 1):
        _rename(b)
        return
    letter = b.push_some()
    globals_ = b.plan.writable[letter]
    if globals_:
        b.out += GLOBAL_SET[globals_[b.draw(0, len(globals_) - 1)]]
        b.stack = b.stack[:-1]
    else:
        b.sink()


def _rename(b: Builder) -> None:
    """A constant or any other value into a global, which is read under its other name: what is known of one is old."""
    one, other = b.plan.renamed[b.draw(0, len(b.plan.renamed) - 1)]
    letter = b.plan.globals[one].letter
    if b.draw(0, 1):
        b.out += GLOBAL_GET[other] + DROP
    for index in (other, one):
        if b.draw(0, 2):
            b.constant(letter)
        else:
            b.leaf(letter)
        b.out += GLOBAL_SET[index]
    b.out += GLOBAL_GET[other]
    b.stack += letter


def assign(b: Builder) -> None:
    """A statement: an expression into a local."""
    if b.plan.renamed and b.draw(0, 1):
        _rename(b)
        b.sink()
        return
    letter = b.some_type()
    b.expression(letter, b.draw(1, 3))
    b.out += LOCAL_SET[b.some_local(letter)]


def alias(b: Builder) -> None:
    """Reads a local one to four times, then writes it while the old values are still on the stack."""
    letter = b.some_type()
    index = b.some_local(letter)
    count = b.draw(1, 4)
    b.out += LOCAL_GET[index] * count
    b.stack += letter * count
    if b.draw(0, 1):
        b.expression(letter, 2)
        b.out += LOCAL_SET[index]
    else:
        b.expression(letter, 1)
        b.out += LOCAL_TEE[index]
        b.stack += letter


_WRAP: Final = plain("i32.wrap_i64")
_LANES: Final = tuple(
    (t, instruction(op(f"{shape}.extract_lane"), 0))
    for t, shape in zip("ilfd", ("i32x4", "i64x2", "f32x4", "f64x2"), strict=True)
)
_PARTS: Final = {"l": (("i", _WRAP),), "v": _LANES}
"""What is taken of a local: its lowest part, and of which type that is."""


def parts(b: Builder) -> None:
    """Reads all of a local and parts of it, in any order, then writes it while these are still on the stack."""
    whole = "lv"[b.draw(0, 1) if "v" in b.types else 0]
    index = b.some_local(whole)
    b.leaf(whole)
    b.out += LOCAL_SET[index]
    count = b.draw(2, 4)
    complete = b.draw(0, count - 1)
    for at in range(count):
        letter, code = (whole, b"") if at == complete else _PARTS[whole][b.draw(0, len(_PARTS[whole]) - 1)]
        b.out += LOCAL_GET[index] + code
        b.stack += letter
    b.expression(whole, 1)
    b.out += LOCAL_SET[index]


def flood(b: Builder) -> None:
    """More values at once than arm64 has registers for: over 16 integers, or over 24 floats or vectors."""
    letter = b.some_type()
    letter = letter if letter in VALUES else "i"
    if b.limit - len(b.out) < 60:
        b.push_leaf(letter)
        return
    count = b.draw(14, 20) if letter in "il" else b.draw(24, 30)
    simple = b.draw(0, 1)
    for _ in range(count):
        if simple or b.draw(0, 3):
            b.leaf(letter)
        else:
            b.expression(letter, 1)
    b.stack += letter * count
