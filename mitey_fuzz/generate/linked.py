"""What a module has of the modules it is linked with: functions, memory, tables and globals of its companions.

Companions are generated first, by the same generator, and know nothing of who will import from them.  What makes calls
go both ways is a *guest run* in a companion's table: slots of one signature that stay null until a later module puts a
function of its own there.  The *guest* is the first function that module defines, and counts down; so whoever calls it
takes part in the scheme by which recursion ends (`calls`), and `reach` of what may come to it says so.

Rule 1: without companions and calls back nothing here draws, so that such cases are what they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from jit.wasm.types import Limits
from oracles.protocol import CallBack

from ..choices import Choices
from .plan import HOST, UNKNOWN, FunctionPlan, GlobalPlan, MemoryPlan, Plan, Run, TablePlan
from .profile import Profile

HOST_COST: Final = 20
"""Bytes of code that a call of a host function is worth; `FunctionPlan.cost`."""
MOST_IMPORTED: Final = 5
"""Functions imported from companions."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A companion, as modules behind it see it: its plan, whose functions have bodies, and its name."""

    name: str
    plan: Plan

    @property
    def guests(self) -> Run | None:
        """The guest run of its first table."""
        runs = self.plan.tables[0].runs if self.plan.tables else ()
        return next((run for run in runs if not run.functions and run.last == UNKNOWN), None)

    @property
    def cost(self) -> int:
        return max(function.cost for function in self.plan.functions)


@dataclass(frozen=True, slots=True)
class Role:
    """The part of a module in its case: the name as which it is registered, and which companions stand before it."""

    name: str
    offers: tuple[Offer, ...] = ()
    is_companion: bool = False

    @property
    def host(self) -> str:
        """The module name of what it imports from the host."""
        return f"{HOST}:{self.name}" if self.is_companion else HOST

    @property
    def fills(self) -> Offer | None:
        """The companion, the last that has one, whose table it imports and whose guest run it fills."""
        return next((offer for offer in reversed(self.offers) if offer.guests is not None), None)


def functions(choices: Choices, role: Role, first: int) -> list[FunctionPlan]:
    """Imported functions, those from `first` on; what may come to the guest, the first behind them, says so."""
    offered = [(offer, f) for offer in role.offers for f in offer.plan.functions if f.index in offer.plan.exported]
    if not offered:
        return []
    chosen = [offered[choices.integer(0, len(offered) - 1)] for _ in range(choices.integer(1, MOST_IMPORTED))]
    reach = first + len(chosen) if role.fills else -1
    return [
        FunctionPlan(first + at, f.params, f.results, f.cost, reach, source=(offer.name, f"f{f.index}"))
        for at, (offer, f) in enumerate(chosen)
    ]


def guest_type(role: Role) -> tuple[str, str] | None:
    """The signature that the first defined function must have to be a guest; None where there is none."""
    offer = role.fills
    run = None if offer is None else offer.guests
    return None if run is None else (run.params, run.results)


def call_back(choices: Choices, profile: Profile, role: Role, planned: list[FunctionPlan], imported: int) -> None:
    """Some host functions call back: a function of the module itself, or one imported from a companion.

    Where there is no companion the first does: a linked case has either.
    """
    if not profile.calls_back:
        return
    for function in planned[:imported]:
        if function.source is not None or (choices.integer(0, 3) == 0 and (function.index or profile.companions)):
            continue
        linked = [f for f in planned[:imported] if f.source is not None]
        if linked and choices.integer(0, 2) == 0:
            target = linked[choices.integer(0, len(linked) - 1)]
            assert target.source is not None
            function.calls_back = CallBack(*target.source)
            function.reach, function.cost = target.reach, target.cost + HOST_COST
        else:
            half = (len(planned) - 1 - imported) // 2  # what stands behind it can call it freely
            target = planned[imported + choices.integer(0, half)]
            function.calls_back = CallBack(role.name, f"f{target.index}")
            function.reach, function.cost = target.index, UNKNOWN


def called_back(planned: Sequence[FunctionPlan], name: str) -> list[int]:
    """The functions of the module of this name that its host functions call back."""
    backs = [f.calls_back for f in planned if f.calls_back is not None]
    return sorted({int(back.export.removeprefix("f")) for back in backs if back.module == name})


def settle(plan: Plan, name: str, built: FunctionPlan) -> None:
    """Host functions that call back a function which now has its body cost what it does."""
    back = CallBack(name, f"f{built.index}")
    for function in plan.functions[: plan.imported]:
        if function.calls_back == back:
            function.cost = built.cost + HOST_COST


def globals_(choices: Choices, role: Role) -> list[GlobalPlan]:
    """Up to two of the companions' globals; or one, twice."""
    offered = [
        replace(g, imported=True, source=(offer.name, f"state:global:{index}"))
        for offer in role.offers
        for index, g in enumerate(offer.plan.globals)
    ]
    count = choices.integer(0, 3) if offered else 0
    if count == 3:
        return [offered[choices.integer(0, len(offered) - 1)]] * 2
    return [offered[choices.integer(0, len(offered) - 1)] for _ in range(count)]


def memory(choices: Choices, role: Role) -> MemoryPlan | None:
    """A companion's memory in one module of six; most have their own, so that the wrong one shows."""
    offered = [(offer.name, offer.plan.memory) for offer in role.offers if offer.plan.memory is not None]
    if not offered or choices.integer(0, 5) < 5:
        return None
    name, plan = offered[choices.integer(0, len(offered) - 1)]
    assert plan is not None
    return replace(plan, imported=True, source=(name, "state:memory:0"), declared=_wider(choices, plan))


def table(choices: Choices, role: Role, guest: int) -> TablePlan | None:
    """A companion's first table: always where it has guests to be put in, else in one module of four."""
    offer = role.fills
    offered = [o for o in role.offers if o.plan.tables]
    if offer is None and offered and choices.integer(0, 3) == 3:
        offer = offered[choices.integer(0, len(offered) - 1)]
    if offer is None:
        return None
    plan = offer.plan.tables[0]
    reach = guest if role.fills else -1
    runs = tuple(
        replace(run, functions=(guest,) * (run.mask + 1), last=guest)
        if run is offer.guests
        else replace(run, functions=(), last=reach, cost=offer.cost)
        for run in plan.runs
    )
    source = (offer.name, "state:table:0")
    return replace(plan, imported=True, runs=runs, source=source, declared=_wider(choices, plan))


def _wider(choices: Choices, plan: MemoryPlan | TablePlan) -> Limits:
    """Limits as which it is imported: its own, or mostly any that hold them (spec: `match-limits`)."""
    if choices.integer(0, 1):
        return Limits(plan.minimum, plan.maximum)
    if choices.integer(0, 11) == 0:
        return _narrower(choices, plan)
    maximum = plan.maximum + choices.integer(0, 3) if choices.integer(0, 1) else None
    return Limits(choices.integer(0, plan.minimum), maximum)


def _narrower(choices: Choices, plan: MemoryPlan | TablePlan) -> Limits:
    """Limits as which it may not: nearly, so that who compares other ends than those, takes it."""
    if choices.integer(0, 1) and plan.maximum > plan.minimum:
        return Limits(plan.minimum, choices.integer(plan.minimum, plan.maximum - 1))
    return Limits(plan.maximum + 1, plan.maximum + 1 + choices.integer(0, 1))


def guest_run(choices: Choices, params: str, results: str, base: int) -> Run:
    """Slots from `base` on for guests of this type."""
    return Run("i" + params, results, 0, base, choices.integer(0, 1), (), UNKNOWN)
