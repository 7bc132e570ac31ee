"""Stores: worlds in which instances and a host's own things can see one another (spec: `store`).

Everything made in a store lives until the store is closed, because anything may refer to anything: a table holds
functions of an instance whose instantiation failed, as the specification wants it.  Closing gives it all back.
"""

import math
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import Final

from ..errors import LinkError
from ..wasm.types import GlobalType, MemoryType, TableType, Value
from .builtins import Builtins
from .declared import check_memory_type, check_table_type
from .function import Number, encode
from .globals import Global
from .imports import HostCall, HostFunction, Imports, resolve
from .instance import Instance
from .machine import Machine, check_budget
from .memory import Memory
from .module import Module
from .records import Records
from .table import Table
from .vmctx import host_funcref

CALL_HOST: Final = "call_host"
"""The runtime code behind every host function (see `jit.abi`)."""


class Store:
    """A store on a machine.  A context manager: leaving it closes it."""

    def __init__(self, machine: Machine, builtins: Builtins, *, bulk_memory: bool) -> None:
        """`bulk_memory` chooses the rule for active segments (see `segments`)."""
        self.records = Records(machine)
        builtins.refresh()
        self._builtins = builtins
        self._bulk_memory = bulk_memory
        self._host_functions: dict[HostFunction, int] = {}

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def instantiate(self, module: Module, imports: Imports | None = None, *, budget_s: float = math.inf) -> Instance:
        """Makes an instance, writes its active segments and runs its start function (spec: `exec-instantiation`).

        Raises `LinkError` and `LimitError`; `TypeError` and `ValueError` for imports that are no externs or of another
        store, for a module of another engine, and a budget of NaN; and what `imports` raises when it is asked.  All of
        these leave nothing behind.  `Trap`, `OutOfTime` and whatever a host function raises keep what was written until
        then.
        """
        records = self.records
        records.check_open()
        check_budget(budget_s)
        if module.machine is not records.machine:
            raise ValueError("the module was compiled by another engine")
        mark = records.mark()
        with ExitStack() as failing:
            failing.callback(records.rewind, mark)
            module.acquire()
            records.on_close(module.release)
            found = resolve(module.wasm, {} if imports is None else imports, records, partial(self._bind, module))
            instance = Instance(records, self._builtins, module, found)
            failing.pop_all()  # segments show the instance to others: from here on it stays
        try:
            instance.write_segments(in_order=self._bulk_memory)
        except LinkError:  # raised before any is written
            records.rewind(mark)
            raise
        instance.start(budget_s)
        return instance

    def memory(self, type: MemoryType) -> Memory:
        """A memory of the host's own, for modules to import.

        `TypeError` and `ValueError` for a type that no module could have, `LimitError` when there is no room for it.
        """
        self.records.check_open()
        check_memory_type(type)
        return Memory(self.records, type)

    def table(self, type: TableType) -> Table:
        """A table of the host's own, for modules to import; all null.

        `TypeError` and `ValueError` for a type that no module could have, `LimitError` when there is no room for it.
        """
        self.records.check_open()
        check_table_type(type)
        return Table(self.records, type)

    def global_(self, type: GlobalType, value: Value | Number) -> Global:
        """A global of the host's own, for modules to import; its value typed, or as Python's own."""
        self.records.check_open()
        return Global.make(
            self.records, type, value if isinstance(value, Value) else encode(self.records, type.type, value)
        )

    def close(self) -> None:
        """Ends everything made in this store; using any of it raises `ValueError`.  Closing twice is fine.

        `ValueError` while a function of it runs.
        """
        self.records.close()

    def _bind(self, module: Module, function: HostFunction) -> int:
        """The FuncRef of a host function, made when it is first imported.

        Its fast entry is of the module that imports it, which stays loaded as long as this store lives.
        """
        known = self._host_functions.get(function)
        if known is not None:
            return known
        records, builtins = self.records, self._builtins
        host = builtins.add_host(HostCall(records, function))
        records.on_close(partial(builtins.remove_host, host))
        type_id = records.type_id(function.type)
        entries = records.machine.runtime_entry(CALL_HOST), module.host_entries.get(function.type, 0)
        address = host_funcref(records, entries, builtins.block, host, type_id)
        records.add_functions(address, 1)
        self._host_functions[function] = address
        records.on_close(partial(self._host_functions.__delitem__, function))
        return address
