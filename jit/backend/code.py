"""What a back end hands over: code with its open ends, and what to know about it when it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol

from ..perturbation import Perturbation
from ..wasm.features import Features
from ..wasm.module import Module
from ..wasm.opcodes import Op
from ..wasm.sink import CodeSink
from ..wasm.types import FuncType, TrapKind

Symbol = int | str
"""Target of a relocation: a function index of the module, or the name of a piece of runtime code."""


def host_symbol(type: FuncType) -> Symbol:
    """What the fast entry of host functions of a type is called in the image of a module that imports them."""
    return f"call_host {type}"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A function, or a piece of runtime code, ready to be linked.

    code     A64 instructions and inline data, little endian, a multiple of 4 bytes.
    relocs   `(offset, symbol)`: the BL or B word at this byte offset gets its imm26 from the symbol's address.
    traps    `(offset, kind)`: a memory access at this byte offset that faults is this trap.  `udf` words name theirs.
    data     `(start, end)` byte ranges that are data, not instructions (branch tables, literals), ascending.
    origins  `(offset, wasm offset)`, ascending in the first: where the code of each wasm instruction begins; the wasm
             offset is the byte offset in the module.  Runtime code has none.
    entry    byte offset of the entry in the stack convention of `jit.abi`.
    fast     byte offset of the entry in the back end's own register convention; None when it has none.
    """

    code: bytes
    relocs: tuple[tuple[int, Symbol], ...] = ()
    traps: tuple[tuple[int, TrapKind], ...] = ()
    data: tuple[tuple[int, int], ...] = ()
    origins: tuple[tuple[int, int], ...] = ()
    entry: int = 0
    fast: int | None = None


class Situation(NamedTuple):
    """What a compiler knows when it comes to an instruction, before it compiles it.

    row       the instruction
    operands  where its operands are, a letter each, the deepest first: C a constant, R a register, H the register of a
              local, L a local in its slot, S a slot of the operand stack, F the machine's flags; with `=` behind where
              two of them are one value
    pressure  0 while enough registers are free of the kinds that its types ask for, 1 when few are, 2 when none is
    pending   a comparison below its operands is in the machine's flags still
    """

    row: Op
    operands: str
    pressure: int
    pending: bool


Observer = Callable[[Situation], None]


@dataclass(frozen=True, slots=True)
class CodegenOptions:
    """What a host needs of generated code, and what a developer wants of the compiler.

    probe_stores  stores are preceded by a load of the same bytes, because a store that straddles the end of memory
                  would leave its in-bounds bytes written on this host.
    paranoid      the compiler checks its invariants after each instruction, where it has any to check.
    perturbation  what to do otherwise without changing what a program means, where the compiler has a choice.
    observer      hears of each instruction before it is compiled, where the compiler has a state to tell; no part of
                  what makes options equal, since code does not depend on it.
    """

    probe_stores: bool = True
    paranoid: bool = False
    perturbation: Perturbation | None = None
    observer: Observer | None = field(default=None, compare=False)


class FunctionSink(CodeSink, Protocol):
    """A sink that compiles: after `finish`, `take` hands over the function just ended."""

    def take(self) -> Compiled: ...


class Backend(Protocol):
    """A code generator.  What it knows of a module lives in its sink; one sink at a time is within a function."""

    name: ClassVar[str]
    features: ClassVar[Features]  # all that it compiles

    def sink(self, module: Module, options: CodegenOptions) -> FunctionSink: ...

    def runtime_code(self, options: CodegenOptions) -> Mapping[str, Compiled]:
        """Handlers and stubs that functions refer to by name; loaded once per host.

        Always includes `call_host` (the stub every host function's FuncRef points to, see `jit.abi`).
        """
        ...

    def host_entries(self, module: Module) -> Mapping[FuncType, Compiled]:
        """The fast entries that host functions have, for each type of a function that the module imports.

        They are loaded with the module, so that they live as long; none where functions have no fast entry.
        """
        ...
