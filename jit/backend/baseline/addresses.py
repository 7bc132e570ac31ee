"""Addresses at hand: where `MEMORY` plus a local was computed, for further accesses to what lies behind that local.

Records, stack frames and neighbouring elements are reached from one address by several offsets.  The first access with
an offset computes the sum into one of `abi.ADDRESSES`, which nothing else uses; the others find it there for as long as
the local holds what it held.

Rule 1: who writes a local says `forget`; who binds a label, or calls, says `clear`.
"""

from ...a64.operands import XReg
from .abi import ADDRESSES


class Addresses:
    """Which local's address is in which register.  The one that was used longest ago gives way."""

    def __init__(self) -> None:
        self._of: dict[int, XReg] = {}

    def find(self, local: int) -> XReg | None:
        """The register with a local's address, if there is one."""
        reg = self._of.pop(local, None)
        if reg is not None:
            self._of[local] = reg  # the last in order was used last
        return reg

    def add(self, local: int) -> XReg:
        """The register to write a local's address to, now; the local has none yet."""
        assert local not in self._of, "a local has one address"
        if len(self._of) < len(ADDRESSES):
            reg = next(reg for reg in ADDRESSES if reg not in self._of.values())
        else:
            reg = self._of.pop(next(iter(self._of)))
        self._of[local] = reg
        return reg

    def forget(self, local: int) -> None:
        """The local is about to change."""
        self._of.pop(local, None)

    def clear(self) -> None:
        """Control may come from elsewhere, or went where the registers do not survive."""
        self._of.clear()
