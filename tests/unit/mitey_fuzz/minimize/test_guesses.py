"""Judging several candidates at once gives what judging one after the other gives, and judges none of them twice."""

from collections.abc import Callable, Generator, Sequence

import pytest

from jit.wasm import body
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2, Features
from mitey_fuzz.case import Case
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate import generate, swarm
from mitey_fuzz.minimize import Ended, minimize
from mitey_fuzz.minimize.guesses import Expired, Guesses, Mistaken
from support.linked import linked

FEATURES = Features.parse("wasm-1.0+multi-value+sign-extension+saturating-conversions")


class Batches:
    """Judges like a function, and keeps what it was asked at once and what it answered."""

    def __init__(self, reproduces: Callable[[Case], bool], width: int) -> None:
        self.width = width
        self.asked: list[tuple[str, ...]] = []
        self.answered: list[str] = []
        self._reproduces = reproduces

    def answers(self, cases: Sequence[Case]) -> Generator[bool]:
        self.asked.append(tuple(case.digest() for case in cases))
        for case in cases:
            self.answered.append(case.digest())
            yield self._reproduces(case)


def opcodes(case: Case) -> list[str]:
    return [i.op.name for wasm in case.modules for code in decode(wasm, WASM_2).codes for i in body.parse(code.body)]


def of_seed(seed: int) -> tuple[Case, Callable[[Case], bool]]:
    """A generated case, and that it has two of its instructions, in this order."""
    choices = SeededChoices(seed)
    case = generate(choices, swarm(choices, FEATURES))
    present = opcodes(case)
    first, second = present[len(present) // 3], present[len(present) // 2]

    def reproduces(candidate: Case) -> bool:
        names = opcodes(candidate)
        return first in names and second in names[names.index(first) + 1 :]

    return case, reproduces


@pytest.mark.parametrize(("seed", "width"), [(0, 2), (0, 7), (1, 3), (4, 4)])
def test_any_number_at_once_ends_in_the_same_minimum(seed: int, width: int) -> None:
    case, reproduces = of_seed(seed)
    together = Batches(reproduces, width)
    small = minimize(case, together)
    assert small == minimize(case, reproduces)
    assert small.ended is Ended.FIXED_POINT
    assert small.accepted
    assert {len(batch) for batch in together.asked} <= set(range(1, width + 1))
    assert max(map(len, together.asked)) == width
    assert len(set(together.answered)) == len(together.answered)


@pytest.mark.parametrize("most", [1, 30, 31, 32, 33])
def test_a_bound_on_candidates_ends_in_the_same_case_too(most: int) -> None:
    case, reproduces = of_seed(0)
    assert minimize(case, Batches(reproduces, 4), most=most) == minimize(case, reproduces, most=most)


def test_companions_are_minimized_alike() -> None:
    def reproduces(case: Case) -> bool:
        return len(case.companions) == 1 and "i32.load8_u" in opcodes(case)

    case = linked("back i32:0", "both i32:0")
    assert minimize(case, Batches(reproduces, 5)) == minimize(case, reproduces)


def test_bytes_that_are_no_module_are_minimized_alike() -> None:
    broken = Case(bytes(range(1, 60)), ())

    def reproduces(case: Case) -> bool:
        return b"\x11\x12" in case.wasm and b"\x20" in case.wasm

    small = minimize(broken, Batches(reproduces, 4))
    assert small == minimize(broken, reproduces)
    assert small.case.wasm == b"\x11\x12\x20"


def test_what_was_accepted_before_time_was_over_stands() -> None:
    case, reproduces = of_seed(0)
    together = Batches(reproduces, 4)
    small = minimize(case, together, expired=lambda: len(together.asked) >= 12)
    assert small.ended is Ended.TIME
    assert small.accepted
    assert reproduces(small.case)
    assert len(small.case.wasm) < len(case.wasm)


def numbered(*numbers: int) -> list[Case]:
    return [Case(bytes((number,)), ()) for number in numbers]


def test_what_was_asked_behind_a_wrong_guess_counts_for_nothing() -> None:
    batches = Batches(lambda case: case.wasm in (b"\x01", b"\x02"), 3)
    guesses = Guesses(batches, lambda: False)
    zero, one, two = numbered(0, 1, 2)
    guesses.stage = 4
    assert not guesses(zero, "zero")
    guesses.stage = 5
    assert not guesses(one, "one"), "on a guess"
    with pytest.raises(Mistaken) as mistaken:
        guesses(two, "two")
    assert mistaken.value.stage == 5
    assert not guesses(zero, "zero")
    assert guesses(one, "one")
    assert len(batches.asked) == 1
    assert not guesses(two, "two"), "nobody said what it does, so again on a guess"
    with pytest.raises(Mistaken):
        guesses.settle()
    assert guesses(two, "two")


def test_the_last_of_several_needs_no_guess() -> None:
    guesses = Guesses(Batches(lambda case: case.wasm == b"\x01", 2), lambda: False)
    zero, one = numbered(0, 1)
    assert not guesses(zero, "zero")
    assert guesses(one, "one")
    guesses.settle()


def test_what_reproduced_twice_is_guessed_to_do_so_again() -> None:
    batches = Batches(lambda case: case.wasm != b"\x03", 3)
    guesses = Guesses(batches, lambda: False)
    for number in (0, 1):
        guesses(numbered(number)[0], str(number))
        with pytest.raises(Mistaken):
            guesses.settle()
    assert guesses(numbered(2)[0], "2")
    guesses.settle()
    assert guesses(numbered(3)[0], "3")
    with pytest.raises(Mistaken):
        guesses.settle()
    assert not guesses(numbered(3)[0], "3")


def test_nothing_is_judged_when_time_is_over() -> None:
    batches = Batches(lambda case: True, 1)
    guesses = Guesses(batches, lambda: True)
    with pytest.raises(Expired, match="time"):
        guesses(numbered(0)[0], "zero")
    assert not batches.asked


def test_a_guess_that_time_leaves_open_is_void() -> None:
    over = False
    guesses = Guesses(Batches(lambda case: True, 2), lambda: over)
    guesses.stage = 3
    guesses(numbered(0)[0], "zero")
    over = True
    with pytest.raises(Mistaken) as mistaken:
        guesses.settle()
    assert mistaken.value.stage == 3
    guesses.settle()
