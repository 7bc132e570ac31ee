"""The machine contract: what generated code, runtime and hosts agree on.

Every convention is stated here and nowhere else.

Registers, at the entry and exit of every function in the *stack convention*:

    x0   base address of the instance's memory 0 (any value when it has none)
    x1   address of the instance's VMContext
    x2   value stack pointer: one past the top slot.  Slots are 8 bytes and the stack grows upwards.  A caller leaves
         the arguments in the topmost slots, first argument lowest; the callee returns with them replaced by the
         results.  An i32 or f32 slot's upper half is unspecified.  A v128 takes two slots, low half first, so that
         it lies there as in memory, but for its alignment: that of a slot.
    x3-x17  caller-saved; x16 and x17 may be changed by any call
    x18  never used (the platform's)
    v0-v7, v16-v31  caller-saved; of v8-v15 the upper halves are, too
    x19-x27, d8-d15  callee-saved
    x28  the host's: the current activation; generated code neither reads nor writes it
    x29, x30, sp  as in AAPCS64; sp is 16-byte aligned whenever memory is accessed through it

x0 and x1 are preserved by every call, also across instances; FPCR has DN set, so every NaN that an operation makes is
the canonical one.

A FuncRef is a record in runtime memory; its address is the function's identity: tables hold these addresses, null is 0,
and near 0 lies nothing, so that a load through null faults.  Every host function has one too; its `code` is the runtime
code `call_host`, its `vmctx` the id of the host function and its `memory` the address of a block with the builtins'
addresses at their VMContext offsets (any VMContext will do): `call_host` calls the builtin `CALL_HOST` with x0 = that
id, x1 = value stack pointer, and returns with x2 = its result.

Where a back end has a register convention of its own, all functions of a store have a fast entry, those of the host
too, so that callers need not ask.

Builtins are host thunks whose addresses lie at fixed offsets of the VMContext.  A builtin takes up to eight integers in
x0-x7, gives one in x0, preserves x19-x28, d8-d15 and sp, and may change everything else.  One that traps or raises does
not return.
"""

from dataclasses import dataclass
from enum import IntEnum

from .wasm.module import Module
from .wasm.types import TrapKind

SLOT = 8
"""Bytes in a slot of the value stack; a v128 takes two."""


class FuncRef:
    """Byte offsets in a FuncRef record."""

    CODE = 0  # entry in the stack convention
    MEMORY = 8  # x0 for the callee
    VMCTX = 16  # x1 for the callee
    TYPE = 24  # u32, with zeros above: canonical type id, equal exactly for equal function types of one store
    FAST = 32  # entry in the back end's own register convention; 0 where it has none
    SIZE = 48


class MemoryRecord:
    """Byte offsets in a memory's record; instances sharing the memory share the record."""

    BASE = 0  # address of byte 0; never changes
    PAGES = 8  # u64: current size in pages
    SIZE = 16


class TableRecord:
    """Byte offsets in a table's record.  Elements are 8 bytes: a FuncRef's address, or an extern handle; null is 0."""

    BASE = 0  # address of element 0; never changes
    LENGTH = 8  # u64: current length in elements
    SIZE = 16


GLOBAL_SIZE = 16
"""Bytes in a global's cell, to which it is aligned; the value is little endian at its start: an i32 or f32 in the low 4
bytes, a v128 in all."""


class Builtin(IntEnum):
    """Runtime services that generated code calls; the address of each lies at `VMContext.builtin(b)`.

    References cross as element values (0 is null).  Unsigned 32-bit operands are zero-extended.
    """

    CALL_HOST = 0  # (host function id, value stack pointer past arguments) -> value stack pointer past results
    MEMORY_GROW = 1  # (vmctx, memory index, delta pages) -> old size in pages, or 0xFFFFFFFF
    MEMORY_INIT = 2  # (vmctx, memory index, data index, destination, source, length) -> 0
    DATA_DROP = 3  # (vmctx, data index) -> 0
    MEMORY_COPY = 4  # (vmctx, destination memory, source memory, destination, source, length) -> 0
    MEMORY_FILL = 5  # (vmctx, memory index, destination, byte, length) -> 0
    TABLE_INIT = 6  # (vmctx, table index, elem index, destination, source, length) -> 0
    ELEM_DROP = 7  # (vmctx, elem index) -> 0
    TABLE_COPY = 8  # (vmctx, destination table, source table, destination, source, length) -> 0
    TABLE_GROW = 9  # (vmctx, table index, element, delta) -> old length, or 0xFFFFFFFF
    TABLE_FILL = 10  # (vmctx, table index, destination, element, length) -> 0


