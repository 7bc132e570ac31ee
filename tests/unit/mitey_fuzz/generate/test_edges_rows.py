"""Conditions side by side, and values between two widths: what a note about the last word gets wrong (see `ladder`)."""

from collections.abc import Iterator

from jit.wasm.body import Instr
from support.bodies import Bodies, generated, holds, operation, runs

_BRANCHES = ("br_if", "if")
_COMPARES = ("eq", "ne", "lt_s", "ge_s", "lt_u", "gt_s", "le_s", "ge_u", "gt_u", "le_u")


def _is_bit(constant: Instr) -> bool:
    return operation(constant) == "const" and constant.immediates[0].bit_count() == 1


def test_a_branch_stands_right_behind_another_on_a_bit() -> None:
    """`local and 1 << k; eqz; br_if`, and then two locals compared and `br_if`, with nothing else between them."""

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, run in runs(bodies, 9):
            names = [operation(instr) or instr.op.name for instr in run]
            if names[:3] != ["get", "const", "and"] or not _is_bit(run[1]) or names[3] != "eqz":
                continue
            one, other = run[4].op.name, run[8].op.name
            is_compared = names[5] == "get" and names[6] in ("get", "const") and names[7] in _COMPARES
            if is_compared and one in _BRANCHES and other in _BRANCHES:
                yield number, f"{one} {other}"

    holds(found(generated()), "br_if br_if", "if if")


def test_what_is_masked_in_one_width_is_tested_in_another() -> None:
    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, run in runs(bodies, 4):
            one, two, three = (instr.op.name for instr in run[1:])
            if _is_bit(run[0]) and one == "i64.and" and two == "i32.wrap_i64":
                high = "high" if run[0].immediates[0] % (1 << 64) >> 32 else "low"
                yield number, f"{high} {three}"

    holds(found(generated()), "high if", "high br_if", "high i32.eqz", "high select", "low br_if", "low i32.eqz")


def test_operations_of_two_widths_follow_one_another() -> None:
    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, run in runs(bodies, 4):
            if run[1].op.name == "i32.wrap_i64" and operation(run[2]) == "const":
                yield number, f"{operation(run[0])} {operation(run[3])}"

    holds(found(generated()), *(f"and {other}" for other in ("and", "or", "add", "sub", "shl", "mul", "eq")))
