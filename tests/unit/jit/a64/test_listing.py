"""Listings: addresses, words, data, names; and targets read from words against the assembler."""

import pytest

from jit.a64.asm import Assembler
from jit.a64.labels import Label
from jit.a64.listing import disassemble, listing, target_of
from jit.a64.operands import EQ, V0, X0, X1, X2, D, Q, W, X


def sample() -> Assembler:
    asm = Assembler()
    top, end = asm.here(), Label()
    asm.add(W, X0, X1, X2)
    asm.cbz(W, X0, end)
    asm.b_cond(EQ, top)
    asm.bl(Label(0x2000))
    table = asm.here()
    asm.word_distance(top, table)
    asm.word(0xD503201F)
    asm.bind(end)
    asm.put(0xFFFF_FFFF)
    asm.udf(0x101)
    asm.ret()
    return asm


def test_a_listing_names_targets_and_keeps_data_and_unknown_words() -> None:
    asm = sample()
    assert listing(asm.finish(), 0x1000, asm.data, {0x3000: "i32.add"}) == [
        "L1:",
        "    1000  0b020020  add     w0, w1, w2",
        "    1004  340000a0  cbz     w0, L2",
        "    1008  54ffffc0  b.eq    L1",
        "    100c  940007fd  bl      i32.add",
        "    1010  fffffff0  .word   0xfffffff0",
        "    1014  d503201f  .word   0xd503201f",
        "L2:",
        "    1018  ffffffff  .inst   0xffffffff",
        "    101c  00000101  udf     #0x101",
        "    1020  d65f03c0  ret",
    ]


def test_a_given_name_stands_before_its_place_and_at_its_uses() -> None:
    asm = sample()
    lines = listing(asm.finish(), 0, asm.data, {0: "entry", 24: "end"})
    assert lines[0] == "entry:"
    assert "       4  340000a0  cbz     w0, end" in lines
    assert "end:" in lines
    assert "       c  940007fd  bl      #0x2000" in lines


def test_disassembly_gives_addresses_and_text() -> None:
    asm = sample()
    assert disassemble(asm.finish(), 0x1000, asm.data)[3:6] == [
        (0x100C, "bl #0x3000"),
        (0x1010, ".word 0xfffffff0"),
        (0x1014, ".word 0xd503201f"),
    ]


def test_every_word_has_one_line_whatever_it_is() -> None:
    words = [0, 0xFFFF, 0x10000, 0xD503201F, 0xDEADBEEF, 0xFFFFFFFF, 0x12345678, 0xD65F03C0]
    code = b"".join(word.to_bytes(4, "little") for word in words)
    assert [address for address, _ in disassemble(code)] == list(range(0, 32, 4))


def test_no_code_has_no_lines() -> None:
    assert listing(b"") == []


REFERENCES = {
    "b": lambda asm, label: asm.b(label),
    "bl": lambda asm, label: asm.bl(label),
    "b.cond": lambda asm, label: asm.b_cond(EQ, label),
    "cbz": lambda asm, label: asm.cbz(X, X0, label),
    "cbnz": lambda asm, label: asm.cbnz(W, X0, label),
    "tbz": lambda asm, label: asm.tbz(X0, 40, label),
    "tbnz": lambda asm, label: asm.tbnz(X0, 3, label),
    "adr": lambda asm, label: asm.adr(X0, label),
    "ldr": lambda asm, label: asm.ldr_lit(X, X0, label),
    "ldrsw": lambda asm, label: asm.ldrsw_lit(X0, label),
    "ldr d": lambda asm, label: asm.ldr_v_lit(D, V0, label),
    "ldr q": lambda asm, label: asm.ldr_v_lit(Q, V0, label),
}


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("distance", [-0x8000, -4, 0, 4, 0x7FFC])
def test_the_target_of_a_reference_is_where_its_label_was(name: str, distance: int) -> None:
    asm = Assembler()
    REFERENCES[name](asm, Label(distance))
    assert target_of(asm.words[0], 0x10000) == 0x10000 + distance


def test_other_instructions_have_no_target() -> None:
    asm = Assembler()
    asm.add(X, X0, X1, X2)
    asm.ldr_imm(X, X0, X1, 8)
    asm.ldr_reg(X, X0, X1, X2)
    asm.adrp(X0, 4096)
    asm.br(X0)
    asm.ret()
    asm.ldr_v_imm(D, V0, X1, 8)
    asm.nop()
    assert [target_of(word, 0) for word in asm.words] == [None] * 8
