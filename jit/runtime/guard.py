"""What outlasts a call of generated code, and must be as it was: checked after each call, where that is wanted.

Canaries lie between the runtime's records, and what nothing may write in them is sealed; MEMORY and CONTEXT come back
as they went, and the value stack pointer behind the results (see `jit.abi`).  Only calls from Python are looked at, and
only when they end.
"""

from collections.abc import Sequence

from ..host.base import Exit, Finished, Host
from ..host.watch import Misbehaved, Watching
from ..perturbation import Kind, Perturbation
from .arena import Arena

_CANARY = 64
_NAMES = ("x0 (MEMORY)", "x1 (CONTEXT)", "x2 (the value stack pointer)")


class Guard:
    """Looks after the records of one machine.

    `upper` is what slots of 32 bits hold above them.
    """

    def __init__(self, host: Host, perturbation: Perturbation) -> None:
        self._host = host
        self._perturbation = perturbation
        self._canary = Perturbation(perturbation.seed, frozenset({Kind.JUNK})).junk_bytes("canary", _CANARY)
        self._arenas: list[Arena] = []
        self.upper = perturbation.junk("upper halves")() >> 32 << 32

    def arena(self) -> Arena:
        """An arena with canaries, looked after from now on."""
        made = Arena(self._host, self._canary)
        self._arenas.append(made)
        return made

    def blank(self, size: int) -> bytes:
        """What slots hold that nobody wrote."""
        return self._perturbation.junk_bytes("value stack", size)

    def check(self, exit: Exit, wanted: Sequence[int]) -> None:
        """Raises `Misbehaved` when the call that ended so left what it must not; `wanted` are x0, x1 and x2.

        All that was written over is put right, so that nothing that runs later is blamed for it.
        """
        found = [text for text in [arena.check() for arena in self._arenas] if text is not None]
        if found:
            raise Misbehaved(f"generated code wrote outside of what is its own: {'; '.join(found)}")
        if isinstance(exit, Finished) and isinstance(self._host, Watching):
            for name, before, after in zip(_NAMES, wanted, self._host.returned(), strict=True):
                if before != after:
                    raise Misbehaved(f"generated code returned with {name} = {after:#x}, not {before:#x}")
