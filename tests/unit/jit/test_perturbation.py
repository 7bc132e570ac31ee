"""A perturbation is a value: its seed says everything about it."""

from jit.perturbation import SWITCHES, UNCHANGED, Dice, Kind, Perturbation


def test_dice_of_one_seed_and_purpose_throw_the_same() -> None:
    one, other = Dice(7, "moves"), Dice(7, "moves")
    assert [one.word() for _ in range(5)] == [other.word() for _ in range(5)]


def test_dice_for_another_purpose_throw_something_else() -> None:
    assert Dice(7, "moves").word() != Dice(7, "order").word()
    assert Dice(7, "moves").word() != Dice(8, "moves").word()


def test_the_numbers_are_the_same_on_every_machine() -> None:
    assert Dice(7, "moves").word() == 0x816276270FD038E3


def test_a_seed_always_means_junk_and_other_addresses() -> None:
    assert all({Kind.JUNK, Kind.MOVED} <= Perturbation.of(seed).kinds for seed in range(20))


def test_a_handful_of_seeds_turns_every_switch_on_and_off() -> None:
    kinds = [Perturbation.of(seed).kinds for seed in range(12)]
    for switch in SWITCHES:
        assert {switch in some for some in kinds} == {True, False}, switch


def test_junk_is_never_an_address_and_has_no_half_that_is_zero() -> None:
    dice = Dice(1, "junk")
    for _ in range(100):
        word = dice.junk()
        assert word >> 63
        assert word >> 32 and word & 0xFFFFFFFF


def test_without_junk_what_is_dead_is_zero() -> None:
    assert UNCHANGED.junk("registers")() == 0
    assert UNCHANGED.junk_bytes("value stack", 32) == bytes(32)
    assert len(Perturbation.of(3).junk_bytes("value stack", 32)) == 32
    assert Perturbation.of(3).junk_bytes("value stack", 32) != bytes(32)
