"""What a body begins with: its own locals, which start as zero, and values that it holds in them through calls.

In some modules every function has so many locals of one class that registers run out of it: one that calls holds values
in them, and those it calls show theirs unwritten.  A compiler that clears one too few shows what the caller had there.
"""

from typing import Final

from . import calls
from .builder import Builder
from .emit import LOCAL_GET, LOCAL_SET

MOST_SHOWN: Final = 16
"""Locals that a body shows at once."""
_MANY: Final = (8, 14)
_CALLS: Final = 2


def begin(b: Builder) -> None:
    """Gives the body its own locals, and shows some of them or puts values there."""
    for letter in _own_locals(b):
        b.add_local(letter)
    own = range(len(b.function.params), len(b.locals))
    many = b.plan.profile.many
    if not many:
        if b.draw(0, 3) >= (1 if len(own) > MOST_SHOWN else 3):
            _show(b, own)
        return
    first = len(b.locals)
    for _ in range(b.draw(*_MANY)):
        b.add_local(many[b.draw(0, len(many) - 1)])
    added = range(first, len(b.locals))
    if b.draw(0, 3):
        _show_at_once(b, added)
    if b.draw(0, 1):
        _hold(b, added)


def _own_locals(b: Builder) -> str:
    """As many as the profile says; in one function of twelve more than fit into registers, integers all."""
    letters = "".join([b.some_type() for _ in range(b.draw(0, b.plan.profile.locals))])
    if b.draw(0, 11) < 11:
        return letters
    return letters + "".join(["il"[b.draw(0, 1)] for _ in range(b.draw(15, 24))])


def _show(b: Builder, indices: range) -> None:
    """Shows that locals start as zero or null: the last of them."""
    for index in indices[-MOST_SHOWN:]:
        b.out += LOCAL_GET[index]
        b.stack += b.locals[index]
        b.sink()


def _show_at_once(b: Builder, indices: range) -> None:
    """The same, all of them read before one is shown, since that may write another."""
    for index in indices:
        b.out += LOCAL_GET[index]
        b.stack += b.locals[index]
    for _ in indices:
        b.sink()


def _hold(b: Builder, indices: range) -> None:
    """Writes all of these locals, then calls, where there is something to call."""
    for index in indices:
        letter = b.locals[index]
        b.constant(letter)
        b.out += LOCAL_SET[index]
        b.written[index] = letter
    for _ in range(b.draw(1, _CALLS)):
        calls.call(b)
