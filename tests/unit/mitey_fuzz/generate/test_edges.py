"""What a few hundred modules hold of the values and runs at which published compilers have gone wrong: each counted."""

from collections.abc import Iterator

import pytest

from jit.wasm.body import Instr
from jit.wasm.opcodes import Family, Imm
from mitey_fuzz.generate.literals_vector import SHUFFLES
from support.bodies import Bodies, generated, holds, operation, pairwise_numbered, runs

_KINDS = {"convert": "conversion", "shl": "shift", "shr": "shift", "lt": "comparison", "ge": "comparison"}
_MOVES = ("local.set", "local.tee", "local.get", "end")
_CLOBBERS = ("div_s", "div_u", "rem_s", "rem_u", "trunc_f32_s", "trunc_f64_u", "trunc_f64_s", "trunc_f32_u")
_COMPARISONS = (
    "eq",
    "ne",
    "lt",
    "gt",
    "le",
    "ge",
    "eqz",
    "lt_s",
    "lt_u",
    "gt_s",
    "gt_u",
    "le_s",
    "le_u",
    "ge_s",
    "ge_u",
)


@pytest.fixture(scope="module")
def bodies() -> Bodies:
    return generated()


# --- dirty upper halves


def readers(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """What runs first after an `i32.wrap_i64`, moves left out: it reads the value, or the one above it."""
    for number, _, _, _, body in bodies:
        for place, instr in enumerate(body):
            if instr.op.name == "i32.wrap_i64":
                reader = next((i for i in body[place + 1 :] if i.op.name not in _MOVES), None)
                if reader is not None:
                    yield number, _KINDS.get(operation(reader).partition("_")[0], reader.op.name)
                    yield number, "access" if Imm.MEMARG in reader.op.immediates else reader.op.name


def test_what_wrapping_leaves_behind_reaches_every_kind_of_reader(bodies: Bodies) -> None:
    holds(
        readers(bodies), "access", "i32.div_u", "i32.rem_u", "i32.div_s", "br_if", "if", "select", "i32.eqz",
        "br_table", "memory.fill", "memory.copy", "memory.grow", "table.get", "call",
        "i64.extend_i32_u", "i64.extend_i32_s", "conversion", "shift", "comparison",
    )  # fmt: skip


# --- divisions


def constant_divisions(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Divisions by a constant."""
    for number, (divisor, division) in runs(bodies, 2):
        if divisor.op.name in ("i32.const", "i64.const") and operation(division) in ("div_s", "rem_s"):
            bits = int(divisor.op.name[1:3])
            value = divisor.immediates[0]
            signed = value - (1 << bits) if value >> bits - 1 else value
            yield number, f"{division.op.name} {'-' * (signed < 0)}{'2^k' if signed & -signed == abs(signed) else 'n'}"
            if signed in (1, -1):
                yield number, f"{operation(division)} {signed}"
            if bits == 64 and value & 0xFFFF_FFFF in (0, 0xFFFF_FFFF) and signed != -1:
                yield number, f"{division.op.name} half"


def test_signed_divisors_are_powers_of_two_and_ones_of_either_sign(bodies: Bodies) -> None:
    rows = [f"{kind}.{name}" for kind in ("i32", "i64") for name in ("div_s", "rem_s")]
    holds(constant_divisions(bodies), *[f"{row} {value}" for row in rows for value in ("2^k", "-2^k")])
    holds(constant_divisions(bodies), "div_s 1", "div_s -1", "rem_s 1", "rem_s -1")
    holds(constant_divisions(bodies), "i64.div_s half", "i64.rem_s half")


def paired_divisions(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Divisions of the least integer by minus one, as constants side by side; and two of the same locals."""
    for number, (left, right, division) in runs(bodies, 3):
        if operation(division) in ("div_s", "rem_s") and left.op is right.op and left.op.name.endswith(".const"):
            bits = int(left.op.name[1:3])
            if left.immediates[0] == 1 << bits - 1 and right.immediates[0] == (1 << bits) - 1:
                yield number, operation(division)
    for number, (a, b, first, c, d, second) in runs(bodies, 6):
        kinds = {operation(first)[:3], operation(second)[:3]}
        if kinds == {"div", "rem"} and (a, b) == (
            Instr(c.op, c.immediates, a.offset),
            Instr(d.op, d.immediates, b.offset),
        ):
            yield number, "both"


def test_least_is_divided_by_minus_one_and_quotients_stand_beside_remainders(bodies: Bodies) -> None:
    holds(paired_divisions(bodies), "div_s", "rem_s", "both")


# --- conditions


def pending(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """What runs between a comparison and whoever takes it: the stack grows above it for up to 14 instructions."""
    for number, _, _, _, body in bodies:
        for place, instr in enumerate(body):
            if operation(instr) in _COMPARISONS and not instr.op.name.startswith(
                ("i8", "i16", "i32x", "i64x", "f32x", "f64x")
            ):
                yield from ((number, shape) for shape in above(body[place + 1 : place + 15]))


def above(instrs: list[Instr]) -> Iterator[str]:
    """Instructions that compute from what was pushed among these alone."""
    height = 0
    for instr in instrs:
        taken, given = arity(instr)
        if taken > height:
            return
        if taken and operation(instr) in (*_CLOBBERS, *_COMPARISONS):
            yield operation(instr).partition("_f")[0]
        if instr.op.name in ("select", "memory.grow", "table.get", "table.set"):
            yield instr.op.name
        height += given - taken


_STACK = {
    "local.get": (0, 1), "global.get": (0, 1), "local.set": (1, 0), "local.tee": (1, 1), "select": (3, 1),
    "table.get": (1, 1), "table.set": (2, 0), "ref.null": (0, 1), "ref.func": (0, 1),
}  # fmt: skip


def arity(instr: Instr) -> tuple[int, int]:
    """Values taken and given; more taken than there can be where that depends on more than the instruction."""
    row = instr.op
    if row.params is not None and row.results is not None:
        return len(row.params), len(row.results)
    return _STACK.get(row.name, (99, 0))


def test_comparisons_wait_while_other_code_overwrites_flags(bodies: Bodies) -> None:
    holds(
        pending(bodies), "div_s", "rem_s", "div_u", "trunc", "lt_s", "eqz", "select",
        "memory.grow", "table.get", "table.set",
    )  # fmt: skip


def consumers(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """What stands behind a comparison of floats, and behind a constant condition."""
    for number, (first, second) in pairwise_numbered(bodies):
        if first.op.name[:4] in ("f32.", "f64.") and operation(first) in _COMPARISONS:
            yield number, f"float {second.op.name}"
        if first.op.name == "i32.const" and second.op.name in ("select", "select t"):
            yield number, f"constant {second.op.name} {'01'[first.immediates[0] & 1]}"


def test_float_comparisons_and_constants_are_conditions_of_every_kind(bodies: Bodies) -> None:
    holds(
        consumers(bodies), "float br_if", "float if", "float select", "float i32.eqz", "constant select 0",
        "constant select 1", "constant select t 0", "constant select t 1",
    )  # fmt: skip


def nans(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """On which side of a comparison of floats a literal NaN stands."""
    for number, (left, right, comparison) in runs(bodies, 3):
        if comparison.op.name[:4] in ("f32.", "f64.") and operation(comparison) in _COMPARISONS:
            yield from ((number, side) for side, literal in (("left", left), ("right", right)) if is_nan(literal))


def is_nan(instr: Instr) -> bool:
    return (instr.op.name == "f32.const" and instr.immediates[0] & 0x7FFF_FFFF > 0x7F80_0000) or (
        instr.op.name == "f64.const" and instr.immediates[0] & (1 << 63) - 1 > 0x7FF << 52
    )


def zero_compared(bodies: Bodies) -> Iterator[tuple[int, str]]:
    for number, (zero, compared) in runs(bodies, 2):
        if zero.op.name.endswith(".const") and not any(zero.immediates):
            if compared.op.family is Family.VECTOR_COMPARE:
                yield number, ("float" if compared.op.name[0] == "f" else "integer") + " lanes"
            elif compared.op.family is Family.COMPARE:
                yield number, compared.op.name[:3]


def test_zero_is_compared_with(bodies: Bodies) -> None:
    holds(zero_compared(bodies), "i32", "i64", "f32", "f64", "integer lanes", "float lanes")


def test_a_nan_stands_on_either_side(bodies: Bodies) -> None:
    holds(nans(bodies), "left", "right")


# --- shuffles


def shuffles(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Shuffles that nobody has an instruction for, by the operands that they take from."""
    for number, _, _, _, body in bodies:
        for lanes in (instr.immediates for instr in body if instr.op.immediates == (Imm.LANES,)):
            if bytes(lanes) not in SHUFFLES:
                yield number, "".join(sorted({"ab"[lane > 15] for lane in lanes}))


def test_shuffles_take_any_bytes_of_one_operand_or_of_both(bodies: Bodies) -> None:
    holds(shuffles(bodies), "a", "b", "ab")


def repeated(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Shuffles that give one byte sixteen times, by the half of the operand in which it is."""
    for number, _, _, _, body in bodies:
        for instr in body:
            if instr.op.name == "i8x16.shuffle" and len(set(instr.immediates)) == 1:
                yield number, f"{instr.immediates[0] // 8}"


def test_shuffles_repeat_bytes_from_everywhere(bodies: Bodies) -> None:
    holds(repeated(bodies), "0", "1", "2", "3")


# --- fused forms


def fusible(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """An inner operation and an outer one, with a local between them or below both."""
    inner = ("mul", "shl", "shr_u", "shr_s")
    outer = ("add", "sub", "and", "or", "xor")
    for number, (a, b, c, d) in runs(bodies, 4):
        if d.op.name[:4] not in ("i32.", "i64.") or operation(d) not in outer:
            continue
        kind = d.op.name[:3]
        if (
            operation(b) in inner
            and b.op.name[:3] == kind
            and c.op.name == "local.get"
            and a.op.name.endswith(".const")
        ):
            yield number, f"{operation(b)} x {operation(d)}"
        if (
            operation(c) in inner
            and c.op.name[:3] == kind
            and b.op.name.endswith(".const")
            and a.op.name == "local.get"
        ):
            yield number, f"x {operation(c)} {operation(d)}"


def test_products_and_shifted_values_are_combined_with_locals(bodies: Bodies) -> None:
    pairs = [(inner, outer) for inner in ("mul", "shl") for outer in ("add", "sub", "and", "or", "xor")]
    holds(fusible(bodies), *[f"{inner} x {outer}" for inner, outer in pairs])
    holds(fusible(bodies), *[f"x {inner} {outer}" for inner in ("mul", "shl") for outer in ("add", "sub")])


_GROUPS = {"sub": "add", "xor": "or", "shr_u": "shr", "shr_s": "shr", "rotl": "rot", "rotr": "rot"}


def chained(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Two operations in a row, each with a constant."""
    for number, (a, first, b, second) in runs(bodies, 4):
        if a.op.name == b.op.name and a.op.name[:3] == first.op.name[:3] == second.op.name[:3]:
            yield number, " ".join(_GROUPS.get(operation(one), operation(one)) for one in (first, second))


def test_operations_with_constants_follow_each_other_in_every_order(bodies: Bodies) -> None:
    ones = ("add", "mul", "and", "or", "shl", "shr", "rot")
    holds(chained(bodies), *[f"{first} {second}" for first in ones for second in ones])
