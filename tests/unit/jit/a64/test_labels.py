"""Labels, fixups, reach, inline data and reserved holes."""

import pytest

from jit.a64.asm import Assembler
from jit.a64.labels import ADR21, IMM14, IMM19, IMM26, WORD32, BranchOutOfRange, Field, Label, UnboundLabel
from jit.a64.operands import EQ, SP, X0, X1, X2, X

FIELDS = [(IMM26, 4, 27), (IMM19, 4, 20), (IMM14, 4, 15), (ADR21, 1, 20), (WORD32, 1, 31)]


@pytest.mark.parametrize(("field", "unit", "reach"), FIELDS, ids=[field.name for field, _, _ in FIELDS])
def test_a_field_holds_distances_up_to_its_reach_and_no_further(field: Field, unit: int, reach: int) -> None:
    for distance in (-(1 << reach), -unit, 0, unit, 4, (1 << reach) - unit):
        assert field.extract(field.insert(0, distance, 0)) == distance
    for distance in (-(1 << reach) - unit, 1 << reach):
        with pytest.raises(BranchOutOfRange, match=r"at 0x40 cannot reach [+-]0x"):
            field.insert(0, distance, 0x40)


@pytest.mark.parametrize(("field", "unit", "reach"), FIELDS, ids=[field.name for field, _, _ in FIELDS])
def test_inserting_replaces_the_field_and_nothing_else(field: Field, unit: int, reach: int) -> None:
    blank = field.insert(0xFFFF_FFFF, 0, 0)
    assert field.insert(field.insert(blank, -unit, 0), 0, 0) == blank
    assert field.insert(blank, -unit, 0) == 0xFFFF_FFFF
    assert (blank ^ 0xFFFF_FFFF).bit_count() == field.bits


def test_a_forward_branch_is_patched_when_its_label_is_bound() -> None:
    asm, label = Assembler(), Label()
    asm.b(label)
    asm.tbz(X0, 63, label)
    asm.nop()
    assert not label.is_bound
    asm.bind(label)
    assert label.is_bound
    assert list(asm.words) == [0x14000003, 0xB6F80040, 0xD503201F]


def test_a_backward_branch_is_encoded_at_once() -> None:
    asm = Assembler()
    loop = asm.here()
    asm.nop()
    asm.b_cond(EQ, loop)
    assert asm.words[1] == 0x54FFFFE0


def test_a_label_made_with_a_position_is_bound() -> None:
    asm = Assembler()
    asm.b(Label(1 << 20))
    assert asm.words[0] == 0x14000000 | 1 << 18


def test_a_branch_to_itself_has_distance_zero() -> None:
    asm = Assembler()
    asm.b(asm.here())
    assert asm.words[0] == 0x14000000


def test_binding_out_of_reach_raises_and_names_the_branch() -> None:
    asm, label = Assembler(), Label()
    asm.nop()
    asm.tbnz(X0, 0, label)
    for _ in range(1 << 13):
        asm.nop()
    with pytest.raises(BranchOutOfRange) as caught:
        asm.bind(label)
    assert (caught.value.field, caught.value.at, caught.value.distance) == (IMM14, 4, (1 << 15) + 4)


def test_referring_out_of_reach_raises() -> None:
    asm = Assembler()
    with pytest.raises(BranchOutOfRange, match=r"imm19 at 0x0 cannot reach \+0x100000 bytes"):
        asm.cbz(X, X0, Label(1 << 20))


def test_a_label_is_bound_once() -> None:
    asm = Assembler()
    with pytest.raises(AssertionError, match="bound once"):
        asm.bind(asm.here())


def test_finishing_with_an_unbound_label_raises_and_names_the_places() -> None:
    asm, label = Assembler(), Label()
    asm.nop()
    asm.b(label)
    asm.adr(X1, label)
    with pytest.raises(UnboundLabel, match="0x4, 0x8"):
        asm.finish()


def test_a_label_that_nothing_refers_to_need_not_be_bound() -> None:
    asm = Assembler()
    Label()
    asm.ret()
    assert asm.finish() == bytes.fromhex("c0035fd6")


def test_a_table_of_distances_counts_from_its_base() -> None:
    asm = Assembler()
    early, late = asm.here(), Label()
    asm.nop()
    table = asm.here()
    asm.word_distance(early, table)
    asm.word_distance(late, table)
    asm.bind(late)
    assert [int.from_bytes(asm.finish()[at : at + 4], "little", signed=True) for at in (4, 8)] == [-4, 8]


def test_data_ranges_are_ascending_and_adjacent_ones_are_one() -> None:
    asm = Assembler()
    asm.nop()
    asm.word(1)
    asm.word(-1)
    asm.nop()
    asm.align(16)
    asm.align(16)
    asm.word(2)
    assert asm.position == 20
    assert asm.data == [(4, 12), (16, 20)]
    assert asm.words[2] == 0xFFFFFFFF


def test_alignment_fills_with_data() -> None:
    asm = Assembler()
    asm.nop()
    asm.align(16)
    assert asm.finish()[4:] == bytes(12)
    assert asm.data == [(4, 16)]


def test_a_hole_traps_until_it_is_filled() -> None:
    asm = Assembler()
    asm.nop()
    hole = asm.reserve(3)
    asm.ret()
    assert asm.finish()[4:16] == bytes(12)
    with asm.fill(hole, 3):
        asm.sub_imm(X, SP, SP, 32)
    assert list(asm.words[1:4]) == [0xD10083FF, 0xD503201F, 0xD503201F]
    asm.nop()
    assert asm.position == 24


def test_a_filling_that_does_not_fit_is_refused_and_leaves_the_code_as_it_was() -> None:
    asm = Assembler()
    hole = asm.reserve(1)
    before = list(asm.words)
    with pytest.raises(AssertionError, match="2 words do not fit a hole of 1"), asm.fill(hole, 1):
        asm.nop()
        asm.nop()
    assert list(asm.words) == before
    asm.add(X, X0, X1, X2)
    assert len(asm.words) == 2


def test_labels_are_refused_while_filling_a_hole() -> None:
    asm = Assembler()
    start, waiting = asm.here(), Label()
    asm.b(waiting)
    hole = asm.reserve(1)
    for target in (start, waiting, Label()):
        with pytest.raises(AssertionError, match="no labels"), asm.fill(hole, 1):
            asm.b(target)
    with pytest.raises(AssertionError, match="no labels"), asm.fill(hole, 1):
        asm.bind(waiting)


def test_only_a_hole_may_be_filled() -> None:
    asm = Assembler()
    asm.nop()
    with pytest.raises(AssertionError, match="reserved hole"), asm.fill(0, 1):
        asm.ret()
