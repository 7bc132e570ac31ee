"""The single-pass compiler: one function at a time, from the type checker's calls straight to code.

There is no intermediate form.  `state` knows where each value lies; an emitter pops abstract values, asks for them in
registers or takes them as they are, emits, and pushes what it made.  The families' files hold the emitters; each is a
function of the compiler, what its row fixes, and the operands that `jit.wasm.sink` lists.  This file decides how a
function begins and ends, how far its branches reach, and what every emitter may rely on.

Two things are assumed of a function until they turn out wrong; then it is compiled again, from the log of its emitters'
calls:

 - that the branches which nearly every function can do with reach; else they skip a B: first those that test a bit
   (`far_tests`), which reach 32 KiB, then all (`far`);
 - where a v128 has a home, that the function calls nothing (see `abi`); else such locals live in slots.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ...a64.labels import IMM14, BranchOutOfRange, Label
from ...a64.masm import MacroAssembler
from ...a64.operands import AL, EQ, GE, LT, NE, Cond, Reg, Shift, Size, invert
from ...abi import VMLayout, udf_code
from ...wasm.module import Module
from ...wasm.sink import Emitter
from ...wasm.types import FuncType, TrapKind, ValType
from ..code import CodegenOptions, Compiled
from .abi import HOMES
from .addresses import Addresses
from .blocks import Block
from .convention import stub
from .frame import Frame, Saved, enter, leave
from .nzcv import sets_flags
from .perturbed import Jitter
from .state import State

Operands = tuple[object, ...]
Step = tuple[Callable[..., None], int, Operands]
"""A call of an emitter: the emitter, the offset of its instruction, what it is called with: compiler and operands."""


class Bit(NamedTuple):
    """One bit of a register, as TBZ and TBNZ take it."""

    reg: Reg
    number: int


class CallsAfterAll(Exception):
    """A function whose frame was laid out for one that calls nothing does."""


class FunctionCompiler:
    """What the emitters work on: one function, from `begin` to `finish`.

    It serves all modules that are compiled with the same options, one function at a time, because emitters are bound to
    it.  `paranoid` checks the state's invariants after each instruction.
    """

    sink: "ModuleSink"
    """Whose function this is; here and below: between `begin` and `finish`."""
    module: Module
    layout: VMLayout

    def __init__(self, options: CodegenOptions) -> None:
        self.offset = 0
        self.options = options
        self.paranoid = options.paranoid
        self.jitter = Jitter.of(options.perturbation)
        self._homes = len(HOMES) if self.jitter is None else self.jitter.homes
        self._log: list[Step] = []
        self._locals: Sequence[ValType] = ()
        self.far = self.far_tests = False
        self.state = State()
        self._begin(Frame.of(FuncType((), ()), (), calls=False))

    # One function

    def begin(self, sink: "ModuleSink", type: FuncType, locals: Sequence[ValType]) -> None:
        """Starts a function; its code comes before its prologue is known."""
        self.sink, self.module, self.layout = sink, sink.module, sink.layout
        self._log = []
        self._locals = locals
        self.far = self.far_tests = False
        self._begin(Frame.of(type, locals, calls=False, homes=self._homes))

    def _begin(self, frame: Frame) -> None:
        self.frame = frame
        self.asm = MacroAssembler()
        dice = None if self.jitter is None else self.jitter.begin()
        self.state.begin(self.asm, frame.types, frame.places, frame.slots, dice)
        self.addresses = Addresses()
        self.blocks = [Block.function(frame.type.results)]
        self.origins: list[tuple[int, int]] = []
        self.accesses: list[tuple[int, TrapKind]] = []
        self.cold: dict[tuple[TrapKind, int], Label] = {}
        self.returns = False
        self.calls = False
        self.uses_area = False
        self.zero_test: tuple[int, Size, Reg, Bit | None] | None = None
        """The comparison with zero that the last word is, if it is one: where it ends, width, register; and the bit
        that the word before leaves there for nobody else, if it does."""
        self.product: tuple[int, Size, Reg, Reg] | None = None
        """The multiplication that the last word is, if it is one: where it ends, width, factors (see `fusion`)."""
        self.shifted: tuple[int, Size, Reg, Shift, int] | None = None
        """The shift by a constant that the last word is, if it is one: where it ends, width, operand, kind, amount."""
        self.rotated: tuple[int, Size, Reg, int] | None = None
        """The rotation to the right by a constant, likewise: where it ends, width, operand, amount."""
        self.inverted: tuple[int, Size, Reg] | None = None
        """The inversion, likewise: where it ends, width, operand."""
        self.masked: tuple[int, Size, Reg, int] | None = None
        """The mask of low bits, likewise: where it ends, width, operand, how many bits."""
        self.one_bit: tuple[int, Size, Reg, int] | None = None
        """What of its operand the last word leaves, if that is one bit: where it ends, how wide the result must be read
        to see it, operand, number of the bit."""

    def run(self, emitter: Callable[..., None], *operands: object) -> None:
        """Compiles one instruction.  This compiler is the first of the operands.

        FAST: their tuple passes through as it is; putting the compiler in front takes 5 % of the time of compiling.
        """
        self.offset = offset = self.sink.offset
        step = (emitter, offset, operands)
        self._log.append(step)
        try:
            self._do(step)
        except (BranchOutOfRange, CallsAfterAll) as surprise:
            self._start_over(surprise)

    def _do(self, step: Step) -> None:
        emitter, offset, operands = step
        words = self.asm.words
        start = len(words) * 4
        pending = self.state.conditions
        emitter(*operands)
        self.state.registers.release()
        end = len(words) * 4
        if end > start:
            self.origins.append((start, offset))
        elif end < start:
            self._trim_origins(end)
        if self.paranoid:
            self.check()
            if self.state.flags_at >= 0 and self.state.conditions == pending:
                assert not any(map(sets_flags, self._words(start))), "a pending condition was overwritten"
        if self.jitter is not None and self.blocks:
            self._perturb(self.jitter)

    def _perturb(self, jitter: Jitter) -> None:
        """Moves values between two instructions (see `perturbed`)."""
        if jitter.forgets:
            self.forget_word()
            self.addresses.clear()
        jitter.shake(self.state)
        if self.paranoid:
            self.check()

    def _trim_origins(self, end: int) -> None:
        """Forgets what began where words were taken back."""
        while self.origins and self.origins[-1][0] >= end:
            self.origins.pop()

    def _words(self, start: int) -> Iterator[int]:
        """The instructions from a position on, without the data between them."""
        for begin, end in (*((low, high) for low, high in self.asm.data if low >= start), (self.asm.position, 0)):
            yield from self.asm.words[start >> 2 : begin >> 2]
            start = end

    def _start_over(self, surprise: BranchOutOfRange | CallsAfterAll | None) -> None:
        """Compiles all again, as what was found out wants it."""
        at = self.offset
        while surprise is not None:
            if isinstance(surprise, BranchOutOfRange):
                assert not self.far, "far branches reach all of a function"
                self.far = surprise.field is not IMM14
                self.far_tests = True
            calls = self.frame.calls or isinstance(surprise, CallsAfterAll)
            self._begin(Frame.of(self.frame.type, self._locals, calls=calls, homes=self._homes))
            surprise = self._replay()
        self.offset = at

    def _replay(self) -> BranchOutOfRange | CallsAfterAll | None:
        """Compiles what is in the log, as far as it goes; gives what stopped it."""
        try:
            for step in self._log:
                self.offset = step[1]
                self._do(step)
        except (BranchOutOfRange, CallsAfterAll) as surprise:
            return surprise
        return None

    def finish(self) -> None:
        """Writes the epilogue and the cold ends."""
        try:
            self._finish()
        except BranchOutOfRange as surprise:
            self._start_over(surprise)
            self._finish()

    def _finish(self) -> None:
        assert not self.blocks, "the function's own end closes the last block"
        self.saved = Saved(self.state.touched, calls=self.calls, uses_area=self.uses_area)
        if self.returns:
            leave(self.asm, self.saved)
        for (kind, offset), label in self.cold.items():
            self.origins.append((self.asm.position, offset))
            self.asm.bind(label)
            self.asm.udf(udf_code(kind))

    def take(self) -> Compiled:
        """The function that ended, behind its entries and its prologue."""
        prologue = MacroAssembler()
        prologue.words.extend(stub(self.frame.type))
        fast = prologue.position
        enter(prologue, self.frame, self.saved, self.state.touched)
        start = prologue.position
        return Compiled(
            prologue.finish() + self.asm.finish(),
            relocs=tuple((start + at, symbol) for at, symbol in self.asm.symbols),
            traps=tuple((start + at, kind) for at, kind in self.accesses),
            data=tuple((start + low, start + high) for low, high in self.asm.data),
            origins=tuple((start + at, offset) for at, offset in self.origins),
            fast=fast,
        )

    def check(self) -> None:
        """Asserts what holds between instructions: the state's invariants, and the merge discipline's.

        All entries below the parameters of an open block are in their slots (see `control`).
        """
        self.state.check()
        assert not self.asm.scratch().is_lent, "a scratch register was not given back"
        if self.blocks:
            assert self.state.settled >= self.blocks[-1].height, (self.state.stack, self.blocks[-1].height)

    # What emitters are made of

    def begin_call(self) -> None:
        """Says that the instruction at hand calls something, before it emits anything."""
        if self.frame.pins_vectors:
            raise CallsAfterAll
        self.calls = True
        self.addresses.clear()

    def branch(self, cond: Cond, target: Label) -> None:
        """B.cond, however far that is."""
        if not self.far or cond == AL:
            self.asm.b_cond(cond, target)
            return
        skip = Label()
        self.asm.b_cond(invert(cond), skip)
        self.asm.b(target)
        self.asm.bind(skip)

    def branch_if_zero(self, sf: Size, reg: Reg, target: Label) -> None:
        """CBZ, however far that is."""
        if not self.far:
            self.asm.cbz(sf, reg, target)
            return
        skip = Label()
        self.asm.cbnz(sf, reg, skip)
        self.asm.b(target)
        self.asm.bind(skip)

    def branch_if_nonzero(self, sf: Size, reg: Reg, target: Label) -> None:
        """CBNZ, however far that is."""
        if not self.far:
            self.asm.cbnz(sf, reg, target)
            return
        skip = Label()
        self.asm.cbz(sf, reg, skip)
        self.asm.b(target)
        self.asm.bind(skip)

    def branch_if_bit(self, bit: Bit, target: Label, *, is_set: bool) -> None:
        """TBNZ or TBZ, however far that is."""
        if self.far or self.far_tests:
            skip = Label()
            (self.asm.tbz if is_set else self.asm.tbnz)(*bit, skip)
            self.asm.b(target)
            self.asm.bind(skip)
        else:
            (self.asm.tbnz if is_set else self.asm.tbz)(*bit, target)

    def trap(self, kind: TrapKind) -> Label:
        """Where to branch in order to trap at this instruction: a `udf` behind the function."""
        return self.cold.setdefault((kind, self.offset), Label())

    def may_fault(self, kind: TrapKind = TrapKind.OOB_MEMORY) -> None:
        """The word just written accesses linear memory, or what a null reference would have; a fault is that trap."""
        self.accesses.append((self.asm.position - 4, kind))

    def note_zero_test(self, sf: Size, reg: Reg, bit: Bit | None = None) -> None:
        """The word just written compares a register with zero; the word before left `bit` there for nobody else."""
        self.zero_test = (self.asm.position, sf, reg, bit)

    def take_zero_test(self, cond: Cond) -> tuple[Size, Reg] | Bit | None:
        """Takes the last word back if it compares with zero for equality, or asks for the sign.

        CBZ and CBNZ do without it, and of a single bit TBZ and TBNZ.
        """
        if self.zero_test is None or cond not in (EQ, NE, LT, GE):
            return None
        at, sf, reg, bit = self.zero_test
        if at != self.asm.position:
            return None
        self.take_back()
        if cond in (LT, GE):
            return Bit(reg, (32 << sf) - 1)
        if bit is None:
            return sf, reg
        self.take_back()
        return bit

    def take_back(self) -> None:
        """Drops the last word, and what is known of it: code will come to the position where it ended again."""
        self.asm.words.pop()
        self.forget_word()

    def forget_word(self) -> None:
        """Nothing is known any more of what the last word does."""
        self.zero_test = self.product = self.shifted = self.rotated = None
        self.inverted = self.masked = self.one_bit = None
        self.state.forget_written()


class ModuleSink:
    """A `FunctionSink` for one module: see `jit.wasm.sink` for who calls what."""

    __slots__ = ("_compiled", "_compiler", "emit", "layout", "module", "offset")

    def __init__(self, compiler: FunctionCompiler, emit: list[Emitter], module: Module) -> None:
        """`emit` are the compiler's emitters."""
        self.offset = 0
        self.emit = emit
        self.module = module
        self.layout = VMLayout.of(module)
        self._compiler = compiler
        self._compiled: Compiled | None = None

    def begin(self, _index: int, type: FuncType, locals: Sequence[ValType]) -> None:
        self._compiler.begin(self, type, locals)

    def finish(self) -> None:
        assert self._compiler.sink is self, "another module's function began before this one ended"
        self._compiler.finish()
        self._compiled = self._compiler.take()

    def take(self) -> Compiled:
        """The function just finished."""
        assert self._compiled is not None, "no function was finished"
        return self._compiled
