"""What a watching host puts where nobody may read, and what it notices when an entry returns."""

from collections.abc import Callable, Iterator

import pytest

from jit.a64.asm import Assembler
from jit.a64.operands import FPCR, LR, SP, X0, X1, X3, X9, X19, X28, XZR, D, VReg, X, XReg
from jit.host.base import Finished
from jit.host.emulator_watched import WatchedEmulator
from jit.host.watch import Misbehaved
from jit.perturbation import UNCHANGED, Kind, Perturbation
from support.machine_code import call, load_code

JUNK = Perturbation(5, frozenset({Kind.JUNK}))


@pytest.fixture
def host() -> Iterator[WatchedEmulator]:
    opened = WatchedEmulator(JUNK)
    yield opened
    opened.close()


def value(host: WatchedEmulator, build: Callable[[Assembler], object]) -> int:
    """What code leaves in x0; `build` does not return."""

    def function(asm: Assembler) -> None:
        build(asm)
        asm.ret()

    exit = host.enter(load_code(host, function), (1, 2, 3), budget_s=60)
    assert isinstance(exit, Finished)
    return exit.result


def test_code_that_keeps_its_contract_is_left_alone(host: WatchedEmulator) -> None:
    assert value(host, lambda asm: asm.add(X, X0, X0, X1)) == 3
    assert host.returned()[1:] == (2, 3)


@pytest.mark.parametrize(
    ("what", "build"),
    [
        ("x19", lambda asm: asm.movz(X, X19, 1)),
        ("x28", lambda asm: asm.movz(X, X28, 1)),
        ("x29", lambda asm: asm.movz(X, XReg(29), 1)),
        ("x18", lambda asm: asm.movz(X, XReg(18), 1)),
        ("d8", lambda asm: asm.movi_d(VReg(8), 0)),
        ("d15", lambda asm: asm.movi_d(VReg(15), 0)),
        ("sp", lambda asm: asm.sub_imm(X, SP, SP, 32)),
        ("FPCR", lambda asm: asm.msr(FPCR, XZR)),
    ],
)
def test_what_a_callee_must_preserve_and_does_not_is_named(
    host: WatchedEmulator, what: str, build: Callable[[Assembler], object]
) -> None:
    with pytest.raises(Misbehaved, match=rf"returned with {what} = 0x"):
        value(host, build)


def test_the_upper_half_of_a_preserved_vector_register_is_anyone_s(host: WatchedEmulator) -> None:
    def clear_upper(asm: Assembler) -> None:
        asm.fmov(D, VReg(8), VReg(8))

    assert value(host, clear_upper) == 1


@pytest.mark.parametrize("register", [3, 7, 8, 15, 18, 19, 29])
def test_registers_that_hold_no_argument_hold_junk(host: WatchedEmulator, register: int) -> None:
    word = value(host, lambda asm: asm.mov(X, X0, XReg(register)))
    assert word >> 32 and word & 0xFFFFFFFF


@pytest.mark.parametrize("half", [0, 1])
def test_vector_registers_hold_junk(host: WatchedEmulator, half: int) -> None:
    words = {value(host, lambda asm, v=v: asm.umov(D, X0, VReg(v), half)) for v in range(32)}
    assert len(words) == 32
    assert 0 not in words


def test_the_stack_below_sp_holds_junk(host: WatchedEmulator) -> None:
    def read(asm: Assembler) -> None:
        asm.sub_imm(X, X9, SP, 64)
        asm.ldr_imm(X, X0, X9)

    assert value(host, read) != 0
    assert value(host, read) == value(host, read)


def test_a_host_call_leaves_junk_where_it_may(host: WatchedEmulator) -> None:
    thunk = host.thunk(lambda args: 7)

    def calling(asm: Assembler) -> None:
        asm.stp_pre(X, XReg(29), LR, SP, -16)
        asm.movz(X, X3, 1)
        call(asm, thunk)
        asm.mov(X, X0, X3)
        asm.ldp_post(X, XReg(29), LR, SP, 16)

    word = value(host, calling)
    assert word >> 32 and word & 0xFFFFFFFF


def test_unperturbed_what_is_dead_is_zero_and_marks_are_compared_all_the_same() -> None:
    host = WatchedEmulator(UNCHANGED)
    assert value(host, lambda asm: asm.mov(X, X0, X9)) == 0
    with pytest.raises(Misbehaved, match="x19"):
        value(host, lambda asm: asm.movz(X, X19, 0))
    host.close()


def test_a_seed_says_where_memory_lies() -> None:
    def bases(perturbation: Perturbation) -> tuple[int, ...]:
        host = WatchedEmulator(perturbation)
        found = tuple(host.reserve(1 << 16) for _ in range(3))
        host.close()
        return found

    moved = [Perturbation(seed, frozenset({Kind.MOVED})) for seed in (1, 2)]
    assert bases(moved[0]) == bases(moved[0])
    assert len({bases(UNCHANGED), bases(moved[0]), bases(moved[1])}) == 3
    assert not any(base % (1 << 16) for base in bases(moved[0]))
