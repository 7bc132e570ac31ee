"""What compiled code calls back: growth, bulk and table operations, and host functions (see `jit.abi.Builtin`).

A builtin finds its instance by the address of the VMContext it is given.  Operations check bounds before they write.
"""

import struct
from collections.abc import Callable, Sequence

from ..abi import Builtin
from ..host.base import Thunk
from .imports import HostCall
from .machine import Machine
from .segments import Context
from .traps import WildFault

_FAILED = 0xFFFFFFFF
"""-1 as i32: growth that is impossible."""


class Builtins:
    """The builtins of a machine, and the instances and host functions that they may meet.

    `head` is what every VMContext starts with; `block` is the address of one such head, for FuncRefs of host functions.
    """

    def __init__(self, machine: Machine) -> None:
        self.contexts: dict[int, Context] = {}
        self._host_calls: dict[int, HostCall] = {}
        self._next_host = 1
        operations = self._operations()
        assert operations.keys() == set(Builtin)
        thunks = [machine.host.thunk(operations[builtin]) for builtin in Builtin]
        self.head = struct.pack(f"<{len(thunks)}Q", *thunks)
        self._arena = machine.arena
        self.block = self._arena.allocate(len(self.head))
        self._arena.seal(self.block, self.head)

    def refresh(self) -> None:
        """Writes the block anew: a stray store of faulty code must not outlive the store it ran in."""
        self._arena.fill(self.block, self.head)

    def add_host(self, call: HostCall) -> int:
        """Gives a host function the id by which machine code calls it."""
        host, self._next_host = self._next_host, self._next_host + 1
        self._host_calls[host] = call
        return host

    def remove_host(self, host: int) -> None:
        """Forgets a host function; nothing may call it any more."""
        del self._host_calls[host]

    def _operations(self) -> dict[Builtin, Thunk]:
        return {
            Builtin.CALL_HOST: self._call_host,
            Builtin.MEMORY_GROW: self._on(_memory_grow),
            Builtin.MEMORY_INIT: self._on(_memory_init),
            Builtin.DATA_DROP: self._on(_data_drop),
            Builtin.MEMORY_COPY: self._on(_memory_copy),
            Builtin.MEMORY_FILL: self._on(_memory_fill),
            Builtin.TABLE_INIT: self._on(_table_init),
            Builtin.ELEM_DROP: self._on(_elem_drop),
            Builtin.TABLE_COPY: self._on(_table_copy),
            Builtin.TABLE_GROW: self._on(_table_grow),
            Builtin.TABLE_FILL: self._on(_table_fill),
        }

    def _on(self, operation: Callable[[Context, Sequence[int]], int]) -> Thunk:
        """The operation as a thunk whose first argument is a VMContext."""
        contexts = self.contexts

        def thunk(args: Sequence[int]) -> int:
            context = contexts.get(args[0])
            if context is None:
                raise WildFault(f"builtin called with {args[0]:#x}, which is no VMContext")
            return operation(context, args)

        return thunk

    def _call_host(self, args: Sequence[int]) -> int:
        call = self._host_calls.get(args[0])
        if call is None:
            raise WildFault(f"host function {args[0]:#x} called, and there is none")
        return call.run(args[1])


def _memory_grow(context: Context, args: Sequence[int]) -> int:
    old = context.memories[args[1]].try_grow(args[2])
    return _FAILED if old is None else old


def _memory_init(context: Context, args: Sequence[int]) -> int:
    _, memory, data, destination, source, length = args[:6]
    context.memories[memory].write(destination, context.datas[data], source, length)
    return 0


def _data_drop(context: Context, args: Sequence[int]) -> int:
    context.datas[args[1]] = b""
    return 0


def _memory_copy(context: Context, args: Sequence[int]) -> int:
    _, into, origin, destination, source, length = args[:6]
    context.memories[into].copy(destination, context.memories[origin], source, length)
    return 0


def _memory_fill(context: Context, args: Sequence[int]) -> int:
    _, memory, destination, byte, length = args[:5]
    context.memories[memory].fill(destination, byte, length)
    return 0


def _table_init(context: Context, args: Sequence[int]) -> int:
    _, table, elem, destination, source, length = args[:6]
    context.tables[table].write(destination, context.elems[elem], source, length)
    return 0


def _elem_drop(context: Context, args: Sequence[int]) -> int:
    context.elems[args[1]] = ()
    return 0


def _table_copy(context: Context, args: Sequence[int]) -> int:
    _, into, origin, destination, source, length = args[:6]
    context.tables[into].copy(destination, context.tables[origin], source, length)
    return 0


def _table_grow(context: Context, args: Sequence[int]) -> int:
    old = context.tables[args[1]].try_grow(args[3], args[2])
    return _FAILED if old is None else old


def _table_fill(context: Context, args: Sequence[int]) -> int:
    _, table, destination, element, length = args[:5]
    context.tables[table].fill(destination, element, length)
    return 0
