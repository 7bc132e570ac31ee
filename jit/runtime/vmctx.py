"""Lays an instance out in memory as `jit.abi.VMLayout` says; the defined globals' cells are left zero."""

import struct
from collections.abc import Sequence
from typing import Final

from ..abi import FuncRef, VMLayout
from ..wasm.module import Module
from .imports import Resolved
from .memory import Memory
from .records import Records
from .table import Table

_FUNCREF: Final = struct.Struct("<QQQIIQQ")  # code, memory, vmctx, type, padding, fast entry, padding
assert _FUNCREF.size == FuncRef.SIZE


def write(
    records: Records,
    address: int,
    module: Module,
    layout: VMLayout,
    head: bytes,
    imports: Resolved,
    memories: Sequence[Memory],
    tables: Sequence[Table],
    entries: Sequence[tuple[int, int]],
) -> None:
    """Fills the VMContext at `address`: `head` are the builtins, `entries` the defined functions' two."""
    type_ids = [records.type_id(type) for type in module.types]
    base = memories[0].base if memories else 0
    block = bytearray(layout.size)
    block[: len(head)] = head
    _words(block, layout.memories, [memory.record for memory in memories])
    _words(block, layout.tables, [table.record for table in tables])
    _words(block, layout.table_bases, [table.base for table in tables])
    _words(block, layout.imported_funcs, imports.functions)
    _words(block, layout.imported_globals, [imported.cell for imported in imports.globals])
    offset = layout.funcrefs
    for (entry, fast), type_index in zip(entries, module.functions, strict=True):
        _FUNCREF.pack_into(block, offset, entry, base, address, type_ids[type_index], 0, fast, 0)
        offset += FuncRef.SIZE
    struct.pack_into(f"<{len(type_ids)}I", block, layout.type_ids, *type_ids)
    arena = records.arena
    arena.fill(address, block)
    arena.seal(address, bytes(block[: layout.globals]))
    arena.seal(address + layout.funcrefs, bytes(block[layout.funcrefs :]))


def host_funcref(records: Records, entries: tuple[int, int], block: int, host: int, type_id: int) -> int:
    """Makes the FuncRef of a host function: `entries` are `call_host` and the fast one, `block` has the builtins,
    `host` is its id.
    """
    address = records.arena.allocate(FuncRef.SIZE)
    content = _FUNCREF.pack(entries[0], block, host, type_id, 0, entries[1], 0)
    records.arena.fill(address, content)
    records.arena.seal(address, content)
    return address


def _words(block: bytearray, offset: int, words: Sequence[int]) -> None:
    struct.pack_into(f"<{len(words)}Q", block, offset, *words)
