"""A whole module: its plan, its bodies, its sections, and the case around it.

The order of draws is that of the plan's parts, then of bodies by index, then of the script, then of what is changed
in the finished module; companions come first.
"""

from dataclasses import replace
from typing import Final, NamedTuple

from jit.wasm.body import Instr, const, expr
from jit.wasm.encode import encode
from jit.wasm.module import Data, Elem, Export, Expr, ExternKind, Global, Import, Mode, Module
from jit.wasm.opcodes import op
from jit.wasm.types import (
    BY_LETTER,
    EXTERNREF,
    FUNCREF,
    I32,
    NULL,
    PAGE,
    ExternType,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    Value,
)
from oracles.protocol import HostFunc, HostGlobal, HostItem, HostMemory, HostTable

from ..case import MAIN, Case, Companion, Definition
from ..choices import Choices
from . import far, linked
from .boundless import some_boundless
from .crowd import some_crowded
from .customs import some_customs
from .deep import some_deep
from .endless import some_endless
from .function import build_body, weighted_steps
from .large import some_large
from .linked import Offer, Role
from .misfit import some_misfit
from .plan import GlobalPlan, MemoryPlan, Plan, Source, TablePlan, func_type
from .planner import make_plan
from .profile import Profile, companion
from .script import make_script
from .segments import some_reshaped
from .terminate import DEPTH, FUEL, Site, Way, ensure_termination, export_all
from .visitor import some_visited
from .wide import some_wide

_WAYS: Final = (Way.BRANCHING, Way.STRAIGHT, Way.CALLS, Way.CALLS)
BYTES_PER_INSTRUCTION: Final = 2
"""Roughly, in generated bodies: turns a profile's instructions into bytes."""


def generate(choices: Choices, profile: Profile) -> Case:
    """A case: a valid module that ends on all inputs and exports its whole state, and a script of calls.

    The modules are the same for the same draws, and valid for any.  Where the profile allows it, one more function and
    the last call may be `deep` or `endless`.
    """
    offers: list[Offer] = []
    companions: list[Companion] = []
    definitions: tuple[Definition, ...] = ()
    for number in range(profile.companions):
        role = Role(f"c{number}", tuple(offers), is_companion=True)
        plan, wasm = _part(choices, companion(choices, profile), role, 1 + profile.companions)
        offers.append(Offer(role.name, plan))
        companions.append(Companion(role.name, wasm))
        definitions += _definitions(plan)
    plan, wasm = _part(choices, profile, Role(MAIN, tuple(offers)), 1 + profile.companions)
    exports = [(f"f{index}", plan.functions[index].params) for index in plan.exported]
    script = make_script(choices, exports, profile.calls)
    if profile.features.bulk_memory:
        wasm = some_misfit(choices, wasm, plan)
    wasm = some_crowded(choices, far.some_stretched(choices, wasm, plan.writable))
    if profile.features.reference_types:
        wasm = some_reshaped(choices, wasm)
    if profile.features.bulk_memory:
        wasm, script = some_large(choices, wasm, script)
    wasm, script = some_wide(choices, wasm, script, profile.features)
    if profile.endless:
        wasm, script = some_deep(choices, wasm, script)
        wasm, script = some_endless(choices, wasm, script, profile.features)
    wasm = some_customs(choices, wasm)
    case = Case(wasm, script, definitions + _definitions(plan), companions=tuple(companions))
    if companions:
        case = some_visited(choices, case, plan.writable, profile.features)
    return replace(case, choices=choices.record)


