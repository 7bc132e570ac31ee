"""The growing code: words, labels, inline data, and holes to fill later.

This knows nothing of instructions; the classes of encodings derive from it.  Positions are byte offsets from the start
of the code.
"""

import sys
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .labels import WORD32, Field, Label, UnboundLabel


class CodeBuffer:
    """Words in order of emission.

    `put` appends an instruction word.  `data` lists the `(start, end)` ranges that are not instructions, ascending and
    apart.
    """

    def __init__(self) -> None:
        self.words = array("I")
        assert self.words.itemsize == 4
        # FAST: a bound append takes two thirds of the time of a method that forwards to it (50 of 76 ns).
        self.put: Callable[[int], None] = self.words.append
        self.data: list[tuple[int, int]] = []
        self._awaited: list[Label] = []
        self._filling = False

    @property
    def position(self) -> int:
        """Where the next word goes, in bytes."""
        return len(self.words) * 4

    def bind(self, label: Label) -> None:
        """Binds the label here and patches what waited for it.  Raises `BranchOutOfRange`."""
        assert label.position is None, "a label is bound once"
        assert not self._filling, "no labels while filling a hole"
        label.position = position = len(self.words) * 4
        words = self.words
        for at, origin, field in label.fixups:
            words[at >> 2] = field.insert(words[at >> 2], position - origin, at)
        label.fixups.clear()

    def here(self) -> Label:
        """A new label, bound here: the target of backward branches."""
        return Label(self.position)

    def put_reference(self, word: int, field: Field, label: Label) -> None:
        """Appends a word whose `field` gets the distance from it to the label, now or when that is bound.

        Raises `BranchOutOfRange` when the label is bound out of reach.
        """
        self._refer(word, field, label, len(self.words) * 4)

    def word(self, value: int) -> None:
        """Appends a word of inline data."""
        self._mark_data(4)
        self.put(value & 0xFFFF_FFFF)

    def word_distance(self, target: Label, base: Label) -> None:
        """Appends a word of inline data: the signed distance in bytes from `base`, which is bound, to `target`."""
        assert base.position is not None, "distances count from a bound label"
        self._mark_data(4)
        self._refer(0, WORD32, target, base.position)

    def align(self, size: int) -> None:
        """Fills up with zero words of data to a multiple of `size` bytes, a power of two."""
        while self.position & (size - 1):
            self.word(0)

    def reserve(self, words: int) -> int:
        """Leaves a hole and gives its position.  Until `fill` replaces them its words are `udf #0`, and trap."""
        position = self.position
        self.words.extend([0] * words)
        return position

    @contextmanager
    def fill(self, position: int, words: int) -> Iterator[None]:
        """What is emitted inside replaces `words` reserved words at `position`; NOPs take up the rest.

        Labels may be neither bound nor referred to inside.
        """
        hole = slice(position >> 2, (position >> 2) + words)
        assert not any(self.words[hole]), "only a reserved hole may be filled"
        kept, self.words = self.words, array("I")
        self.put = self.words.append
        self._filling = True
        try:
            yield
            filling = self.words
            assert len(filling) <= words, f"{len(filling)} words do not fit a hole of {words}"
            filling.extend([0xD503201F] * (words - len(filling)))  # nop
            kept[hole] = filling
        finally:
            self.words = kept
            self.put = kept.append
            self._filling = False

    def finish(self) -> bytes:
        """The code, little endian.  Raises `UnboundLabel` when a reference is still open."""
        open_at = [fixup[0] for label in self._awaited for fixup in label.fixups]
        if open_at:
            raise UnboundLabel(f"labels referred to at {', '.join(map(hex, sorted(open_at)))} were never bound")
        if sys.byteorder == "big":
            swapped = array("I", self.words)
            swapped.byteswap()
            return swapped.tobytes()
        return self.words.tobytes()

    def _refer(self, word: int, field: Field, label: Label, origin: int) -> None:
        assert not self._filling, "no labels while filling a hole"
        at = len(self.words) * 4
        if label.position is not None:
            self.put(field.insert(word, label.position - origin, at))
            return
        if not label.fixups:
            self._awaited.append(label)
        label.fixups.append((at, origin, field))
        self.put(word)

    def _mark_data(self, size: int) -> None:
        start = self.position
        if self.data and self.data[-1][1] == start:
            self.data[-1] = (self.data[-1][0], start + size)
        else:
            self.data.append((start, start + size))
