"""The machine of one engine: a host with one back end's runtime code loaded, and a value stack to call on.

It decides how Python calls compiled code and how compiled code's host calls find their operands.  The value stack is
one reservation whose upper half stays inaccessible: pushes are not checked, so the guard must be deeper than the
largest frame that a function may skip over before it touches it.
"""

import math
import operator
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, assert_never

from ..abi import SLOT
from ..backend.code import Compiled, Symbol
from ..backend.link import Image, link, measure
from ..backend.mutants import Mutant
from ..errors import Trap
from ..host.base import Counting, Faulted, Finished, Host, OutOfBudget
from ..limits import MAX_MEMORY_PAGES
from ..perturbation import Perturbation
from ..wasm.types import PAGE, TrapKind
from .arena import Arena
from .guard import Guard
from .traps import AddressMap, OutOfTime, WildFault

VALUE_STACK: Final = 8 << 20
"""Bytes of value stack: a frame of four slots, about what a trivial recursion takes, fits 250,000 times."""
VALUE_GUARD: Final = 32 << 20
"""Bytes of guard above it.  The widest frame takes 16.8 MB of it, 50,000 locals and 1,000,000 operands of 16 bytes, the
last of which may be the first to be stored; and 8 MB lie below that frame at most, in the frames of a recursion that
stores nothing, of 64 bytes for each 16 of machine stack."""
_CLEAN: Final = 1 << 16
_LONGEST_S: Final = 1e9
"""What no budget is to a host, which counts with finite times."""
_MOST: Final = (1 << 64) - 1
"""The largest number that hosts count to."""
MEMORY_SPAN: Final = (8 << 30) + PAGE
"""Bytes reserved for a linear memory: 32-bit index and offset make 33-bit effective addresses, an access is wider."""


def check_budget(budget_s: float) -> None:
    """Raises `ValueError` for a budget that is no number of seconds, as nothing is over then or ever."""
    if math.isnan(budget_s):
        raise ValueError("a budget of nan seconds; leave it out for none")


class Target(NamedTuple):
    """What it takes to call a function in the stack convention: the fields of its FuncRef."""

    code: int
    memory: int
    vmctx: int


