"""Whether the instruction that triage names is one whose machine code a mutant changes.

Of a planted mutant the truth is known: it changes certain words, and the compiler says which wasm instruction each word
is of.  An instruction's own are the words that it was compiled to, and those of the handlers and stubs that these call
by name, where an unrolled interpreter has its work.  What others have a part in is nobody's own: neither the code of a
function that is called is the call's, nor that of the next instruction its neighbour's.

What is in front of the first instruction is the function's entry.  But where that calls the function, as the entry in
the stack convention does, what is behind the call runs when the function has ended, and is its `end`'s own.

An instruction may have no words at all, since its work is done by those of another.  Only then they count as its own:

 - A constant or a local is on the operand stack in name only until somebody takes it, and the words that fetch it are
   those of the next instruction that has any.
 - Any other was fused with the one in front, whose word was taken back and made anew for both (`jit.backend.baseline`'s
   `fusion`).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from jit.backend.code import Compiled, Symbol
from jit.backend.mutants import Counter, Mutant, apply
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.opcodes import BY_NAME, Family

from ..subject import JitEngine
from ..triage import Cause

Pieces = Mapping[Symbol, Compiled]
WORD = 4
_OPCODE, _BL = 0xFC, 0x94
"""Of a word's last byte in memory: where BL has its opcode, and that."""
_EXIT, _NOBODY = -1, -2
"""In the place of an instruction's offset: what an entry does when the function has ended, and no instruction."""
_FETCHED_LATE = frozenset(
    (*(row.name for row in BY_NAME.values() if row.family in (Family.CONST, Family.VECTOR_CONST)), "local.get")
)


def is_guilty(engine: JitEngine, mutant: Mutant, wasm: bytes, cause: Cause) -> bool:
    """Whether the mutant, in the code that the engine makes of a valid module, changes what is the named one's own."""
    own, runtime = engine.code(wasm), engine.code(None)
    if cause.function is None or cause.function not in own:
        return False
    code = own[cause.function]
    owners = _owners(code)
    whose = {cause.offset if cause.offset in owners else _doer(owners, cause)}
    if cause.offset == _end(wasm, cause.function):
        whose.add(_EXIT)
    changed = {**changed_words(mutant, runtime), **changed_words(mutant, own)}
    words = frozenset(index * WORD for index, owner in enumerate(owners) if owner in whose)
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


def _end(wasm: bytes, function: int) -> int:
    """The offset of a defined function's own `end`."""
    module = decode(wasm, WASM_2)
    code = module.codes[function - module.imported_funcs]
    return code.offset + len(code.body) - 1


def _owners(code: Compiled) -> list[int | None]:
    """For each word the offset in the module of its instruction; None of what is the function's entry, or `_EXIT`."""
    starts = [start for start, _ in code.origins]
    within = code.fast or 0
    calls = (at for at in range(0, within, WORD) if code.code[at + WORD - 1] & _OPCODE == _BL)
    returned = next(calls, within)
    owners: list[int | None] = []
    for at in range(0, len(code.code), WORD):
        index = bisect_right(starts, at) - 1
        outside = _EXIT if returned < at < within else None
        owners.append(code.origins[index][1] if index >= 0 else outside)
    return owners


def _doer(owners: Sequence[int | None], cause: Cause) -> int:
    """The offset of the instruction whose words do the work of the named one, which has none; or `_NOBODY`."""
    assert cause.offset is not None, "every function has an entry"
    offsets = sorted({owner for owner in owners if owner is not None and owner != _EXIT})
    index = bisect_right(offsets, cause.offset)
    if cause.mnemonic in _FETCHED_LATE:
        return offsets[index] if index < len(offsets) else _NOBODY
    return offsets[index - 1] if index else _NOBODY


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
