"""A whole module: its plan, its bodies, its sections, and the case around it.

The order of draws is that of the plan's parts, then of bodies by index, then of the script.
"""

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
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    Value,
)
from oracles.protocol import HostFunc, HostGlobal, HostItem, HostMemory, HostTable

from ..case import Case, Definition
from ..choices import Choices
from .candidates import candidates
from .function import build_body, weighted_steps
from .literals import value_bits
from .plan import FunctionPlan, GlobalPlan, MemoryPlan, Plan, Run, TablePlan, Types, func_type
from .profile import Profile
from .script import make_script
from .terminate import Site, ensure_termination, export_all

HOST = "host"
"""The module name of all imports."""
BYTES_PER_INSTRUCTION = 2
"""Roughly, in generated bodies: turns a profile's instructions into bytes."""
_HOST_COST = 20


def generate(choices: Choices, profile: Profile) -> Case:
    """A case: a valid module that ends on all inputs and exports its whole state, and a script of calls.

    The module is the same for the same draws, and valid for any.
    """
    plan = make_plan(choices, profile)
    module, sites = make_module(choices, plan)
    exports = [(f"f{index}", plan.functions[index].params) for index in plan.exported]
    script = make_script(choices, exports, profile.calls)
    wasm = encode(export_all(ensure_termination(module, known=sites)))
    return Case(wasm, script, _definitions(plan), choices.record)


# --- the plan


def make_plan(choices: Choices, profile: Profile) -> Plan:
    """Decides about everything but bodies."""
    with choices.span("plan"):
        types = Types()
        functions, imported = _functions(choices, profile, types)
        globals_ = _globals(choices, profile)
        memory = _memory(choices, profile)
        tables = _tables(choices, profile, functions, imported)
        exported = _exported(choices, range(imported, len(functions)))
        bulk = profile.features.bulk_memory
        passive_datas = [choices.integer(0, 40) for _ in range(choices.integer(0, 2) if bulk else 0)]
        passive_elems = _passive_elems(choices, profile, tables)
    return Plan(
        profile, candidates(profile.features), types, functions, imported, globals_, memory, tables, passive_datas,
        passive_elems, exported,
    )  # fmt: skip


def _some_types(choices: Choices, profile: Profile, most: int) -> str:
    """Up to `most` types, fewer of them more often."""
    count = choices.integer(0, most)
    if choices.integer(0, 3):
        count = min(count, choices.integer(0, most))
    return "".join([profile.types[choices.integer(0, len(profile.types) - 1)] for _ in range(count)])


def _functions(choices: Choices, profile: Profile, types: Types) -> tuple[list[FunctionPlan], int]:
    """Imported functions, then defined ones; half of these count down (`FunctionPlan.counts_down`)."""
    imported = (0, 0, 1, 2, 3)[choices.integer(0, 4)]
    functions: list[FunctionPlan] = []
    for index in range(imported + profile.functions):
        if functions and choices.integer(0, 4) == 4:
            twin = functions[choices.integer(0, len(functions) - 1)]
            params, results = twin.params, twin.results
        else:
            params = _params(choices, profile)
            results = _some_types(choices, profile, profile.values if profile.multi_value else 1)
        types.index(params, results)
        functions.append(FunctionPlan(index, params, results))
        if index < imported:
            functions[-1].cost = _HOST_COST
    return functions, imported


def _params(choices: Choices, profile: Profile) -> str:
    """Of one function in sixteen, more than fit into registers; else few, an i32 first half of the time."""
    if choices.integer(0, 15) == 15:
        return _crowded(choices, profile)
    return "i" * choices.integer(0, 1) + _some_types(choices, profile, profile.values)


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
    """A memory seven times in eight; one page mostly, none rarely; its maximum always declared."""
    if choices.integer(0, 7) == 7:
        return None
    minimum = (1, 1, 1, 1, 1, 1, 2, 3, 0)[choices.integer(0, 8)] if choices.integer(0, 3) == 3 else 1
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
        runs.append(Run(like.params, like.results, table, base, mask, chosen))
        base += mask + 1 + choices.integer(0, 1)
    return runs


def _tables(choices: Choices, profile: Profile, functions: list[FunctionPlan], imported: int) -> list[TablePlan]:
    """No table, one, or with reference types several; functions of an imported table's element type fill its runs."""
    most = 3 if profile.features.reference_types else 1
    tables = []
    for index in range(min(most, (0, 1, 1, 1, 2, 3)[choices.integer(0, 5)])):
        letter = "re"[choices.integer(0, 1)] if index else "r"
        runs = _runs(choices, functions, index) if letter == "r" and len(functions) > imported else []
        scratch = max((run.base + run.mask + 1 for run in runs), default=0)
        minimum = scratch + choices.integer(0, 4)
        table_is_imported = index == 0 and choices.integer(0, 7) == 7
        tables.append(
            TablePlan(letter, minimum, minimum + choices.integer(0, 4), table_is_imported, tuple(runs), scratch)
        )
    return tables


def _exported(choices: Choices, defined: range) -> list[int]:
    """Nine functions in ten, and always the last: it can call all others."""
    return [index for index in defined if index == defined[-1] or choices.integer(0, 9) < 9]


def _passive_elems(choices: Choices, profile: Profile, tables: list[TablePlan]) -> list[tuple[int, str, int]]:
    """Index, letter and length of passive element segments, of tables' types; they come before the active ones."""
    letters = "".join(table.letter for table in tables) or "r"
    if not (profile.features.bulk_memory and profile.features.reference_types):
        return []
    return [
        (index, letters[choices.integer(0, len(letters) - 1)], choices.integer(0, 6))
        for index in range(choices.integer(0, 2))
    ]


