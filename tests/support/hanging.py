"""A fault in machine code by which programs hang."""

LOOP = """
[[mutant]]
id = "cbnz-becomes-cbz"
why = "loops go on where they should end"
mask = 0x7f000000
match = 0x35000000
xor = 0x01000000
"""
"""On the baseline, a loop that should end does not, and one that should go on ends."""
