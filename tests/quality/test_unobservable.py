"""Mutants that are set aside because no module can show them: old and new words do the same, executed side by side.

`why` in the catalogue is the proof.  Here it is checked on every state that matters where those are few, and on the
edges of all formats where they are not.
"""

from collections.abc import Callable, Iterable
from itertools import product

import pytest

from jit.a64.asm import Assembler
from jit.a64.masm import MacroAssembler
from jit.a64.operands import (
    CC,
    EQ,
    LS,
    MI,
    NE,
    UXTX,
    V1,
    V2,
    VS,
    X0,
    X1,
    X2,
    X3,
    X4,
    X5,
    XZR,
    Cond,
    D,
    FSize,
    S,
    Size,
    W,
    X,
)
from jit.backend.mutants import Mutant
from jit.host.base import Faulted
from jit.host.emulator import EmulatorHost
from mitey_fuzz.selftest import catalogue
from support.a64_run import State, run
from support.hosts import PAGE, committed
from support.machine_code import load_code

MUTANTS = catalogue.unobservable()

Asm = MacroAssembler

INTEGERS = (0, 1, 2, 5, 6, 7, 1 << 31, (1 << 32) - 1, 1 << 63, (1 << 64) - 1)
SINGLES = tuple(
    sign << 31 | exponent << 23 | fraction
    for sign, exponent, fraction in product(
        (0, 1), (0, 1, 120, 125, 126, 127, 128, 149, 150, 157, 158, 159, 190, 191, 254, 255), (0, 1, 1 << 22, 0x7FFFFF)
    )
)
DOUBLES = tuple(
    sign << 63 | exponent << 52 | fraction
    for sign, exponent, fraction in product(
        (0, 1),
        (0, 1, 1021, 1022, 1023, 1024, 1053, 1054, 1055, 1074, 1075, 1085, 1086, 1087, 2046, 2047),
        (0, 1, 1 << 51, (1 << 52) - 1),
    )
)
FLOATS: tuple[tuple[FSize, tuple[int, ...]], ...] = ((S, SINGLES), (D, DOUBLES))


def word(emit: Callable[..., object], *operands: int) -> int:
    """The word that a method of the assembler emits."""
    asm = MacroAssembler()
    emit(asm, *operands)
    return int.from_bytes(asm.finish(), "little")


def both(mutant: Mutant, old: int, **registers: dict[int, int]) -> tuple[State, State]:
    """The states after a word, which the mutant hits, and after its mutated form."""
    assert mutant.hits(old), f"{old:#010x} is not what {mutant.id} is about"
    before = run(lambda asm: asm.put(old), **registers)
    after = run(lambda asm: asm.put(old ^ mutant.xor), **registers)
    return before, after


def agree(states: Iterable[tuple[State, State]]) -> bool:
    pairs = list(states)
    assert pairs
    return all(before == after for before, after in pairs)


def sized(sf: Size) -> tuple[int, ...]:
    return tuple(number & (1 << (32 << sf)) - 1 for number in INTEGERS)


def fcmp(mutant: Mutant) -> bool:
    some = ((fs, a, b) for fs, all_ in FLOATS for a, b in product(all_[::7], all_[::5]))
    return agree(both(mutant, word(Asm.fcmp, fs, V1, V2), v={1: a, 2: b}) for fs, a, b in some)


def fcvtzu(mutant: Mutant) -> bool:
    some = ((sf, fs, a) for sf in (W, X) for fs, all_ in FLOATS for a in all_)
    return agree(both(mutant, word(Asm.fcvtzu, sf, X3, fs, V1), v={1: a}) for sf, fs, a in some)


def frintn(mutant: Mutant) -> bool:
    some = ((fs, a) for fs, all_ in FLOATS for a in all_)
    return agree(both(mutant, word(Asm.frintn, fs, V2, V1), v={1: a}) for fs, a in some)


def clamp(mutant: Mutant) -> bool:
    """Where CMP of the index with the last one stands before it, as it always does."""

    def clamped(cond: Cond, index: int, last: int) -> int:
        def write(asm: MacroAssembler) -> None:
            asm.cmp(W, X4, X5)
            asm.csel(W, X3, X4, X5, cond)

        return run(write, x={4: index, 5: last}).x[3]

    assert word(Asm.csel, W, X3, X4, X5, CC) ^ mutant.xor == word(Asm.csel, W, X3, X4, X5, LS)
    return all(clamped(CC, a, b) == clamped(LS, a, b) for a, b in product((*range(9), *sized(W)), range(9)))


