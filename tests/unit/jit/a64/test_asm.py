"""Every encoder against disassemblers that share nothing with it.

Operands are drawn from each method's annotations; what is encoded must read back as the manual spells it.  Capstone
prints aliases, undone by a table; LLVM's disassembler, where installed, prints nearly all words without them.
"""

import shutil
import subprocess
from collections.abc import Sequence
from typing import Annotated, get_args, get_origin

import capstone
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jit.a64 import operands as o
from jit.a64.asm import Assembler
from jit.a64.asm_buffer import CodeBuffer
from jit.a64.labels import Label
from support.a64_aliases import Text, blur, expand
from support.a64_operands import (
    ADDRESS,
    Encoder,
    access_log2,
    draw_operands,
    encoders,
    lane_bits,
    random_operands,
)
from support.a64_spelling import spell

ENCODERS = encoders()
BY_NAME = {encoder.name: encoder for encoder in ENCODERS}
CAPSTONE = capstone.Cs(capstone.CS_ARCH_ARM64, capstone.CS_MODE_LITTLE_ENDIAN)


def read_back(word: int) -> str:
    lines = list(CAPSTONE.disasm_lite(word.to_bytes(4, "little"), ADDRESS))
    assert lines, f"{word:#010x} is no instruction"
    _, _, mnemonic, operands_ = lines[0]
    return f"{mnemonic} {operands_}"


@pytest.mark.parametrize("encoder", ENCODERS, ids=lambda encoder: encoder.name)
def test_capstone_reads_what_the_manual_spells(encoder: Encoder) -> None:
    @settings(max_examples=15, deadline=None, derandomize=True, database=None)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        values = draw_operands(encoder, lambda choices: data.draw(st.sampled_from(choices)))
        assume(values is not None)
        assert values is not None
        assert blur(expand(read_back(encoder.encode(values)))) == blur(expand(spell(encoder, values)))

    check()


def test_the_encoders_are_those_of_the_classes_that_the_assembler_composes() -> None:
    bases = Assembler.__mro__[1 : Assembler.__mro__.index(CodeBuffer)]
    defined = {name for base in bases for name in vars(base) if not name.startswith("_")}
    assert set(BY_NAME) == defined
    assert len(defined) > 400


def no_aliases(words: Sequence[int]) -> list[str]:
    """What a disassembler that can leave out aliases prints for each word."""
    llvm = shutil.which("llvm-mc")
    if llvm is None:
        pytest.skip("llvm-mc is not installed (Debian: llvm)")
    command = [llvm, "--disassemble", "-triple=aarch64", "-M", "no-aliases"]
    text = "\n".join(" ".join(f"{byte:#04x}" for byte in word.to_bytes(4, "little")) for word in words)
    printed = subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=60)
    assert not printed.stderr, printed.stderr
    return [line for line in printed.stdout.splitlines() if line.strip() and ".text" not in line]


def relative(encoder: Encoder, values: dict[str, int], spelled: Text) -> Text:
    """LLVM prints distances where Capstone prints addresses."""
    if not any(hint is Label or hint == o.PageOffset for _, hint in encoder.parameters):
        return spelled
    mnemonic, operands_ = spelled
    return mnemonic, (*operands_[:-1], f"#{(int(operands_[-1][1:]) - ADDRESS) % (1 << 64)}")


def is_misprinted(encoder: Encoder, values: dict[str, int]) -> bool:
    """LLVM without aliases prints the index of a plain register offset as if it were scaled; Capstone sees to these."""
    return encoder.name.endswith("_reg") and values["extend"] == o.UXTX and not values.get("scale")


def test_llvm_reads_what_the_manual_spells_without_aliases() -> None:
    drawn = [(encoder, values) for encoder in ENCODERS for values in random_operands(encoder, 40)]
    lines = no_aliases([encoder.encode(values) for encoder, values in drawn])
    for (encoder, values), line in zip(drawn, lines, strict=True):
        if not is_misprinted(encoder, values):
            assert blur(expand(line)) == blur(relative(encoder, values, expand(spell(encoder, values))))


RANGED = [
    (encoder, name, get_args(hint)[1])
    for encoder in ENCODERS
    for name, hint in encoder.parameters
    if get_origin(hint) is Annotated and name not in ("index", "from_index")
]


@pytest.mark.parametrize(("encoder", "name", "bounds"), RANGED, ids=lambda part: str(getattr(part, "name", part)))
def test_operands_just_out_of_range_are_refused(encoder: Encoder, name: str, bounds: object) -> None:
    for values in random_operands(encoder, 4):
        for wrong in outside(encoder, bounds, values):
            with pytest.raises(AssertionError):
                encoder.encode(values | {name: wrong})


def outside(encoder: Encoder, bounds: object, values: dict[str, int]) -> list[int]:
    """Operands next to the legal ones, and between them where they are not dense."""
    bits = 32 << values.get("sf", 1)
    match bounds:
        case o.Range(lo, hi, step):
            return [lo - step, hi + step, *([lo + 1] if step > 1 else [])]
        case o.InUnits(lo, hi):
            unit = 1 << access_log2(encoder, values)
            return [(lo - 1) * unit, (hi + 1) * unit, *([1] if unit > 1 else [])]
        case o.BelowWidth():
            return [-1, bits]
        case o.WithinWidth():
            return [0, bits + 1 - values["lsb"]]
        case o.HalfwordOfWidth():
            return [-16, 1, bits]
        case o.BelowLane():
            return [-1, lane_bits(values)]
        case o.WithinLane():
            return [0, lane_bits(values) + 1]
        case o.BelowHalfLane():
            return [-1, lane_bits(values) // 2]
        case o.IsBitmask():
            return [0, (1 << bits) - 1, 0x12345, -2, 1 << bits]
        case o.IsByteMask():
            return [0x1FF, -1, 1 << 64]
        case o.IndexScale():
            return [access_log2(encoder, values) + 1, -1]
    raise AssertionError(f"no neighbours of {bounds!r}")
