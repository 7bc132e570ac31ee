"""The A64 assembler: one method per encoding, destination first, as Arm writes it.

A method has the mnemonic's name in lower case, and a suffix only where a mnemonic has several encodings: `add` is ADD
(shifted register), `add_imm` ADD (immediate), `add_ext` ADD (extended register).  Loads and stores have one per way of
addressing: `ldr_imm` (unsigned offset), `ldur`, `ldr_pre`, `ldr_post`, `ldr_reg`, `ldr_lit`; those of SIMD and
floating-point registers say `_v`.  Sizes come first, or before the operand they describe where there are two.

Advanced SIMD instructions take an arrangement first, which is the destination's where the source has another, and the
suffix `_v` where their mnemonic also names an instruction of general or floating-point registers.  `smull2` and its kin
are methods of their own.

Operands out of range are our own bugs and fail assertions.  Distances to labels depend on the program compiled, and
raise `BranchOutOfRange`.

Encodings live in one class per group of the manual's index, each derived from the one before, for no reason but that
mypyc compiles a class with one base and refuses one with many.
"""

from .asm_vector_memory import VectorElementEncodings


class Assembler(VectorElementEncodings):
    """All encodings, into one `CodeBuffer`."""
