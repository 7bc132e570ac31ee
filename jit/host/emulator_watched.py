"""The emulated host, watching: junk where nobody may read, other addresses, and a look at what entries leave behind.

See `watch` for what is compared.  It costs some microseconds an entry, and so is a host of its own.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from ..perturbation import Kind, Perturbation
from .base import Addr, Exit, Finished
from .emulator import EmulatorHost
from .emulator_memory import PAGE
from .watch import Watch

_FAR: Final = 1 << 8
"""Up to so many times 4 GiB and so many pages away from where it usually is, memory begins: within 44 bits."""
_GAP: Final = 1 << 4
"""Up to so many pages more lie between two regions."""


class WatchedEmulator(EmulatorHost):
    """An emulated host that implements `Watching`."""

    def __init__(self, perturbation: Perturbation) -> None:
        dice = perturbation.dice("addresses")
        moved = perturbation.has(Kind.MOVED)
        away = (dice.below(_FAR) << 32) + dice.below(_FAR) * PAGE if moved else 0
        super().__init__(away=away, gap=partial(_gap, perturbation) if moved else None, watched=True)
        self._watch = Watch(perturbation, self._page.view)
        self._stack.view[:] = perturbation.junk_bytes("far machine stack", self._stack.size)
        self._driver.dead = self._watch.dead

    def enter(self, entry: Addr, args: Sequence[int], *, budget_s: float) -> Exit:
        """See `Host`.  Raises `Misbehaved` as well."""
        watch = self._watch
        exit = super().enter(entry, (*args, *watch.arguments[len(args) :]), budget_s=budget_s)
        if isinstance(exit, Finished):
            watch.check()
        return exit

    def returned(self) -> tuple[int, int, int]:
        """See `Watching`."""
        return self._watch.returned()


def _gap(perturbation: Perturbation, base: Addr) -> int:
    """Bytes behind the region at `base`: they follow from where it is, so that they do not depend on the order."""
    return perturbation.dice(f"gap behind {base:#x}").below(_GAP) * PAGE