def overflow_check(mutant: Mutant) -> bool:
    """Of the flags only Z is looked at afterwards (B.EQ)."""
    pairs = [(sf, a, both(mutant, word(Asm.ccmn_imm, sf, X4, 1, 0, VS), x={4: a})) for sf in (W, X) for a in sized(sf)]
    held = [both_after_overflow(mutant, sf, a) for sf, a, _ in pairs]
    return all(before.nzcv & 4 == after.nzcv & 4 for before, after in (*(states for _, _, states in pairs), *held))


def both_after_overflow(mutant: Mutant, sf: Size, divisor: int) -> tuple[State, State]:
    """The same where the least integer was compared with 1 before, so that the condition holds."""

    def write(flip: int) -> Callable[[MacroAssembler], object]:
        def emit(asm: MacroAssembler) -> None:
            asm.cmp_imm(sf, X5, 1)
            asm.put(word(Asm.ccmn_imm, sf, X4, 1, 0, VS) ^ flip)

        return emit

    registers = {4: divisor, 5: 1 << (31 if sf == W else 63)}
    return run(write(0), x=registers), run(write(mutant.xor), x=registers)


def cset(mutant: Mutant) -> bool:
    def after(flip: int, cond: Cond, a: int, b: int) -> State:
        def write(asm: MacroAssembler) -> None:
            asm.cmp(X, X4, X5)
            asm.put(word(Asm.cset, W, X3, cond) ^ flip)

        return run(write, x={3: (1 << 64) - 1, 4: a, 5: b})

    assert all(mutant.hits(word(Asm.cset, W, X3, cond)) for cond in (EQ, NE, MI, LS))
    cases = product((EQ, NE, CC, LS, MI, VS), INTEGERS, INTEGERS[:4])
    return all(after(0, cond, a, b) == after(mutant.xor, cond, a, b) for cond, a, b in cases)


def movz(mutant: Mutant) -> bool:
    dirty = (1 << 64) - 1
    halves = (0, 1, 0x7FFF, 0x8000, 0xFFFF)
    return agree(both(mutant, word(Asm.movz, W, X3, half), x={3: dirty}) for half in halves)


def probe(mutant: Mutant, load: Callable[..., object], store: Callable[..., object], sf: Size) -> bool:
    """With either probe a store faults at the same distances from the end of memory, and leaves the same bytes."""

    def after(flip: int, distance: int) -> tuple[bool, bytes]:
        def build(asm: Assembler) -> None:
            asm.put(word(load, sf, XZR, X0, X2, UXTX) ^ flip)
            store(asm, sf, X1, X0, X2, UXTX)
            asm.ret()

        end = base + PAGE
        host.memory(base, PAGE)[-16:] = bytes(16)
        exit_ = host.enter(load_code(host, build), (end - distance, (1 << 64) - 1, 0), budget_s=9)
        return isinstance(exit_, Faulted), bytes(host.memory(base, PAGE)[-16:])

    assert mutant.hits(word(load, sf, XZR, X0, X2, UXTX))
    host = EmulatorHost()
    base = committed(host)
    same = all(after(0, distance) == after(mutant.xor, distance) for distance in range(17))
    host.close()
    return same


CHECKS: dict[str, Callable[[Mutant], bool]] = {
    "fcmp-signals": fcmp,
    "trunc_sat_u-rounds-down": fcvtzu,
    "nearest-rounds-as-fpcr-says": frintn,
    "jump-table-index-clamped-when-equal": clamp,
    "overflow-check-sets-carry": overflow_check,
    "cset-of-64-bits": cset,
    "movz-of-64-bits": movz,
    "probe-of-4-looks-at-one-byte": lambda mutant: probe(mutant, Asm.ldr_reg, Asm.str_reg, W),
    "probe-of-8-looks-at-one-byte": lambda mutant: probe(mutant, Asm.ldr_reg, Asm.str_reg, X),
}


def test_every_mutant_that_is_set_aside_is_checked() -> None:
    assert CHECKS.keys() == MUTANTS.keys()


@pytest.mark.parametrize("name", CHECKS)
def test_a_mutant_that_is_set_aside_changes_nothing(name: str) -> None:
    assert CHECKS[name](MUTANTS[name])


def test_the_check_sees_a_mutant_that_changes_something() -> None:
    assert not frintn(catalogue.machine()["nearest-ties-away"])
    assert not fcvtzu(catalogue.machine()["trunc_u-rounds-up"])
