"""What a few hundred modules hold of the edges at which published compilers have gone wrong: each counted.

A shape counts once for each module that holds it; what compilers get wrong must be in one module of a hundred or more.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest

from jit.wasm.body import BLOCKS, Instr, block_type, parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code, Module
from jit.wasm.opcodes import Family, Imm
from jit.wasm.types import FuncType
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate import generate, swarm
from mitey_fuzz.generate.literals_vector import SHUFFLES

MODULES = 900
LEAST = 3
"""Modules of these that hold a shape."""

Bodies = list[tuple[int, Module, FuncType, Code, list[Instr]]]

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
    """Every function of the modules, with the number of its module."""
    found: Bodies = []
    for seed in range(MODULES):
        choices = SeededChoices(seed)
        module = decode(generate(choices, swarm(choices, WASM_2)).wasm, WASM_2)
        types = module.func_types[module.imported_funcs :]
        found += [(seed, module, type, code, parse(code.body)) for type, code in zip(types, module.codes, strict=True)]
    return found


def holds(found: Iterator[tuple[int, str]], *wanted: str) -> None:
    """Of what was found, as number of module and shape, every wanted shape is in enough modules."""
    counts = Counter(shape for _, shape in dict.fromkeys(found))
    assert {shape: counts[shape] for shape in wanted if counts[shape] < LEAST} == {}


def runs(bodies: Bodies, length: int) -> Iterator[tuple[int, list[Instr]]]:
    for number, _, _, _, body in bodies:
        for start in range(len(body) - length + 1):
            yield number, body[start : start + length]


def operation(instr: Instr) -> str:
    return instr.op.name.partition(".")[2]


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
        if instr.op.name in ("select", "memory.grow"):
            yield instr.op.name
        height += given - taken


_STACK = {"local.get": (0, 1), "global.get": (0, 1), "local.set": (1, 0), "local.tee": (1, 1), "select": (3, 1)}


def arity(instr: Instr) -> tuple[int, int]:
    """Values taken and given; more taken than there can be where that depends on more than the instruction."""
    row = instr.op
    if row.params is not None and row.results is not None:
        return len(row.params), len(row.results)
    return _STACK.get(row.name, (99, 0))


def test_comparisons_wait_while_other_code_overwrites_flags(bodies: Bodies) -> None:
    holds(
        pending(bodies), "div_s", "rem_s", "div_u", "trunc", "lt_s", "eqz", "select",
        "memory.grow",
    )  # fmt: skip


def consumers(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """What stands behind a comparison of floats, and behind a constant condition."""
    for number, (first, second) in pairwise_numbered(bodies):
        if first.op.name[:4] in ("f32.", "f64.") and operation(first) in _COMPARISONS:
            yield number, f"float {second.op.name}"
        if first.op.name == "i32.const" and second.op.name in ("select", "select t"):
            yield number, f"constant {second.op.name} {'01'[first.immediates[0] & 1]}"


def pairwise_numbered(bodies: Bodies) -> Iterator[tuple[int, tuple[Instr, Instr]]]:
    for number, _, _, _, body in bodies:
        for pair in pairwise(body):
            yield number, pair


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


# --- ends


def ends(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Bulk operations whose operands ask for a size; and a segment's last byte, one before and one after."""
    sized = ("memory.fill", "memory.copy", "memory.init", "table.fill", "table.copy", "table.init", "table.get")
    for number, module, _, _, body in bodies:
        for place, instr in enumerate(body):
            if instr.op.name in sized and any(i.op.name.endswith(".size") for i in body[max(0, place - 10) : place]):
                yield number, instr.op.name
            if instr.op.name == "memory.init" and all(i.op.name == "i32.const" for i in body[place - 2 : place]):
                last = body[place - 2].immediates[0] + body[place - 1].immediates[0]
                yield number, f"segment {last - len(module.datas[instr.immediates[0]].content)}"


def test_ranges_end_where_memories_tables_and_segments_end(bodies: Bodies) -> None:
    holds(
        ends(bodies), "memory.fill", "memory.copy", "memory.init", "table.fill", "table.copy", "table.init",
        "table.get", "segment -1", "segment 0", "segment 1",
    )  # fmt: skip


