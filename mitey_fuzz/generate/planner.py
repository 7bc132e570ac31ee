"""Decides what a module will have: draws its plan, part by part."""

from typing import Final

from jit.wasm.types import PAGE

from ..case import MAIN
from ..choices import Choices
from . import linked
from .candidates import candidates
from .linked import HOST_COST, Role
from .literals import value_bits
from .plan import ROOMY, FunctionPlan, GlobalPlan, MemoryPlan, Plan, Run, TablePlan, Types
from .profile import Profile

_ALONE: Final = Role(MAIN)


def make_plan(choices: Choices, profile: Profile, role: Role = _ALONE) -> Plan:
    """Decides about everything but bodies."""
    with choices.span("plan"):
        types = Types()
        functions, imported = _functions(choices, profile, types, role)
        linked.call_back(choices, profile, role, functions, imported)
        globals_ = linked.globals_(choices, role) + _globals(choices, profile)
        memory = linked.memory(choices, role) or _memory(choices, profile)
        tables = _tables(choices, profile, functions, imported, role)
        for run in (run for table in tables for run in table.runs):
            types.index(run.params, run.results)
        exported = _exported(choices, functions, imported, role)
        passive_datas, active_datas = _datas(choices, profile, choices.integer(0, 2) if memory else 0)
        passive_elems, active_elems = _elems(choices, profile, tables)
    return Plan(
        profile, candidates(profile.features), types, functions, imported, globals_, memory, tables, passive_datas,
        active_datas, passive_elems, active_elems, exported, role.host,
    )  # fmt: skip


def _some_types(choices: Choices, profile: Profile, most: int) -> str:
    """Up to `most` types, fewer of them more often."""
    count = choices.integer(0, most)
    if choices.integer(0, 3):
        count = min(count, choices.integer(0, most))
    return "".join([profile.types[choices.integer(0, len(profile.types) - 1)] for _ in range(count)])


def _functions(choices: Choices, profile: Profile, types: Types, role: Role) -> tuple[list[FunctionPlan], int]:
    """Imported functions, then defined ones; half of these count down (`FunctionPlan.counts_down`)."""
    hosts = max((0, 0, 1, 2, 3)[choices.integer(0, 4)], profile.calls_back)
    functions: list[FunctionPlan] = []
    for index in range(hosts):
        functions.append(_function(choices, profile, functions, index))
        functions[-1].cost = HOST_COST
    functions += linked.functions(choices, role, hosts)
    imported = len(functions)
    for index in range(imported, imported + profile.functions):
        functions.append(_function(choices, profile, functions, index))
    guest = linked.guest_type(role)
    if guest is not None:
        functions[imported] = FunctionPlan(imported, *guest)
    for function in functions:
        types.index(function.params, function.results)
    return functions, imported


def _function(choices: Choices, profile: Profile, others: list[FunctionPlan], index: int) -> FunctionPlan:
    """Of any type, or of that of another function."""
    if others and choices.integer(0, 4) == 4:
        twin = others[choices.integer(0, len(others) - 1)]
        return FunctionPlan(index, twin.params, twin.results)
    return FunctionPlan(index, _params(choices, profile), _results(choices, profile))


def _results(choices: Choices, profile: Profile) -> str:
    return _some_types(choices, profile, profile.values if profile.multi_value else 1)


def _params(choices: Choices, profile: Profile) -> str:
    """Of one function in sixteen, more than fit into registers; else few, an i32 first half of the time."""
    if choices.integer(0, profile.crowded - 1) == profile.crowded - 1:
        return _crowded(choices, profile)
    some = "i" * choices.integer(0, 1) + _some_types(choices, profile, profile.values)
    return some + "e" if "e" in profile.types and choices.integer(0, 1) else some


def _crowded(choices: Choices, profile: Profile) -> str:
    """More parameters than registers pass, integers and floats or vectors both, in any order."""
    integers, others = choices.integer(9, 12), choices.integer(9, 12)
    params = ""
    while integers or others:
        if choices.integer(1, integers + others) <= integers:
            params += "il"[choices.integer(0, 1)]
            integers -= 1
        else:
            params += "fdv"[choices.integer(0, 1 + profile.features.simd)]
            others -= 1
    return params


def _globals(choices: Choices, profile: Profile) -> list[GlobalPlan]:
    """Imported globals first.  A mutable integer is nearly always among them, for results to be folded into."""
    globals_ = []
    imported = (0, 0, 0, 1, 2)[choices.integer(0, 4)]
    defined = choices.integer(0, 5)
    for place in range(imported + defined):
        letter = profile.types[choices.integer(0, len(profile.types) - 1)]
        mutable = choices.integer(0, 3) < 3
        globals_.append(GlobalPlan(letter, mutable, value_bits(choices, letter), imported=place < imported))
    if choices.integer(0, 15) < 15:
        letter = "il"[choices.integer(0, 1)]
        globals_.append(GlobalPlan(letter, mutable=True, bits=value_bits(choices, letter), imported=False))
    return globals_


