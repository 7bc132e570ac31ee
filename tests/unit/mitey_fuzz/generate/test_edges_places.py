"""What a few hundred modules hold of the places at which published compilers have gone wrong: each counted.

Ends of memories, tables and segments; locals, parameters and merges; addresses.
"""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from jit.wasm.body import BLOCKS, block_type
from jit.wasm.opcodes import Imm, op
from support.bodies import Bodies, generated, holds, pairwise_numbered, runs


@pytest.fixture(scope="module")
def bodies() -> Bodies:
    return generated()


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
                if length < 5 and len(instr.immediates) > 1:
                    yield number, f"few by {instr.op.name}"


def test_ranges_go_around_the_address_space(bodies: Bodies) -> None:
    rows = [f"{family}.{operation}" for family in ("memory", "table") for operation in ("fill", "copy", "init")]
    kinds = [f"{family} {kind}" for family in ("memory", "table") for kind in ("short", "long")]
    few = [f"few by {row}" for row in ("memory.copy", "table.copy", "table.init")]  # which what they go to has room for
    holds(wrapping(bodies), *rows, *kinds, *few)


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


def countered(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Loads from a sum with the very constant that was taken away from the address before, in either order."""
    for number, (taken, sub, keep, one, other, add, access) in runs(bodies, 7):
        if access.op.immediates != (Imm.MEMARG,) or (sub.op, add.op) != (op("i32.sub"), op("i32.add")):
            continue
        constant, get = (other, one) if other.op is op("i32.const") else (one, other)
        if constant[:2] == taken[:2] and get[:2] == (op("local.get"), keep.immediates):
            yield number, "first" if constant is one else "last"


def test_addresses_are_sums_with_constants_that_wrap(bodies: Bodies) -> None:
    holds(countered(bodies), "first", "last")