def _part(choices: Choices, profile: Profile, role: Role, parts: int) -> tuple[Plan, bytes]:
    """One of the modules of a case; fuel and depth are shared out among them.  Its loops end by themselves."""
    plan = make_plan(choices, profile, role)
    module, sites = make_module(choices, plan, role.name)
    outside = {function.index: function.depth for function in plan.linked}
    way = _WAYS[choices.integer(0, len(_WAYS) - 1)]
    ended = ensure_termination(module, FUEL // parts, DEPTH // parts, known=sites, outside=outside, way=way)
    if parts == 1:
        ended = some_boundless(choices, ended)
    return plan, encode(export_all(ended))


def make_module(choices: Choices, plan: Plan, name: str = MAIN) -> tuple[Module, list[list[Site]]]:
    """The module of a plan, its bodies generated; and the loops and calls of each body."""
    steps = weighted_steps(plan)
    bodies = []
    sizes = _sizes(choices, plan)
    for function, size in zip(plan.functions[plan.imported :], sizes, strict=True):
        with choices.span("function"):
            bodies.append(build_body(plan, function, choices, steps, size))
        linked.settle(plan, name, function)
    elems = _elems(choices, plan)
    datas = _datas(choices, plan)
    start = _start(choices, plan)
    exports = [Export(f"f{index}", ExternKind.FUNC, index) for index in plan.exported]
    types, function_types = _types(choices, plan)
    module = Module(
        types=types,
        imports=_imports(plan),
        functions=function_types[plan.imported :],
        tables=tuple(_table_type(t) for t in plan.tables if not t.imported),
        memories=(_memory_type(plan.memory),) if plan.memory and not plan.memory.imported else (),
        globals=tuple(_global(choices, plan, g) for g in plan.globals if not g.imported),
        exports=tuple(exports),
        start=start,
        elems=tuple(elems),
        # FAST: without the count the encoder parses bodies to find out whether they need it.
        data_count=len(datas) if plan.profile.features.bulk_memory else None,
        codes=tuple(code for code, _ in bodies),
        datas=tuple(datas),
    )
    return module, [sites for _, sites in bodies]


def _sizes(choices: Choices, plan: Plan) -> list[int]:
    """The bytes of each body: unequal parts of what the profile asks for."""
    shares = [choices.integer(1, 8) for _ in range(plan.profile.functions)]
    total = plan.profile.instructions * BYTES_PER_INSTRUCTION
    return [total * share // sum(shares) for share in shares]


def _start(choices: Choices, plan: Plan) -> int | None:
    """A start function in one module of eight that have one of its type, which may be imported."""
    fit = [f.index for f in plan.functions if not f.params and not f.results]
    if not fit or choices.integer(0, 7) < 7:
        return None
    return fit[choices.integer(0, len(fit) - 1)]


def _table_type(plan: TablePlan) -> TableType:
    return TableType(BY_LETTER[plan.letter], plan.declared or Limits(plan.minimum, plan.maximum))


def _memory_type(plan: MemoryPlan) -> MemoryType:
    return MemoryType(plan.declared or Limits(plan.minimum, plan.maximum))


def _global_type(plan: GlobalPlan) -> GlobalType:
    return GlobalType(BY_LETTER[plan.letter], plan.mutable)


def _types(choices: Choices, plan: Plan) -> tuple[tuple[FuncType, ...], tuple[int, ...]]:
    """The types, and those of all functions; one of them in one module of eight twice, and some functions of either."""
    types = plan.types.section()
    functions = tuple(plan.types.index(f.params, f.results) for f in plan.functions)
    if not functions or choices.integer(0, 7) < 7:
        return types, functions
    twin = functions[choices.integer(0, len(functions) - 1)]
    chosen = tuple(len(types) if type == twin and choices.integer(0, 1) else type for type in functions)
    return (*types, types[twin]), chosen


def _global(choices: Choices, plan: Plan, own: GlobalPlan) -> Global:
    """A global with its bits; or, half of the time, what an imported one holds, or a function."""
    return Global(_global_type(own), _initial(choices, plan, own))


def _initial(choices: Choices, plan: Plan, own: GlobalPlan) -> Expr:
    imported = [k for k in plan.readable[own.letter] if plan.globals[k].imported and not plan.globals[k].mutable]
    functions = plan.exported if own.letter == "r" else ()
    if (imported or functions) and choices.integer(0, 1):
        row, indices = (op("global.get"), imported) if imported else (op("ref.func"), functions)
        return expr(Instr(row, (indices[choices.integer(0, len(indices) - 1)],)))
    return expr(const(BY_LETTER[own.letter], own.bits))


class _Imported(NamedTuple):
    """An import, and the host item that it is; None where a companion exports it."""

    source: Source
    type: ExternType
    item: HostItem | None


def _imported(plan: Plan) -> list[_Imported]:
    """What the module imports, in the order of its imports."""
    entries: list[_Imported] = []

    def add(source: Source | None, name: str, item: HostItem) -> None:
        entries.append(_Imported(source or (plan.host, name), item.type, item if source is None else None))

    for f in plan.functions[: plan.imported]:
        add(f.source, f"f{f.index}", HostFunc(func_type(f.params, f.results), calls_back=f.calls_back))
    for index, g in enumerate(plan.globals):
        if g.imported:
            add(g.source, f"g{index}", HostGlobal(_global_type(g), Value(BY_LETTER[g.letter], g.bits)))
    if plan.memory and plan.memory.imported:
        add(plan.memory.source, "m", HostMemory(_memory_type(plan.memory)))
    for index, t in enumerate(plan.tables):
        if t.imported:
            add(t.source, f"t{index}", HostTable(_table_type(t)))
    return entries


def _imports(plan: Plan) -> tuple[Import, ...]:
    functions = iter(plan.functions)
    imports = []
    for source, type, _ in _imported(plan):
        index = -1
        if isinstance(type, FuncType):
            function = next(functions)
            index = plan.types.index(function.params, function.results)
        imports.append(Import(*source, type, index))
    return tuple(imports)


def _definitions(plan: Plan) -> tuple[Definition, ...]:
    return tuple(Definition(*source, item) for source, _, item in _imported(plan) if item is not None)


def _offset(plan: Plan, value: int) -> Expr:
    """A constant offset; through an imported global that happens to hold it, where there is one."""
    for index, g in enumerate(plan.globals):
        if g.imported and not g.mutable and g.letter == "i" and g.bits == value:
            return expr(Instr(op("global.get"), (index,)))
    return expr(const(I32, value))


def _elems(choices: Choices, plan: Plan) -> list[Elem]:
    """Passive segments, and one active segment for each run; some slots stay null."""
    elems = {}
    for index, letter, size in plan.passive_elems:
        if letter == "r":
            chosen = [plan.exported[choices.integer(0, len(plan.exported) - 1)] for _ in range(size)]
            elems[index] = Elem(Mode.PASSIVE, FUNCREF, tuple(chosen))
        else:
            elems[index] = Elem(Mode.PASSIVE, EXTERNREF, (expr(const(EXTERNREF, NULL)),) * size)
    filled = [run for run in plan.runs if run.functions]
    for index, run in zip(plan.active_elems, filled, strict=True):
        elems[index] = Elem(Mode.ACTIVE, FUNCREF, run.functions, run.table, _offset(plan, run.base))
    return [elem for _, elem in sorted(elems.items())]


def _datas(choices: Choices, plan: Plan) -> list[Data]:
    """Passive segments, and active ones in and around the hot window; one in 250 lies out of bounds."""
    datas = {index: Data(Mode.PASSIVE, _content(choices, size)) for index, size in plan.passive_datas}
    memory = plan.memory
    for index in plan.active_datas:
        assert memory is not None
        size = choices.integer(0, 64)
        starts = [s for s in (memory.base, memory.base + 5, 0, memory.size - size) if 0 <= s <= memory.size - size]
        start = starts[choices.integer(0, len(starts) - 1)] if starts else 0
        if choices.integer(0, 249) == 249:
            start = memory.size - size + 1 if memory.size else PAGE
        elif not starts:
            size = 0
        datas[index] = Data(Mode.ACTIVE, _content(choices, size), 0, _offset(plan, start))
    return [data for _, data in sorted(datas.items())]


def _content(choices: Choices, size: int) -> bytes:
    return choices.bits(8 * size).to_bytes(size, "little")
