"""The composer: what it keeps while it writes one function after the other.

Nothing of a function but locals lives in registers between instructions (see `frame`), so all there is to track is the
height of the value stack, in slots from the frame base, and the blocks that branches can leave.  Rows are composed by
the emitters in `rows`, `variable` and `control`; each is a function of the compiler and the operands that
`jit.wasm.sink` lists.

Distances: a conditional branch reaches 1 MiB.  Whether all of a function lies within reach is decided before its first
instruction, from the size of its body (`MAX_EXPANSION`); in a `far` function forward conditions skip a B instead.
"""

from collections.abc import Sequence
from typing import Final

from ...a64.labels import Label
from ...a64.masm import MacroAssembler
from ...a64.operands import D, Q, Reg, VReg, W, X
from ...abi import SLOT, VMLayout
from ...wasm.module import Module
from ...wasm.sink import Emitter
from ...wasm.types import FuncType, ValType
from ..code import Compiled
from .abi import CARRIED, IMM, IMM2, TOP, A, slots
from .frame import Frame

MAX_EXPANSION: Final = 80
"""Upper bound of the code bytes that one byte of a body becomes: a target of `br_table` that carries eight slots out of
a function with eight homes takes 72 at most."""
REACH: Final = 1 << 20
"""What B.cond, CBZ and CBNZ reach in either direction (Arm: "CBZ")."""
MARGIN: Final = 1 << 10
"""More than a prologue and the condition itself take."""


class Block:
    """A block that is open.

    `height` is that of the stack below its parameters.  A branch to `label` carries `arity` slots, the end leaves
    `results`; `otherwise` is where a false condition goes while an `if` has not met its `else`.
    """

    __slots__ = ("arity", "height", "label", "otherwise", "params", "results")

    def __init__(self, height: int, params: int, results: int) -> None:
        self.height = height
        self.params = params
        self.results = results
        self.arity = results
        self.label = Label()
        self.otherwise: Label | None = None


