"""What a store holds: functions, memories, tables, globals, and the instances that share them (spec: `syntax-store`).

All values are integers.  A funcref is the address of the function, its place in `World.functions`; an externref the
host's number; null is `NULL` for both.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from jit.wasm.body import Instr
from jit.wasm.module import Code, Module
from jit.wasm.types import NULL, PAGE, FuncType, GlobalType, Limits, MemoryType, TableType

from ..protocol import HostCall

MEMORY_CAP = 1 << 30
"""Bytes one memory may have here; a module that wants more is out of this engine's resources."""
MAX_PAGES = 65_536
"""Pages a memory without a declared maximum may grow to (spec: `valid-memtype`)."""
TABLE_CAP = 10_000_000
"""Elements of a table, the JavaScript embedding's limit: growing past it fails."""


class Resource(Exception):
    """The engine ran out of something; the argument says of what."""


class Memory:
    """A linear memory.  `data` grows in place, so that whoever holds it sees the growth."""

    __slots__ = ("data", "maximum")

    def __init__(self, type: MemoryType) -> None:
        if type.limits.minimum * PAGE > MEMORY_CAP:
            raise Resource("memory")
        self.data = bytearray(type.limits.minimum * PAGE)
        self.maximum = type.limits.maximum

    @property
    def type(self) -> MemoryType:
        """The type as of now, which imports are matched with (spec: `match-memtype`)."""
        return MemoryType(Limits(len(self.data) // PAGE, self.maximum))

    def grow(self, delta: int) -> int | None:
        """Grows by pages; the old size, or None past the maximum (spec: `exec-memory-grow`)."""
        pages = len(self.data) // PAGE
        if pages + delta > (MAX_PAGES if self.maximum is None else self.maximum):
            return None
        if (pages + delta) * PAGE > MEMORY_CAP:
            raise Resource("memory")
        self.data.extend(bytes(delta * PAGE))
        return pages


class Table:
    """A table of references."""

    __slots__ = ("element", "elements", "maximum")

    def __init__(self, type: TableType) -> None:
        if type.limits.minimum > TABLE_CAP:
            raise Resource("table")
        self.element = type.element
        self.elements = [NULL] * type.limits.minimum
        self.maximum = type.limits.maximum

    @property
    def type(self) -> TableType:
        """The type as of now, which imports are matched with (spec: `match-tabletype`)."""
        return TableType(self.element, Limits(len(self.elements), self.maximum))

    def grow(self, delta: int, reference: int) -> int | None:
        """Grows by elements; the old length, or None past the maximum (spec: `exec-table-grow`)."""
        length = len(self.elements)
        if length + delta > (TABLE_CAP if self.maximum is None else min(TABLE_CAP, self.maximum)):
            return None
        self.elements.extend([reference] * delta)
        return length


class Global:
    """A global's cell, shared by all that import it."""

    __slots__ = ("bits", "type")

    def __init__(self, type: GlobalType, bits: int) -> None:
        self.type = type
        self.bits = bits


class HostFunction:
    """A function of the host: `respond` takes the arguments' bits and gives the results'."""

    __slots__ = ("address", "respond", "type")

    def __init__(self, type: FuncType, respond: Callable[[list[int]], list[int]]) -> None:
        self.type = type
        self.respond = respond
        self.address = -1


class WasmFunction:
    """A function of a module, bound to its instance.

    `steps`, and `zeros`, the initial values of its locals, are empty until it is first called.
    """

    __slots__ = ("address", "code", "instance", "steps", "type", "zeros")

    def __init__(self, type: FuncType, instance: "ModuleInstance", code: Code) -> None:
        self.type = type
        self.instance = instance
        self.code = code
        self.steps: list[Step] = []
        self.zeros: list[int] = []
        self.address = -1


Function = HostFunction | WasmFunction
Extern = Function | Memory | Table | Global
"""What can be imported and exported (spec: `syntax-externval`)."""

Step = Callable[[list[int], list[int]], int | HostFunction | WasmFunction | None]
"""One prepared instruction, called with the operand stack and the locals of its frame.

It gives None to go on behind it, a number to go on there (negative: return), or a function to call.
"""


@dataclass(slots=True, eq=False)
class World:
    """A store's functions by address, and its trace of host calls."""

    functions: list[Function] = field(default_factory=list)
    trace: list[HostCall] = field(default_factory=list)

    def add(self, function: Function) -> None:
        """Gives a function its address."""
        function.address = len(self.functions)
        self.functions.append(function)


@dataclass(slots=True, eq=False)
class ModuleInstance:
    """The runtime counterpart of a module; index spaces with imports first (spec: `syntax-moduleinst`).

    A dropped segment is an empty one.
    """

    module: Module
    world: World
    functions: list[Function] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    memories: list[Memory] = field(default_factory=list)
    globals: list[Global] = field(default_factory=list)
    elems: list[list[int]] = field(default_factory=list)
    datas: list[bytes] = field(default_factory=list)


Maker = Callable[[Instr, ModuleInstance], Step]
"""Turns an instruction of an instance's code into a step."""
