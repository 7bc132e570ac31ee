"""Termination, in the wasm itself: a pass over a finished module, whoever made it.

Two mutable globals are appended.  *Fuel* is taken at the head of every loop and at the entry of every function; *depth*
counts calls that may be recursive.  Where either runs out the code traps with `unreachable`, having first filled it up
again, so that the next call of the script starts afresh: that bounds the work between two such traps, and the depth of
the stack at any time.  (A trap elsewhere leaves depth as high as it was; that costs at worst one early trap later.)

Calls from which neither a cycle of the call graph nor an indirect call can be reached are not counted, unless their
chain alone could pass the limit: a stack is at most twice the limit deep.  Instructions of
the module are kept as they are: nothing is renumbered, no branch is changed.
"""

from collections.abc import Sequence
from dataclasses import replace

from jit.wasm.body import EMPTY, Instr, assemble, const, expr, instruction, parse
from jit.wasm.module import Code, Export, ExternKind, Global, Module
from jit.wasm.opcodes import Op, op
from jit.wasm.types import I32, GlobalType

FUEL = 100_000
DEPTH = 120
"""Deep enough to move every spill slot and window of registers, shallow enough for 64 KiB of stack and large frames."""

_LOOP = op("loop")
_CALL = op("call")
_CALL_INDIRECT = op("call_indirect")
_ONE = Instr(op("i32.const"), (1,))


def ensure_termination(module: Module, fuel: int = FUEL, depth: int = DEPTH) -> Module:
    """The module, made to end: after `fuel` loop iterations and calls, at most `depth` recursive calls deep.

    Needs a valid module.  Host functions are trusted to return.
    """
    bodies = [parse(code.body) for code in module.codes]
    counted = _counted(module, bodies, depth)
    first = len(module.global_types)
    spend = _spend(first, fuel)
    descend, ascend = _descend(first + 1, depth), _count(first + 1, op("i32.sub"))
    codes = []
    for caller, body in enumerate(bodies, module.imported_funcs):
        out = bytearray(spend)
        for row, immediates, _ in body:
            code = instruction(row, *immediates)
            if row is _LOOP:
                out += code + spend
            elif row is _CALL_INDIRECT or (row is _CALL and (caller, immediates[0]) in counted):
                out += descend + code + ascend
            else:
                out += code
        codes.append(Code(module.codes[caller - module.imported_funcs].locals, bytes(out)))
    counters = (_counter(fuel), _counter(0))
    return replace(module, codes=tuple(codes), globals=module.globals + counters, source=b"")


def _counter(value: int) -> Global:
    return Global(GlobalType(I32, mutable=True), expr(const(I32, value)))


def _count(index: int, row: Op) -> bytes:
    """Counts a global up or down by one."""
    get, set_ = Instr(op("global.get"), (index,)), Instr(op("global.set"), (index,))
    return assemble([get, _ONE, Instr(row), set_])


def _refill_and_trap(index: int, full: int) -> list[Instr]:
    """An arm, for a condition on the stack, that sets a global and traps."""
    return [
        Instr(op("if"), (EMPTY,)),
        Instr(op("i32.const"), (full,)),
        Instr(op("global.set"), (index,)),
        Instr(op("unreachable")),
        Instr(op("end")),
    ]


def _spend(index: int, fuel: int) -> bytes:
    get = Instr(op("global.get"), (index,))
    check = [get, Instr(op("i32.eqz")), *_refill_and_trap(index, fuel)]
    return assemble(check) + _count(index, op("i32.sub"))


def _descend(index: int, depth: int) -> bytes:
    get = Instr(op("global.get"), (index,))
    check = [get, Instr(op("i32.const"), (depth,)), Instr(op("i32.ge_u")), *_refill_and_trap(index, 0)]
    return assemble(check) + _count(index, op("i32.add"))


def _counted(module: Module, bodies: Sequence[Sequence[Instr]], depth: int) -> set[tuple[int, int]]:
    """Direct calls, as caller and callee, that count."""
    first = module.imported_funcs
    calls: dict[int, list[int]] = {}
    for caller, body in enumerate(bodies, first):
        callees = {i.immediates[0] for i in body if i.op is _CALL and i.immediates[0] >= first}
        if any(i.op is _CALL_INDIRECT for i in body):
            callees.add(caller)  # it may reach any function: as good as a cycle
        calls[caller] = sorted(callees)
    heights = _heights(calls)
    edges = [(caller, callee) for caller, callees in calls.items() for callee in callees]
    return {(caller, callee) for caller, callee in edges if heights[callee] < 0 or heights[caller] > depth}


def _heights(calls: dict[int, list[int]]) -> dict[int, int]:
    """The longest chain of calls below each function; -1 for those from which a cycle is reached."""
    callers: dict[int, list[int]] = {function: [] for function in calls}
    waiting = {function: len(callees) for function, callees in calls.items()}
    for caller, callees in calls.items():
        for callee in callees:
            callers[callee].append(caller)
    heights = dict.fromkeys(calls, -1)
    ready = [function for function, count in waiting.items() if not count]
    for function in ready:
        heights[function] = 1 + max((heights[callee] for callee in calls[function]), default=-1)
        for caller in callers[function]:
            waiting[caller] -= 1
            if not waiting[caller]:
                ready.append(caller)
    return heights


_STATE = {ExternKind.MEMORY: "memory", ExternKind.TABLE: "table", ExternKind.GLOBAL: "global"}


def export_all(module: Module) -> Module:
    """The module with every memory, table and global exported, so that its whole state can be observed.

    What is exported already keeps its names; the others are called `state:memory:0` and so on.
    """
    counts = {
        ExternKind.MEMORY: len(module.memory_types),
        ExternKind.TABLE: len(module.table_types),
        ExternKind.GLOBAL: len(module.global_types),
    }
    taken = {(export.kind, export.index) for export in module.exports}
    names = {export.name for export in module.exports}
    added = [
        Export(_free(f"state:{_STATE[kind]}:{index}", names), kind, index)
        for kind, count in counts.items()
        for index in range(count)
        if (kind, index) not in taken
    ]
    return replace(module, exports=(*module.exports, *added), source=b"")


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "'"
    return name