@dataclass(frozen=True, slots=True)
class VMLayout:
    """Byte offsets in one module's VMContext: a fixed head, then arrays as long as the module needs.

    builtins          8 bytes each, by `Builtin`
    memories          address of each memory's MemoryRecord (8 bytes each, imports first)
    tables            address of each table's TableRecord (8 bytes each, imports first)
    table bases       address of each table's element 0, as in its record (8 bytes each, imports first)
    imported funcs    address of each imported function's FuncRef (8 bytes each)
    imported globals  address of each imported global's cell (8 bytes each)
    globals           the defined globals' cells (16 bytes each, 16-byte aligned)
    funcrefs          the defined functions' FuncRef records (48 bytes each)
    type ids          canonical id of each type of the module (u32 each)
    """

    memories: int
    tables: int
    table_bases: int
    imported_funcs: int
    imported_globals: int
    globals: int
    funcrefs: int
    type_ids: int
    size: int
    n_imported_funcs: int
    n_imported_globals: int

    @staticmethod
    def of(module: Module) -> "VMLayout":
        memories = len(Builtin) * 8
        tables = memories + len(module.memory_types) * 8
        table_bases = tables + len(module.table_types) * 8
        imported_funcs = table_bases + len(module.table_types) * 8
        imported_globals = imported_funcs + module.imported_funcs * 8
        globals_ = -(-(imported_globals + module.imported_globals * 8) // 16) * 16
        funcrefs = globals_ + len(module.globals) * GLOBAL_SIZE
        type_ids = funcrefs + len(module.functions) * FuncRef.SIZE
        size = type_ids + len(module.types) * 4
        return VMLayout(
            memories, tables, table_bases, imported_funcs, imported_globals, globals_, funcrefs, type_ids,
            -(-size // 16) * 16, module.imported_funcs, module.imported_globals,
        )  # fmt: skip

    @staticmethod
    def builtin(which: Builtin) -> int:
        return which * 8

    def memory(self, index: int) -> int:
        """Where the address of a memory's record lies."""
        return self.memories + index * 8

    def table(self, index: int) -> int:
        """Where the address of a table's record lies."""
        return self.tables + index * 8

    def table_base(self, index: int) -> int:
        """Where the address of a table's first element lies."""
        return self.table_bases + index * 8

    def imported_func(self, index: int) -> int:
        """Where the address of an imported function's FuncRef lies."""
        assert index < self.n_imported_funcs
        return self.imported_funcs + index * 8

    def funcref(self, index: int) -> int:
        """Where the FuncRef record of a defined function lies (`index` counts imports)."""
        assert index >= self.n_imported_funcs
        return self.funcrefs + (index - self.n_imported_funcs) * FuncRef.SIZE

    def imported_global(self, index: int) -> int:
        """Where the address of an imported global's cell lies."""
        assert index < self.n_imported_globals
        return self.imported_globals + index * 8

    def global_(self, index: int) -> int:
        """Where the cell of a defined global lies (`index` counts imports)."""
        assert index >= self.n_imported_globals
        return self.globals + (index - self.n_imported_globals) * GLOBAL_SIZE

    def type_id(self, index: int) -> int:
        """Where the canonical id of a type lies."""
        return self.type_ids + index * 4


_KINDS = tuple(TrapKind)
"""Trap kinds in the order of their codes, from 1."""


def udf_code(kind: TrapKind) -> int:
    """The 16-bit immediate of the `udf` that raises this trap: its number in both bytes, so that stray words differ."""
    return (_KINDS.index(kind) + 1) * 0x0101


def udf_kind(code: int) -> TrapKind | None:
    """The trap a `udf` immediate names, or None for one that no compiler of ours wrote."""
    number = code & 0xFF
    return _KINDS[number - 1] if code == number * 0x0101 and 1 <= number <= len(_KINDS) else None
