"""The linker: where pieces go, what their branches become, and what a program counter means afterwards."""

import pytest

from jit.backend.code import Compiled
from jit.backend.link import link, measure
from jit.backend.mutants import Mutant
from jit.wasm.types import TrapKind

NOP, RET, BL, B, CBZ = 0xD503201F, 0xD65F03C0, 0x94000000, 0x14000000, 0x34000000
ADD, SUB = 0x0B0600A5, 0x4B0600A5  # add w5, w5, w6; sub w5, w5, w6
BASE = 0x1_0000_0000
ADD_BECOMES_SUB = Mutant("add-becomes-sub", "wrong sign", mask=0x7F200000, match=0x0B000000, xor=0x40000000)


def words(*values: int) -> bytes:
    return b"".join(value.to_bytes(4, "little") for value in values)


def branch_target(code: bytes, address: int) -> int:
    displacement = int.from_bytes(code[:4], "little") & (1 << 26) - 1
    return address + 4 * (displacement - (displacement >> 25 << 26))


@pytest.mark.parametrize("base", [BASE, 0x7FFF_FFF0_0000])
def test_a_branch_reaches_the_entry_of_its_target(base: int) -> None:
    caller = Compiled(words(NOP, BL, RET), relocs=((4, 1),))
    callee = Compiled(words(0, NOP, RET), entry=4)
    for pieces in ([(0, caller), (1, callee)], [(1, callee), (0, caller)]):
        image = link(pieces, base, {})
        start = image.entries[0]
        assert branch_target(image.code[start + 4 - base :], start + 4) == image.entries[1]


def test_pieces_start_at_multiples_of_16_and_measure_tells_their_size() -> None:
    pieces = [(0, Compiled(words(RET))), (1, Compiled(words(NOP, NOP, NOP, NOP, RET)))]
    image = link(pieces, BASE, {})
    assert [piece.start for piece in image.pieces] == [BASE, BASE + 16]
    assert measure(pieces) == len(image.code) == 48


def test_a_branch_to_runtime_code_reaches_the_given_address() -> None:
    image = link([(0, Compiled(words(B), relocs=((0, "handler"),)))], BASE, {"handler": BASE - 0x1000})
    assert branch_target(image.code, BASE) == BASE - 0x1000


@pytest.mark.parametrize("distance", [(1 << 27) - 4, -(1 << 27)])
def test_a_branch_reaches_to_the_last_word(distance: int) -> None:
    image = link([(0, Compiled(words(BL), relocs=((0, "far"),)))], BASE, {"far": BASE + distance})
    assert branch_target(image.code, BASE) == BASE + distance


@pytest.mark.parametrize("distance", [1 << 27, -(1 << 27) - 4])
def test_a_branch_out_of_reach_is_a_bug_that_says_so(distance: int) -> None:
    with pytest.raises(AssertionError, match="out of reach"):
        link([(0, Compiled(words(BL), relocs=((0, "far"),)))], BASE, {"far": BASE + distance})


def test_a_relocation_of_an_unknown_symbol_is_a_bug_that_names_it() -> None:
    with pytest.raises(AssertionError, match="nothing is called 'nobody'"):
        link([(0, Compiled(words(BL), relocs=((0, "nobody"),)))], BASE, {})


def test_a_relocation_of_another_instruction_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="is no B or BL"):
        link([(0, Compiled(words(CBZ), relocs=((0, 0),)))], BASE, {})


def test_a_mutant_changes_instructions_and_never_data() -> None:
    piece = Compiled(words(ADD, ADD, ADD, RET), data=((4, 8),))
    image = link([(0, piece)], BASE, {}, [ADD_BECOMES_SUB])
    assert image.code == words(SUB, ADD, SUB, RET)
    assert image.changed == 2


def test_a_mutant_that_counts_starts_anew_with_every_image() -> None:
    every_other = Mutant("x", "y", mask=0x7F200000, match=0x0B000000, xor=0x40000000, every=2)
    pieces = [(0, Compiled(words(ADD, NOP, NOP, RET))), (1, Compiled(words(ADD, ADD, ADD, RET)))]
    once = link(pieces, BASE, {}, [every_other])
    assert once.code == words(ADD, NOP, NOP, RET, SUB, ADD, SUB, RET)
    assert link(pieces, BASE, {}, [every_other]).code == once.code


def test_what_a_mutant_hits_does_not_depend_on_addresses() -> None:
    skips_one = Mutant("x", "y", mask=0xFFFFFFFF, match=BL, xor=1)
    piece = Compiled(words(BL, RET), relocs=((0, "f"),))
    for target in (BASE + 0x100, BASE - 0x100):
        image = link([(0, piece)], BASE, {"f": target}, [skips_one])
        assert branch_target(image.code, BASE) == target + 4


def test_a_branch_that_a_mutant_made_something_else_keeps_its_bits() -> None:
    becomes_nop = Mutant("x", "y", mask=0xFFFFFFFF, match=BL, xor=BL ^ NOP)
    image = link([(0, Compiled(words(BL, RET), relocs=((0, "f"),)))], BASE, {"f": BASE - 64}, [becomes_nop])
    assert image.code[:8] == words(NOP, RET)


def test_the_tables_say_what_a_program_counter_means() -> None:
    first = Compiled(words(NOP, ADD, RET), origins=((4, 70), (8, 72)), traps=((4, TrapKind.OOB_MEMORY),))
    second = Compiled(words(NOP, RET), origins=((0, 90),))
    image = link([(7, first), (8, second)], BASE, {})
    piece = image.piece(BASE + 4)
    assert piece is not None
    assert piece.symbol == 7
    assert image.piece(BASE + 12) is None  # between the pieces
    assert image.piece(BASE - 4) is None
    assert image.piece(BASE + 24) is None
    assert [image.wasm_offset(BASE + at) for at in (0, 4, 8, 12, 16, 20)] == [None, 70, 72, None, 90, 90]
    assert [image.trap_site(BASE + at) for at in (0, 4, 8, 20)] == [None, TrapKind.OOB_MEMORY, None, None]
    assert image.word(BASE + 4) == ADD
    assert image.word(BASE + 5) is None
    assert image.word(image.end) is None


def test_ranges_cut_code_where_the_wasm_instruction_or_its_nature_changes() -> None:
    piece = Compiled(words(NOP, ADD, B, 8, RET), origins=((4, 70), (8, 72)), data=((12, 16),), entry=4)
    ranges = link([(3, piece)], BASE, {}).ranges(3)
    assert [(r.address - BASE, len(r.code), r.wasm_offset, r.is_data) for r in ranges] == [
        (0, 4, None, False),
        (4, 4, 70, False),
        (8, 4, 72, False),
        (12, 4, 72, True),
        (16, 4, 72, False),
    ]
    assert b"".join(r.code for r in ranges) == piece.code


def test_ranges_of_a_piece_that_does_not_exist_are_a_key_error() -> None:
    with pytest.raises(KeyError):
        link([(0, Compiled(words(RET)))], BASE, {}).ranges(1)
