"""Immediates of Advanced SIMD instructions, all of them: shifts, lanes, constants and tables read back as spelled."""

from collections.abc import Iterator

import capstone
import pytest

from jit.a64 import operands as o
from jit.a64.asm_vector_immediate import VectorImmediateEncodings
from jit.a64.asm_vector_memory import VectorElementEncodings
from jit.a64.asm_vector_permute import VectorPermuteEncodings
from jit.a64.asm_vector_shift import VectorShiftEncodings
from support.a64_aliases import expand
from support.a64_operands import Encoder, Values, choices_of, encoders, is_legal
from support.a64_spelling import spell

CLASSES = (VectorShiftEncodings, VectorPermuteEncodings, VectorImmediateEncodings, VectorElementEncodings)
ENCODERS = [encoder for encoder in encoders() if any(encoder.name in vars(group) for group in CLASSES)]
REGISTERS = {"vd": 31, "vt": 31, "vn": 30, "vm": 15, "rd": 30, "rn": 29}
CAPSTONE = capstone.Cs(capstone.CS_ARCH_ARM64, capstone.CS_MODE_LITTLE_ENDIAN)


def all_operands(encoder: Encoder, values: Values) -> Iterator[Values]:
    """Every choice of the operands that are no registers, for registers that use all bits of their fields."""
    if len(values) == len(encoder.parameters):
        if is_legal(encoder, values):
            yield values
        return
    name, hint = encoder.parameters[len(values)]
    choices = [REGISTERS[name]] if name in REGISTERS else choices_of(encoder, name, hint, values)
    for choice in choices:
        yield from all_operands(encoder, values | {name: choice})


def read_back(code: bytes) -> list[str]:
    return [f"{mnemonic} {operands}" for _, _, mnemonic, operands in CAPSTONE.disasm_lite(code, 0)]


@pytest.mark.parametrize("encoder", ENCODERS, ids=lambda encoder: encoder.name)
def test_every_immediate_reads_back_as_the_manual_spells_it(encoder: Encoder) -> None:
    drawn = list(all_operands(encoder, {}))
    code = b"".join(encoder.encode(values).to_bytes(4, "little") for values in drawn)
    for values, line in zip(drawn, read_back(code), strict=True):
        assert expand(line) == expand(spell(encoder, values))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("shl", 8 * 2 + 16 * 2 + 32 * 2 + 64),
        ("sshr", 8 * 2 + 16 * 2 + 32 * 2 + 64),
        ("sshll", 8 + 16 + 32),
        ("shrn2", 8 + 16 + 32),
        ("ext", 8 + 16),
        ("tbl", 2 * 4),
        ("ins_element", 16**2 + 8**2 + 4**2 + 2**2),
        ("umov", 16 + 8 + 4 + 2),
        ("movi_words", 2 * 256 * 4),
        ("fmov_v_imm", 3 * 256),
        ("movi_2d", 256),
    ],
)
def test_the_immediates_read_back_are_all_there_are(name: str, count: int) -> None:
    [encoder] = (encoder for encoder in ENCODERS if encoder.name == name)
    assert sum(1 for _ in all_operands(encoder, {})) == count


def test_arrangements_are_the_fields_of_the_manual() -> None:
    arrangements = (o.B8, o.B16, o.H4, o.H8, o.S2, o.S4, o.D2)
    assert [(a >> 30, a >> 22 & 3) for a in arrangements] == [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2), (1, 3)]
    assert not any(a & ~(1 << 30 | 3 << 22) for a in arrangements)
