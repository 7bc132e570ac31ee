"""Whether the instruction that triage names is one whose machine code a mutant changes.

Of a planted mutant the truth is known: it changes certain words, and the compiler says which wasm instruction each word
is of.  An instruction's own are the words that it was compiled to, and those of the handlers and stubs that these call
by name, where an unrolled interpreter has its work.  What others have a part in is nobody's own: neither the code of a
function that is called is the call's, nor that of the next instruction its neighbour's.

What is in front of the first instruction is the function's entry.  But where that calls the function, as the entry in
the stack convention does, what is behind the call runs when the function has ended, and is its `end`'s own.

Some work is not done where it is asked for, and then the words that do it stand with another instruction:

 - A constant or a local without words is on the operand stack in name only, and who takes it fetches it.
 - Any other instruction without words was fused with the one in front, whose word was taken back and made anew for both
   (`jit.backend.baseline`'s `fusion`).
 - A comparison leaves its result in the machine's flags, and it is the words that read them which make a number, a
   branch or a choice of it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from jit.backend.code import Compiled, Symbol
from jit.backend.mutants import Counter, Mutant, apply
from jit.wasm.body import BLOCKS, END, Instr, parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.opcodes import BY_NAME, Family

from ..subject import JitEngine
from ..triage import Cause
from ..triage.cause import ENTRY
from ..triage.stacks import Shape, shapes

Pieces = Mapping[Symbol, Compiled]
WORD = 4
_BL = (0xFC000000, 0x94000000)
_READERS = (
    (0xFF000010, 0x54000000),  # b.cond
    (0x1FE00000, 0x1A800000),  # csel, csinc, csinv, csneg
    (0x1FE00000, 0x1A400000),  # ccmp, ccmn
    (0xFF200C00, 0x1E200C00),  # fcsel
)
"""Mask and match of the words that read the flags."""
_EXIT = -1
"""In the place of an instruction's offset: what an entry does when the function has ended."""
_CONSTANTS = frozenset((Family.CONST, Family.VECTOR_CONST))
_COMPARISONS = frozenset((Family.COMPARE, Family.TEST, Family.VECTOR_TEST))
_LEAVES = frozenset(("br", "br_table", "return"))


def is_guilty(engine: JitEngine, mutant: Mutant, wasm: bytes, cause: Cause) -> bool:
    """Whether the mutant, in the code that the engine makes of a valid module, changes what is the named one's own."""
    own, runtime = engine.code(wasm), engine.code(None)
    if cause.function is None or cause.function not in own:
        return False
    code = own[cause.function]
    words = _Function(code, wasm, cause.function).words(cause)
    changed = {**changed_words(mutant, runtime), **changed_words(mutant, own)}
    called = _called({**runtime, **own}, (target for at, target in code.relocs if at in words))
    return bool(changed[cause.function] & words) or any(changed[name] for name in called)


def changed_words(mutant: Mutant, pieces: Pieces) -> dict[Symbol, frozenset[int]]:
    """The byte offsets of the words that a mutant changes in each piece of an image; they are loaded in this order."""
    counter = Counter()
    changed: dict[Symbol, frozenset[int]] = {}
    for symbol, compiled in pieces.items():
        before, after = compiled.code, apply(mutant, compiled.code, compiled.data, counter)
        places = range(0, len(before), WORD)
        changed[symbol] = frozenset(at for at in places if before[at : at + WORD] != after[at : at + WORD])
    return changed


class _Function:
    """A function's code beside its body: which word is whose.  Words are named by their byte offsets."""

    def __init__(self, code: Compiled, wasm: bytes, function: int) -> None:
        module = decode(wasm, WASM_2)
        body = module.codes[function - module.imported_funcs]
        self.code = code
        self.instrs = parse(body.body, body.offset)
        self.shapes = shapes(module, WASM_2)
        self.owners = _owners(code)

    def words(self, cause: Cause) -> set[int]:
        """What is the named instruction's own."""
        own = self._of(cause.offset)
        if cause.mnemonic == ENTRY or cause.offset is None:
            return own
        family = BY_NAME[cause.mnemonic].family
        if not own:
            is_late = family in _CONSTANTS or cause.mnemonic == "local.get"
            own = self._of(self._taker(cause.offset)) if is_late else self._in_front(cause.offset)
        elif family in _COMPARISONS and not any(at in own for at, _ in self.code.relocs):
            own |= self._readers(max(own))
        return own | self._of(_EXIT) if cause.offset == self.instrs[-1].offset else own

    def _of(self, offset: int | None) -> set[int]:
        return {index * WORD for index, owner in enumerate(self.owners) if owner == offset}

    def _in_front(self, offset: int) -> set[int]:
        """The words of the last instruction in front that has any."""
        with_words = [owner for owner in set(self.owners) if owner is not None and _EXIT < owner < offset]
        return self._of(max(with_words)) if with_words else set()

    def _readers(self, last: int) -> set[int]:
        """The words that read the flags first behind a comparison whose last word this is, all of one instruction."""
        readers = [at for at in range(last + WORD, len(self.code.code), WORD) if _is_any(self.code, at, _READERS)]
        return {at for at in readers if self.owners[at // WORD] == self.owners[readers[0] // WORD]}

    def _taker(self, offset: int) -> int:
        """The offset of the instruction that takes what the one at an offset leaves."""
        at = next(number for number, instr in enumerate(self.instrs) if instr.offset == offset)
        return taker(self.instrs[at + 1 :], self.shapes, len(self.shapes[offset].stack))


def taker(behind: Sequence[Instr], shapes: Mapping[int, Shape], height: int) -> int:
    """The offset of the first of some instructions that takes, or carries away, what lies at a height of its block."""
    depth = 0
    for instr in behind:
        shape = shapes.get(instr.offset)
        is_taken = shape is not None and len(shape.stack) - shape.takes <= height
        if depth == 0 and (is_taken or instr.op is END or instr.op.name in _LEAVES):
            return instr.offset
        depth += (instr.op in BLOCKS) - (instr.op is END)
    raise AssertionError("a body ends with its end")


def _owners(code: Compiled) -> list[int | None]:
    """For each word the offset in the module of its instruction; None of what is the function's entry, or `_EXIT`."""
    starts = [start for start, _ in code.origins]
    within = code.fast or 0
    returned = next((at for at in range(0, within, WORD) if _is_any(code, at, (_BL,))), within)
    owners: list[int | None] = []
    for at in range(0, len(code.code), WORD):
        index = bisect_right(starts, at) - 1
        outside = _EXIT if returned < at < within else None
        owners.append(code.origins[index][1] if index >= 0 else outside)
    return owners


def _is_any(code: Compiled, at: int, encodings: Iterable[tuple[int, int]]) -> bool:
    word = int.from_bytes(code.code[at : at + WORD], "little")
    return any(word & mask == match for mask, match in encodings)


def _called(pieces: Pieces, targets: Iterable[Symbol]) -> set[str]:
    """The handlers and stubs among these, and those that they call in turn."""
    waiting = list(targets)
    called: set[str] = set()
    while waiting:
        target = waiting.pop()
        if isinstance(target, str) and target not in called:
            called.add(target)
            waiting += [further for _, further in pieces[target].relocs]
    return called
