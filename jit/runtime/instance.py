"""Instances: how a module comes to life, and what can be done with it (spec: `exec-instantiation`).

Until its segments are written a new instance is invisible, and a failure gives back what was made for it.  From then
on others may hold its functions, so it stays in its store whatever happens.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from ..abi import FuncRef
from ..wasm.constexpr import evaluate
from ..wasm.module import Elem, Export, Expr, ExternKind
from ..wasm.types import FUNCREF, Value
from . import vmctx
from .builtins import Builtins
from .function import Function, Number
from .globals import Global
from .imports import Resolved
from .memory import Memory
from .module import Module
from .records import Records
from .segments import Context, write_checked, write_in_order
from .table import Table
from .values import element_of

ExportedExtern = Function | Memory | Table | Global
"""What an instance exports."""


class Instance:
    """An instance of a module in a store."""

    __slots__ = ("_context", "_exported", "_functions", "_globals", "_made", "module", "records", "vmctx")

    def __init__(self, records: Records, builtins: Builtins, module: Module, imports: Resolved) -> None:
        """Allocates and evaluates, invisibly to others (spec: `alloc-module`); segments and start come next."""
        wasm = module.wasm
        self.records = records
        self.module = module
        memories = imports.memories + [Memory(records, type) for type in wasm.memories]
        tables = imports.tables + [Table(records, type) for type in wasm.tables]
        self.vmctx = records.arena.allocate(module.layout.size)
        vmctx.write(
            records, self.vmctx, wasm, module.layout, builtins.head, imports, memories, tables, module.entries
        )  # fmt: skip
        self._functions = imports.functions
        self._globals = list(imports.globals)
        self._make_globals()
        elems = [self._evaluate_elem(elem) for elem in wasm.elems]
        self._context = Context(memories, tables, [data.content for data in wasm.datas], elems)
        self._exported = {export.name: export for export in wasm.exports}
        self._made: dict[str, ExportedExtern] = {}
        builtins.contexts[self.vmctx] = self._context
        records.on_close(partial(builtins.contexts.__delitem__, self.vmctx))
        records.add_functions(self.vmctx + module.layout.funcrefs, len(wasm.functions))

    @property
    def exports(self) -> "Exports":
        """What the module exports, by name."""
        return Exports(self, self._exported, self._made)

    def write_segments(self, *, in_order: bool) -> None:
        """Writes active segments; `in_order` is the rule of bulk memory (see `segments`).

        Raises `LinkError` with nothing written, or `Trap` with the segments before the misfit written.
        """
        wasm = self.module.wasm
        starts = (
            [0 if elem.offset is None else self._evaluate(elem.offset).bits for elem in wasm.elems],
            [0 if data.offset is None else self._evaluate(data.offset).bits for data in wasm.datas],
        )
        write = write_in_order if in_order else write_checked
        write(self._context, wasm.elems, wasm.datas, starts)

    def start(self, budget_s: float) -> None:
        """Runs the start function, if there is one; raises what it raises."""
        if self.module.wasm.start is not None:
            self.function(self.module.wasm.start).invoke((), budget_s=budget_s)

    def call(self, export: str, *args: Number, budget_s: float = math.inf) -> Number | tuple[Number, ...]:
        """Calls an exported function as `Function.__call__` does; `KeyError` when there is no such function."""
        return self._exported_function(export)(*args, budget_s=budget_s)

    def invoke(self, export: str, args: Sequence[Value] = (), *, budget_s: float = math.inf) -> tuple[Value, ...]:
        """Calls an exported function as `Function.invoke` does; `KeyError` when there is no such function."""
        return self._exported_function(export).invoke(args, budget_s=budget_s)

    def function(self, index: int) -> Function:
        """The function with this index, imports first, exported or not."""
        return Function(self.records, self._address(index))

    def index_of(self, address: int) -> int | None:
        """The lowest index under which this module imports or defines the function whose FuncRef lies at `address`.

        None when it does neither.
        """
        start, defined = self.vmctx + self.module.layout.funcrefs, len(self.module.wasm.functions)
        offset = address - start
        if 0 <= offset < defined * FuncRef.SIZE:
            return len(self._functions) + offset // FuncRef.SIZE
        return self._functions.index(address) if address in self._functions else None

    def extern(self, export: Export) -> ExportedExtern:
        """The thing that an export of this module names."""
        match export.kind:
            case ExternKind.FUNC:
                return self.function(export.index)
            case ExternKind.TABLE:
                return self._context.tables[export.index]
            case ExternKind.MEMORY:
                return self._context.memories[export.index]
            case ExternKind.GLOBAL:
                return self._globals[export.index]

    def _exported_function(self, name: str) -> Function:
        export = self.exports.get(name)
        if not isinstance(export, Function):
            have = ", ".join(n for n, e in self.exports.items() if isinstance(e, Function))
            raise KeyError(f"no function is exported as {name!r}; there are: {have or 'none'}")
        return export

    def _address(self, index: int) -> int:
        imported = len(self._functions)
        return self._functions[index] if index < imported else self.vmctx + self.module.layout.funcref(index)

    def _evaluate(self, expr: Expr) -> Value:
        """The value of a constant expression; references to functions are FuncRefs' addresses."""
        return evaluate(
            expr, lambda index: self._globals[index].get(), lambda index: Value(FUNCREF, self._address(index))
        )

    def _make_globals(self) -> None:
        wasm, layout = self.module.wasm, self.module.layout
        for index, defined in enumerate(wasm.globals, wasm.imported_globals):
            made = Global(self.records, defined.type, self.vmctx + layout.global_(index))
            made.store(self._evaluate(defined.init))
            self._globals.append(made)

    def _evaluate_elem(self, elem: Elem) -> tuple[int, ...]:
        return tuple(
            self._address(item) if isinstance(item, int) else element_of(self._evaluate(item)) for item in elem.items
        )


class Exports(Mapping[str, ExportedExtern]):
    """The exports of an instance by name, in the module's order; also what another instance may import from.

    `made` are those that were asked for before.
    """

    __slots__ = ("_exports", "_instance", "_made")

    def __init__(self, instance: Instance, exports: Mapping[str, Export], made: dict[str, ExportedExtern]) -> None:
        self._instance = instance
        self._exports = exports
        self._made = made

    def __getitem__(self, name: str) -> ExportedExtern:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._instance.extern(self._exports[name])
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._exports)

    def __len__(self) -> int:
        return len(self._exports)