# --- the module


def make_module(choices: Choices, plan: Plan) -> tuple[Module, list[list[Site]]]:
    """The module of a plan, its bodies generated; and the loops and calls of each body."""
    steps = weighted_steps(plan)
    bodies = []
    sizes = _sizes(choices, plan)
    for function, size in zip(plan.functions[plan.imported :], sizes, strict=True):
        with choices.span("function"):
            bodies.append(build_body(plan, function, choices, steps, size))
    elems = _elems(choices, plan)
    datas = _datas(choices, plan)
    start = _start(choices, plan)
    exports = [Export(f"f{index}", ExternKind.FUNC, index) for index in plan.exported]
    function_types = tuple(plan.types.index(f.params, f.results) for f in plan.functions)
    module = Module(
        types=plan.types.section(),
        imports=_imports(plan),
        functions=function_types[plan.imported :],
        tables=tuple(_table_type(t) for t in plan.tables if not t.imported),
        memories=(_memory_type(plan.memory),) if plan.memory and not plan.memory.imported else (),
        globals=tuple(_global(g) for g in plan.globals if not g.imported),
        exports=tuple(exports),
        start=start,
        elems=tuple(elems),
        data_count=len(datas) if plan.passive_datas else None,  # FAST: else the encoder parses bodies to find out
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
    """A start function in one module of eight that have one of its type."""
    fit = [f.index for f in plan.functions[plan.imported :] if not f.params and not f.results]
    if not fit or choices.integer(0, 7) < 7:
        return None
    return fit[choices.integer(0, len(fit) - 1)]


def _table_type(plan: TablePlan) -> TableType:
    return TableType(BY_LETTER[plan.letter], Limits(plan.minimum, plan.maximum))


def _memory_type(plan: MemoryPlan) -> MemoryType:
    return MemoryType(Limits(plan.minimum, plan.maximum))


def _global_type(plan: GlobalPlan) -> GlobalType:
    return GlobalType(BY_LETTER[plan.letter], plan.mutable)


def _global(plan: GlobalPlan) -> Global:
    return Global(_global_type(plan), expr(const(BY_LETTER[plan.letter], plan.bits)))


def _items(plan: Plan) -> list[tuple[str, HostItem]]:
    """What the module imports, by name, in the order of its imports."""
    items: list[tuple[str, HostItem]] = [
        (f"f{f.index}", HostFunc(func_type(f.params, f.results))) for f in plan.functions[: plan.imported]
    ]
    for index, g in enumerate(plan.globals):
        if g.imported:
            items.append((f"g{index}", HostGlobal(_global_type(g), Value(BY_LETTER[g.letter], g.bits))))
    if plan.memory and plan.memory.imported:
        items.append(("m", HostMemory(_memory_type(plan.memory))))
    for index, t in enumerate(plan.tables):
        if t.imported:
            items.append((f"t{index}", HostTable(_table_type(t))))
    return items


def _imports(plan: Plan) -> tuple[Import, ...]:
    functions = iter(plan.functions)
    imports = []
    for name, item in _items(plan):
        index = -1
        if isinstance(item, HostFunc):
            function = next(functions)
            index = plan.types.index(function.params, function.results)
        imports.append(Import(HOST, name, item.type, index))
    return tuple(imports)


def _definitions(plan: Plan) -> tuple[Definition, ...]:
    return tuple(Definition(HOST, name, item) for name, item in _items(plan))


def _offset(plan: Plan, value: int) -> Expr:
    """A constant offset; through an imported global that happens to hold it, where there is one."""
    for index, g in enumerate(plan.globals):
        if g.imported and not g.mutable and g.letter == "i" and g.bits == value:
            return expr(Instr(op("global.get"), (index,)))
    return expr(const(I32, value))


def _elems(choices: Choices, plan: Plan) -> list[Elem]:
    """Passive segments, then one active segment for each run; some slots stay null."""
    elems = []
    for _, letter, size in plan.passive_elems:
        if letter == "r":
            chosen = [plan.exported[choices.integer(0, len(plan.exported) - 1)] for _ in range(size)]
            elems.append(Elem(Mode.PASSIVE, FUNCREF, tuple(chosen)))
        else:
            elems.append(Elem(Mode.PASSIVE, EXTERNREF, (expr(const(EXTERNREF, NULL)),) * size))
    elems += [Elem(Mode.ACTIVE, FUNCREF, run.functions, run.table, _offset(plan, run.base)) for run in plan.runs]
    return elems


def _datas(choices: Choices, plan: Plan) -> list[Data]:
    """Passive segments, then active ones in and around the hot window; one in 250 lies out of bounds."""
    datas = [Data(Mode.PASSIVE, _content(choices, size)) for size in plan.passive_datas]
    memory = plan.memory
    if memory is None:
        return datas
    for _ in range(choices.integer(0, 2)):
        size = choices.integer(0, 64)
        starts = [s for s in (memory.base, memory.base + 5, 0, memory.size - size) if 0 <= s <= memory.size - size]
        start = starts[choices.integer(0, len(starts) - 1)] if starts else 0
        if choices.integer(0, 249) == 249:
            start = memory.size - size + 1 if memory.size else PAGE
        elif not starts:
            size = 0
        datas.append(Data(Mode.ACTIVE, _content(choices, size), 0, _offset(plan, start)))
    return datas


def _content(choices: Choices, size: int) -> bytes:
    return choices.bits(8 * size).to_bytes(size, "little")