def _memory(choices: Choices, profile: Profile) -> MemoryPlan | None:
    """A memory seven times in eight; one page mostly, several in one of nine, none rarely; its maximum is declared."""
    if choices.integer(0, 7) == 7:
        return None
    minimum = (1, 1, 1, 1, 2, 2, 3, 4, 0)[choices.integer(0, 8)] if choices.integer(0, 3) == 3 else 1
    maximum = minimum + choices.integer(0, 3)
    mask = (1 << profile.window) - 1
    size = minimum * PAGE
    bases = (0, 0, 0, 8, 1024, 4080, 32700, size // 2 - 8, size - mask - 64)
    base = bases[choices.integer(0, len(bases) - 1)] if minimum else 0
    return MemoryPlan(minimum, maximum, choices.integer(0, 7) == 7, base, mask)


def _runs(choices: Choices, functions: list[FunctionPlan], table: int) -> list[Run]:
    """Runs for up to three signatures, one behind the other."""
    runs: list[Run] = []
    base = choices.integer(0, 2)
    for _ in range(choices.integer(1, 3)):
        like = functions[choices.integer(0, len(functions) - 1)]
        if any((run.params, run.results) == (like.params, like.results) for run in runs):
            continue
        same = [f.index for f in functions if (f.params, f.results) == (like.params, like.results)]
        mask = (1 << choices.integer(0, 3)) - 1
        chosen = tuple(same[choices.integer(0, len(same) - 1)] for _ in range(mask + 1))
        last = max(functions[index].last for index in chosen)
        runs.append(Run(like.params, like.results, table, base, mask, chosen, last))
        base += mask + 1 + choices.integer(0, 1)
    return runs


def _tables(
    choices: Choices, profile: Profile, functions: list[FunctionPlan], imported: int, role: Role
) -> list[TablePlan]:
    """No table, one, or with reference types several; functions of an imported table's element type fill its runs."""
    most = 3 if profile.features.reference_types else 1
    shared = linked.table(choices, role, imported)
    tables = [] if shared is None else [shared]
    for index in range(len(tables), min(most, (0, 1, 1, 1, 2, 3)[choices.integer(0, 5)])):
        letter = "re"[choices.integer(0, 1)] if index else "r"
        runs = _runs(choices, functions, index) if letter == "r" and len(functions) > imported else []
        scratch = max((run.base + run.mask + 1 for run in runs), default=0)
        if role.is_companion and index == 0 and choices.integer(0, 2):
            run = linked.guest_run(choices, _params(choices, profile), _results(choices, profile), scratch)
            runs.append(run)
            scratch = run.base + run.mask + 1
        few = scratch + choices.integer(0, 4) + choices.integer(0, 3)
        minimum = few if choices.integer(0, 99) < 99 else choices.integer(4_095, 4_100)
        table_is_imported = index == 0 and choices.integer(0, 7) == 7
        more = choices.integer(0, 4) if choices.integer(0, 2) else 0
        more += ROOMY if choices.integer(0, 39) == 39 else 0
        tables.append(TablePlan(letter, minimum, minimum + more, table_is_imported, tuple(runs), scratch))
    return tables


def _exported(choices: Choices, functions: list[FunctionPlan], imported: int, role: Role) -> list[int]:
    """Nine functions in ten, always the last, which can call all others, and those that the host calls back.

    A companion's functions are exported again, some of them.
    """
    last = len(functions) - 1
    own = [index for index in range(imported, last + 1) if index == last or choices.integer(0, 9) < 9]
    again = [f.index for f in functions[:imported] if f.source is not None and choices.integer(0, 3) == 3]
    return sorted({*own, *again, *linked.called_back(functions, role.name)})


def _datas(choices: Choices, profile: Profile, active: int) -> tuple[list[tuple[int, int]], list[int]]:
    """Index and length of passive data segments, and the indices of as many active ones."""
    passive, rest = _places(choices, _some_passive(choices) if profile.features.bulk_memory else 0, active)
    return [(index, choices.integer(0, 40)) for index in passive], rest


def _elems(choices: Choices, profile: Profile, tables: list[TablePlan]) -> tuple[list[tuple[int, str, int]], list[int]]:
    """Index, letter and length of passive element segments, of tables' types, and the indices of the runs'."""
    letters = "".join(table.letter for table in tables) or "r"
    has_passive = profile.features.bulk_memory and profile.features.reference_types
    active = sum(bool(run.functions) for table in tables for run in table.runs)
    passive, rest = _places(choices, _some_passive(choices) if has_passive else 0, active)
    return [(index, letters[choices.integer(0, len(letters) - 1)], choices.integer(0, 6)) for index in passive], rest


def _some_passive(choices: Choices) -> int:
    return (0, 1, 2, 0, 1, 2, 2, 3, 4)[choices.integer(0, 8)]


def _places(choices: Choices, passive: int, active: int) -> tuple[list[int], list[int]]:
    """The indices of passive and of active segments: the passive ones come first, or half of the time anywhere."""
    rest = list(range(passive + active))
    if not passive or choices.integer(0, 1) == 0:
        return rest[:passive], rest[passive:]
    return [rest.pop(choices.integer(0, len(rest) - 1)) for _ in range(passive)], rest
