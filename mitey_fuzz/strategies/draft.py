"""A module that grows by need: it has what its bodies mention, and nothing else.

So there is nothing to leave out once the instruction that needed it is gone.  What is imported is settled before, since
it comes first in every index space; then no index ever changes, and bodies can be bytes at once.

Rule 1: calls through a table go through one that nothing writes.  A function in it was finished before whoever calls
it, and so every body ends.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from jit.wasm.body import Instr, const, expr
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.module import Code, Data, Elem, Export, Expr, ExternKind, Global, Import, Mode, Module
from jit.wasm.opcodes import op
from jit.wasm.types import BY_LETTER, FUNCREF, NULL, FuncType, GlobalType, Limits, MemoryType, TableType

from ..generate import export_all
from ..generate.candidates import letters
from ..generate.plan import Types

Item = TypeVar("Item")
Signature = tuple[str, str]
"""Letters of parameters and results."""

CALLED = "called"
"""The table that calls go through; others have the letter of their type."""
PAGES = Limits(1, 3)
ELEMENTS = Limits(8, 12)
CONTENTS = (b"", b"\1", bytes(range(16)), bytes(range(0x7E, 0x8E)), b"\xff" * 16)
"""What segments of data hold, and memories at first."""
_AT_ZERO = expr(const(BY_LETTER["i"], 0))


class Draft:
    """What is mentioned so far.

    `functions` are the signatures of the imported functions and of those that are finished, `slots` the functions in
    the table that calls go through, and `begun` counts functions that have a body or are getting one: up to `most`.
    A memory of its own begins with `contents`.

    Nothing is drawn for what is made when it is first mentioned: else an example would change its meaning where the
    first mention goes.
    """

    def __init__(self, features: Features, imports: Sequence[Import], most: int, contents: bytes = b"") -> None:
        self.features = features
        self.types = Types()
        self.imports = [self._typed(item) for item in imports]
        self.given = Module(imports=tuple(self.imports))
        self.functions: list[Signature] = [(letters(t.params), letters(t.results)) for t in self.given.func_types]
        self.begun = 0
        self.most = most
        self.slots: list[int] = []
        self.slot_count = most + len(self.functions) + 1
        self._contents = contents
        self._start: int | None = None
        self._referred: list[int] = []
        self._codes: list[Code] = []
        self._globals: dict[tuple[str, int], int] = {}
        self._has_memory = False
        self._tables: dict[str, int] = {}
        self._datas: list[bytes] = []
        self._elems: list[tuple[str, tuple[int, ...]]] = []

    def _typed(self, item: Import) -> Import:
        if not isinstance(item.type, FuncType):
            return item
        return replace(item, type_index=self.types.index(letters(item.type.params), letters(item.type.results)))

    # --- functions

    def finish(self, signature: Signature, code: Code) -> int:
        """Adds a function and gives its index."""
        self.functions.append(signature)
        self._codes.append(code)
        return len(self.functions) - 1

    def slot(self, function: int) -> int:
        """Where a finished function lies in the table that calls go through."""
        return _place(self.slots, function)

    def refer(self, function: int) -> None:
        """Lets bodies refer to a finished function; those of its own are exported, which is enough."""
        if function < self.given.imported_funcs:
            _place(self._referred, function)

    def start_with_last(self) -> None:
        """Makes the last function that takes and gives nothing the start function, if there is any."""
        fitting = [index for index, signature in enumerate(self.functions) if signature == ("", "")]
        self._start = fitting[-1] if fitting else None

    # --- variables

    def variable(self, letter: str, number: int) -> int:
        """The global of this type and number."""
        first = len(self.given.global_types)
        return self._globals.setdefault((letter, number), first + len(self._globals))

    def imported_variables(self, letter: str, *, mutable: bool) -> list[int]:
        """Imported globals of a type, the mutable ones or all."""
        types = enumerate(self.given.global_types)
        return [index for index, t in types if t.type.letter == letter and (t.mutable or not mutable)]

    # --- memory and tables

    def need_memory(self) -> None:
        """Adds a memory unless there is one."""
        self._has_memory = not self.given.memory_types

    def can_have_table(self, purpose: str) -> bool:
        """Whether there is such a table, or may be: without reference types there is one at most."""
        tables = len(self.given.table_types) + len(self._tables)
        return purpose in self._tables or self.features.reference_types or not tables

    def table(self, purpose: str) -> int:
        """The table for calls, or that of a type; only where it can be had."""
        assert self.can_have_table(purpose)
        return self._tables.setdefault(purpose, len(self.given.table_types) + len(self._tables))

    def imported_tables(self, letter: str) -> list[int]:
        return [index for index, t in enumerate(self.given.table_types) if t.element.letter == letter]

    def data(self, number: int) -> int:
        """The index of a passive segment: the one that holds `CONTENTS[number]`."""
        return _place(self._datas, CONTENTS[number])

    def elem(self, letter: str, count: int) -> int:
        """The index of a passive segment of so many elements: functions that are finished, or null references."""
        last = len(self.functions) - 1
        functions = [min(k, last) for k in range(count)] if last >= 0 or letter != "r" else []
        return _place(self._elems, (letter, tuple(functions)))

    # --- the whole

    def assembled(self) -> bytes:
        """The module, its functions exported as `f0`, `f1`, …, its whole state besides."""
        first = self.given.imported_funcs
        segments = [Data(Mode.PASSIVE, contents) for contents in self._datas]
        active = [Data(Mode.ACTIVE, self._contents, 0, _AT_ZERO)] if self._contents and self._has_memory else []
        own = range(first, len(self.functions))
        functions = tuple([self.types.index(*self.functions[index]) for index in own])
        module = Module(
            types=self.types.section(),
            imports=tuple(self.imports),
            functions=functions,
            tables=tuple(self._table_type(purpose) for purpose in self._tables),
            memories=(MemoryType(PAGES),) if self._has_memory else (),
            globals=tuple(_zero(letter) for letter, _ in self._globals),
            exports=tuple(Export(f"f{index - first}", ExternKind.FUNC, index) for index in own),
            start=self._start,
            elems=(*(_passive(letter, items) for letter, items in self._elems), *self._last_elems()),
            data_count=len(segments + active) if segments else None,
            codes=tuple(self._codes),
            datas=(*segments, *active),
        )
        return encode(export_all(module))

    def _table_type(self, purpose: str) -> TableType:
        if purpose == CALLED:
            return TableType(FUNCREF, Limits(self.slot_count, self.slot_count))
        return TableType(BY_LETTER[purpose], ELEMENTS)

    def _last_elems(self) -> list[Elem]:
        """What fills the table that calls go through, and what declares functions to refer to; nobody names these."""
        called, referred = tuple(self.slots), tuple(self._referred)
        filling = [Elem(Mode.ACTIVE, FUNCREF, called, self.table(CALLED), _AT_ZERO)] if called else []
        return filling + ([Elem(Mode.DECLARATIVE, FUNCREF, referred)] if referred else [])


def _place(items: list[Item], item: Item) -> int:
    """Where an item is in a list, to which it is added if it is new."""
    if item not in items:
        items.append(item)
    return items.index(item)


def _zero(letter: str) -> Global:
    kind = BY_LETTER[letter]
    return Global(GlobalType(kind, mutable=True), expr(const(kind, NULL if kind.is_ref else 0)))


def _passive(letter: str, functions: Sequence[int]) -> Elem:
    kind = BY_LETTER[letter]
    items: tuple[int | Expr, ...] = tuple(functions)
    if kind is not FUNCREF:
        items = tuple(expr(Instr(op("ref.null"), (kind.code,))) for _ in functions)
    return Elem(Mode.PASSIVE, kind, items)