class FunctionCompiler:
    """What the emitters of a back end work on: one function, from `begin` to `finish`.

    It serves all modules, one function at a time, because emitters are bound to it: a list of them for each module was
    half of what compiling a small module took.
    """

    sink: "ModuleSink"
    """Whose function this is; here and below: between `begin` and `finish`."""
    module: Module
    layout: VMLayout

    def __init__(self) -> None:
        self.asm = MacroAssembler()
        self.frame = Frame((), ())
        self.height = 0
        self.far = False
        self._pushed: VReg | None = None
        self._pushed_at = 0
        self.blocks: list[Block] = []
        self.origins: list[tuple[int, int]] = []

    # One function

    def begin(self, sink: "ModuleSink", index: int, type: FuncType, locals: Sequence[ValType]) -> None:
        """Spec: `exec-invoke`."""
        self.sink, self.module, self.layout = sink, sink.module, sink.layout
        self.asm = MacroAssembler()
        self.origins = []
        body = self.module.codes[index - self.module.imported_funcs].body
        self.far = len(body) * MAX_EXPANSION + MARGIN > REACH
        self.blocks = [Block(0, slots(type.params), slots(type.results))]
        self.frame = Frame(type.params, locals)
        self.frame.enter(self.asm)
        self.height = self.frame.height
        self._pushed = None

    def finish(self) -> Compiled:
        """The function that ended."""
        assert not self.blocks, "the function's own end closes the last block"
        return Compiled(
            self.asm.finish(),
            relocs=tuple(self.asm.symbols),
            data=tuple(self.asm.data),
            origins=tuple(self.origins),
        )

    # What emitters are made of

    def mark(self) -> None:
        """Notes that the code of the instruction at hand begins here."""
        self.origins.append((len(self.asm.words) * 4, self.sink.offset))

    def bind(self, label: Label) -> None:
        """Binds a label here: what comes next may follow other code than what was written last."""
        self.asm.bind(label)
        self._pushed = None

    def push_home(self, home: VReg) -> None:
        """Pushes what a local's home holds; after another such push, in one instruction with it (Arm: "STP")."""
        asm = self.asm
        if self._pushed is not None and self._pushed_at == len(asm.words):
            asm.words.pop()
            asm.stp_v_post(D, self._pushed, home, TOP, 2 * SLOT)
            self._pushed = None
        else:
            asm.str_v_post(D, home, TOP, SLOT)
            self._pushed = home
            self._pushed_at = len(asm.words)
        self.height += 1

    def push(self, reg: Reg) -> None:
        """Pushes a general register."""
        self.asm.str_post(X, reg, TOP, SLOT)
        self.height += 1

    def pop(self, reg: Reg) -> None:
        """Pops a slot."""
        self.asm.ldr_pre(X, reg, TOP, -SLOT)
        self.height -= 1

    def push_vector(self, reg: VReg) -> None:
        """Pushes a v128."""
        self.asm.str_v_post(Q, reg, TOP, 2 * SLOT)
        self.height += 2

    def pop_vector(self, reg: VReg) -> None:
        """Pops a v128."""
        self.asm.ldr_v_pre(Q, reg, TOP, -2 * SLOT)
        self.height -= 2

    def handler(self, name: str, change: int) -> None:
        """Calls a handler that leaves the stack higher by `change` slots."""
        self.mark()
        self.asm.call(name)
        self.height += change

    def handler_with(self, name: str, change: int, immediate: int, second: int | None = None) -> None:
        """Loads the immediates of a handler, in as few instructions as there are, and calls it."""
        self.mark()
        self.asm.mov_imm(X, IMM, immediate)
        if second is not None:
            self.asm.mov_imm(X, IMM2, second)
        self.asm.call(name)
        self.height += change

    def pop_condition(self) -> None:
        """Pops an i32 into A."""
        self.asm.ldr_pre(W, A, TOP, -SLOT)
        self.height -= 1

    def branch_if_zero(self, target: Label) -> None:
        """Branches when A, an i32, is zero, however far that is."""
        if self._is_near(target):
            self.asm.cbz(W, A, target)
            return
        skip = Label()
        self.asm.cbnz(W, A, skip)
        self.asm.b(target)
        self.bind(skip)

    def branch_if_nonzero(self, target: Label) -> None:
        """Branches when A, an i32, is not zero, however far that is."""
        if self._is_near(target):
            self.asm.cbnz(W, A, target)
            return
        skip = Label()
        self.asm.cbz(W, A, skip)
        self.asm.b(target)
        self.bind(skip)

    def _is_near(self, target: Label) -> bool:
        """Whether a condition reaches: always within small functions, and backwards as far as it does."""
        return not self.far or (target.position is not None and self.asm.position - target.position <= REACH)

    def distance(self, block: Block) -> int:
        """How many slots down a branch out of this block moves what it carries; the slots between are discarded."""
        return self.height - block.arity - block.height

    def carry(self, count: int, distance: int) -> None:
        """Moves the topmost `count` slots down by `distance` slots and leaves TOP behind them (spec: `exec-br`).

        What usual arities need is unrolled: nothing to move, or up to eight slots through as many registers, loaded
        before TOP moves so that any distance will do.
        """
        asm = self.asm
        if distance == 0:
            return
        if count > len(CARRIED):
            asm.mov_imm(X, IMM, SLOT * count)
            asm.mov_imm(X, IMM2, SLOT * distance)
            asm.call("move results")
            return
        odd = count & 1
        if odd:
            asm.ldur(X, CARRIED[0], TOP, -SLOT * count)
        for i in range(odd, count, 2):
            asm.ldp_imm(X, CARRIED[i], CARRIED[i + 1], TOP, SLOT * (i - count))
        asm.sub_const(X, TOP, TOP, SLOT * distance)
        if odd:
            asm.stur(X, CARRIED[0], TOP, -SLOT * count)
        for i in range(odd, count, 2):
            asm.stp_imm(X, CARRIED[i], CARRIED[i + 1], TOP, SLOT * (i - count))


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

    def begin(self, index: int, type: FuncType, locals: Sequence[ValType]) -> None:
        self._compiler.begin(self, index, type, locals)

    def finish(self) -> None:
        assert self._compiler.sink is self, "another module's function began before this one ended"
        self._compiled = self._compiler.finish()

    def take(self) -> Compiled:
        """The function just finished."""
        assert self._compiled is not None, "no function was finished"
        return self._compiled