class Machine:
    """Loads images and calls into them.  Not thread-safe, as its host is not."""

    def __init__(
        self,
        host: Host,
        runtime_code: Mapping[str, Compiled],
        mutants: Sequence[Mutant] = (),
        *,
        max_pages: int = MAX_MEMORY_PAGES,
        perturbation: Perturbation | None = None,
    ) -> None:
        """With a perturbation, what outlasts a call is looked at behind each of them (see `guard`)."""
        self.host = host
        self.is_open = True
        self._guard = None if perturbation is None else Guard(host, perturbation)
        self._blank = bytes(_CLEAN) if self._guard is None else self._guard.blank(_CLEAN)
        self.upper = 0 if self._guard is None else self._guard.upper
        """What the slots of 32 bits that Python writes hold above them."""
        self.mutants = tuple(mutants)
        self.max_pages = max_pages
        self.changed = 0
        """Words of all images loaded so far that a mutant changed."""
        self.arena = self._new_arena()
        """Records that live as long as the machine."""
        self._spare_arenas: list[Arena] = []
        self._depth = 0
        self._allowed_s = math.inf
        self._most: int | None = None
        self._base = self._top = host.reserve(VALUE_STACK + VALUE_GUARD)
        host.commit(self._base, VALUE_STACK)
        self._limit = self._base + VALUE_STACK
        self._slots = host.memory(self._base, VALUE_STACK)
        guard = range(self._limit, self._limit + VALUE_GUARD)
        self.addresses = AddressMap(host, guard, MEMORY_SPAN)
        self._runtime: Mapping[Symbol, int] = {}
        self.runtime_image = self.load(tuple(runtime_code.items()))
        self._runtime = self.runtime_image.entries

    def load(self, pieces: Sequence[tuple[Symbol, Compiled]]) -> Image:
        """Links pieces against the runtime code and makes them executable."""
        size = measure(pieces)
        base = self.host.allocate_code(size) if size else 0
        image = link(pieces, base, self._runtime, self.mutants)
        self.changed += image.changed
        if size:
            self.host.load(base, image.code)
            self.addresses.add(image)
        return image

    def unload(self, image: Image) -> None:
        """Gives an image's code space back; nothing may refer to it any more."""
        if image.code and self.is_open:
            self.addresses.remove(image)
            self.host.free_code(image.base)

    def runtime_entry(self, name: str) -> int:
        """Address of a piece of runtime code."""
        return self._runtime[name]

    def take_arena(self) -> Arena:
        """An empty arena for a store, to be given back.

        When nothing runs, the value stack is cleaned as well, as deep as most programs reach: one that wrongly reads a
        slot that nobody wrote then does the same whatever ran before.
        """
        if not self._depth:
            self._slots[:_CLEAN] = self._blank
        return self._spare_arenas.pop() if self._spare_arenas else self._new_arena()

    def _new_arena(self) -> Arena:
        return Arena(self.host) if self._guard is None else self._guard.arena()

    def give_arena(self, arena: Arena) -> None:
        """Takes an arena back, and all that lies in it."""
        arena.reset()
        self._spare_arenas.append(arena)

    def check_open(self) -> None:
        """Raises `ValueError` when the machine is closed."""
        if not self.is_open:
            raise ValueError("the engine is closed")

    def close(self) -> None:
        """Gives the host back, and with it all that was made on it; `ValueError` while a function runs."""
        if self._depth:
            raise ValueError("an engine cannot be closed while a function of it runs")
        if self.is_open:
            self.is_open = False
            self.host.close()

    def limit_work(self, instructions: int | None) -> bool:
        """See `Engine.limit_work`."""
        self.check_open()
        if instructions is not None and not 0 <= operator.index(instructions) <= _MOST:
            raise ValueError(f"a call cannot be bound to {instructions} machine instructions, only to 0 to {_MOST}")
        if not isinstance(self.host, Counting):
            return False
        self.host.limit(instructions)
        self._most = instructions
        return True

    def call(self, target: Target, slots: Sequence[int], results: int, budget_s: float = math.inf) -> tuple[int, ...]:
        """Calls a function with these argument slots and gives its result slots.

        Raises `Trap`, `OutOfTime`, `WildFault`, whatever a host function raises, and `ValueError` for a budget of NaN.
        A call from within a host function runs above its caller's stacks and has no more time than its caller.
        """
        check_budget(budget_s)
        top, allowed_s = self._top, self._allowed_s
        if top + SLOT * max(len(slots), results) > self._limit:
            raise Trap(TrapKind.EXHAUSTED)
        struct.pack_into(f"<{len(slots)}Q", self._slots, top - self._base, *slots)
        self._depth += 1
        self._allowed_s = min(budget_s, allowed_s)
        try:
            exit = self.host.enter(
                target.code,
                (target.memory, target.vmctx, top + SLOT * len(slots)),
                budget_s=min(budget_s, _LONGEST_S),
            )
        except RecursionError as error:
            if self._depth > 1:  # Python's own stack bears the nesting of calls and host calls
                raise Trap(TrapKind.EXHAUSTED) from error
            raise
        finally:
            self._depth -= 1
            self._top, self._allowed_s = top, allowed_s
        if self._guard is not None:
            self._guard.check(exit, (target.memory, target.vmctx, top + SLOT * results))
        match exit:
            case Finished():
                return struct.unpack_from(f"<{results}Q", self._slots, top - self._base)
            case Faulted():
                raise self.addresses.explain(exit)
            case OutOfBudget():
                raise OutOfTime(min(budget_s, allowed_s), self._most)
            case _:
                assert_never(exit)

    def serve(self, respond: Callable[[Sequence[int]], Sequence[int]], params: int, results: int, pointer: int) -> int:
        """Lets `respond` turn the topmost `params` slots below `pointer` into `results` slots; gives their end."""
        start = pointer - SLOT * params
        end = start + SLOT * results
        if start < self._base or pointer > self._limit + VALUE_GUARD or pointer % SLOT:
            raise WildFault(f"host call with the value stack pointer at {pointer:#x}, out of the value stack")
        if max(pointer, end) > self._limit:  # the caller need not have stored anything up to here
            raise Trap(TrapKind.EXHAUSTED)
        top = self._top
        self._top = max(pointer, end)
        try:
            answer = respond(struct.unpack_from(f"<{params}Q", self._slots, start - self._base))
        finally:
            self._top = top
        struct.pack_into(f"<{results}Q", self._slots, start - self._base, *answer)
        return end