def accessed_ends(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Accesses whose address is counted from the size of memory, by family; a store has its value between."""
    for number, (size, _, shift, _, add, *rest) in runs(bodies, 7):
        if (size.op.name, shift.op.name, add.op.name) != ("memory.size", "i32.shl", "i32.add"):
            continue
        for instr in rest:
            if Imm.MEMARG in instr.op.immediates:
                yield number, instr.op.name.partition(".")[0] + " " + instr.op.family.name.rpartition("_")[2]


def test_scalars_vectors_and_lanes_are_accessed_at_the_end_of_memory(bodies: Bodies) -> None:
    types = ("i32", "i64", "f32", "f64", "v128")
    holds(accessed_ends(bodies), *[f"{type} {family}" for type in types for family in ("LOAD", "STORE")])


def wrapping(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Bulk operations with constants of a range beyond 32 bits that ends near 0 in them: a short one, or a long one."""
    for number, _, _, _, body in bodies:
        for place, instr in enumerate(body):
            family, _, operation = instr.op.name.partition(".")
            if family not in ("memory", "table") or operation not in ("fill", "copy", "init"):
                continue
            *before, length = [
                i.immediates[0] for i in body[max(0, place - 8) : place] if i.op.name == "i32.const"
            ] or [0]
            if any(0 <= start + length - (1 << 32) <= 64 for start in before):
                yield number, instr.op.name
                yield number, f"{family} {'long' if length >> 31 else 'short'}"


def test_ranges_go_around_the_address_space(bodies: Bodies) -> None:
    rows = [f"{family}.{operation}" for family in ("memory", "table") for operation in ("fill", "copy", "init")]
    kinds = [f"{family} {kind}" for family in ("memory", "table") for kind in ("short", "long")]
    holds(wrapping(bodies), *rows, *kinds)


def test_tables_grow_by_functions(bodies: Bodies) -> None:
    grown = (
        (number, "by a function")
        for number, (element, delta, row) in runs(bodies, 3)
        if (element.op.name, row.op.name) == ("ref.func", "table.grow") and 0 < delta.immediates[0] < 4
    )
    holds(grown, "by a function")


# --- locals and signatures


def unwritten(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Functions that read a local of theirs before any write: of few, or of more than 16."""
    for number, _, type, code, body in bodies:
        count = sum(count for count, _ in code.locals)
        first = next((i for i in body if i.op.name in ("local.get", "local.set", "local.tee")), None)
        if first is not None and first.op.name == "local.get" and first.immediates[0] >= len(type.params) + 16:
            yield number, "many"
        if first is not None and first.op.name == "local.get" and first.immediates[0] >= len(type.params):
            yield number, "any"
        if count > 16:
            yield number, "has many"


def test_locals_beyond_the_registers_are_read_as_zero(bodies: Bodies) -> None:
    holds(unwritten(bodies), "any", "has many", "many")


def signatures(bodies: Bodies) -> Iterator[tuple[int, str]]:
    for number, _, type, _, _ in bodies:
        names = [value.name for value in type.params]
        integers = sum(name in ("i32", "i64") for name in names)
        others = sum(name in ("f32", "f64", "v128") for name in names)
        if integers > 8 and others > 8:
            yield number, "crowded"
        if len(type.results) > 8:
            yield number, "many results"


def test_parameters_of_both_kinds_pass_what_registers_hold(bodies: Bodies) -> None:
    holds(signatures(bodies), "crowded", "many results")


# --- merges and branches


def merges(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """What stands behind the end of a block with one result that a `br_if` carries."""
    for number, module, type, _, body in bodies:
        labels: list[tuple[int, bool]] = [(len(type.results), False)]
        for instr, following in pairwise(body):
            if instr.op in BLOCKS:
                own = block_type(instr.immediates[0], module.types)
                labels.append((len(own.results) if instr.op.name != "loop" else 0, False))
            elif instr.op.name == "br_if" and instr.immediates[0] < len(labels):
                target = -1 - instr.immediates[0]
                labels[target] = (labels[target][0], True)
            elif instr.op.name == "end" and labels.pop() == (1, True):
                yield number, following.op.name


def test_what_a_branch_carried_is_consumed_at_once(bodies: Bodies) -> None:
    holds(merges(bodies), "local.set", "local.tee")


def permutations(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Two locals set and read again the wrong way round."""
    for number, (a, b, c, d) in runs(bodies, 4):
        if (a.op.name, b.op.name, c.op.name, d.op.name) == ("local.set", "local.set", "local.get", "local.get"):
            crossed = a.immediates == c.immediates and b.immediates == d.immediates and a.immediates != b.immediates
            if crossed:
                yield number, "swap"


def test_values_that_branches_carry_are_swapped(bodies: Bodies) -> None:
    holds(permutations(bodies), "swap")


# --- addresses


def address_reuse(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Neighbouring accesses through one local; a local written between its read and the access; chains of tees."""
    for number, (get, second, third, access) in runs(bodies, 4):
        if get.op.name != "local.get" or access.op.immediates != (Imm.MEMARG,) or get.immediates != third.immediates:
            continue
        if second.op.immediates == (Imm.MEMARG,) and third.op.name == "local.get":
            yield number, "reuse"
        if third.op.name == "local.set":
            yield number, "overwritten"
    for number, (first, second) in pairwise_numbered(bodies):
        if first.op.name == second.op.name == "local.tee":
            yield number, "chain"


_ARM = ("local.get", "load", "local.set")


def address_parted(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """A local that is an address in an arm, or behind a branch, and then again where control came another way."""
    for number, run in runs(bodies, 6):
        names = ["load" if instr.op.immediates == (Imm.MEMARG,) else instr.op.name for instr in run]
        if (*names[:3], *names[4:]) == (*_ARM, *_ARM[:2]) and run[0].immediates == run[4].immediates:
            yield number, names[3]
        if tuple(names[:5]) == ("br_if", *_ARM, "end"):
            yield number, "skipped"


def test_addresses_are_reused_and_overwritten(bodies: Bodies) -> None:
    holds(address_reuse(bodies), "reuse", "overwritten", "chain")


def test_addresses_are_used_again_where_control_came_another_way(bodies: Bodies) -> None:
    holds(address_parted(bodies), "else", "end", "skipped")


def overflowing(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Loads from what a shift by up to 3, a sum or a narrowing gives, unmasked; high bits were put in before."""
    for number, (high, join, count, shift, access) in runs(bodies, 5):
        if access.op.immediates != (Imm.MEMARG,):
            continue
        names = (join.op.name, count.op.name, shift.op.name)
        if names == ("i32.or", "i32.const", "i32.shl") and count.immediates[0] <= 3:
            yield number, "shift of a constant" if high.op.name == "i32.const" else "shift"
        if names[1:] == ("i32.sub", "i32.add"):
            yield number, "sum"
        if names[1:] == ("i64.or", "i32.wrap_i64"):
            yield number, "narrowing"


def test_addresses_carry_out_of_32_bits(bodies: Bodies) -> None:
    holds(overflowing(bodies), "shift", "shift of a constant", "sum", "narrowing")
