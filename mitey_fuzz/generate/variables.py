"""Steps over locals and globals, among them the shapes in which register allocators have gone wrong."""

from .builder import Builder
from .emit import GLOBAL_GET, GLOBAL_SET, LOCAL_GET, LOCAL_SET, LOCAL_TEE
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
    letter = b.some_type()
    globals_ = b.plan.readable[letter]
    if globals_:
        b.out += GLOBAL_GET[globals_[b.draw(0, len(globals_) - 1)]]
    else:
        b.leaf(letter)
    b.stack += letter


def global_set(b: Builder) -> None:
    letter = b.push_some()
    globals_ = b.plan.writable[letter]
    if globals_:
        b.out += GLOBAL_SET[globals_[b.draw(0, len(globals_) - 1)]]
        b.stack = b.stack[:-1]
    else:
        b.sink()


def assign(b: Builder) -> None:
    """A statement: an expression into a local."""
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
