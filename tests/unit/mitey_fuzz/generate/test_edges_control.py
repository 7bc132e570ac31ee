"""What a few hundred modules hold of the branches, tables and frames at which published compilers have gone wrong."""

from collections.abc import Iterator
from itertools import pairwise, takewhile

import pytest

from jit.wasm.body import BLOCKS, EMPTY
from jit.wasm.module import Mode
from jit.wasm.opcodes import Family, Imm, op
from jit.wasm.types import EXTERNREF, NULL
from mitey_fuzz.choices import SeededChoices
from mitey_fuzz.generate.candidates import NUMERIC
from mitey_fuzz.generate.script import argument
from support.bodies import Bodies, generated, holds, operation, pairwise_numbered, runs

_BULK = ("memory.fill", "memory.copy", "memory.init", "table.fill", "table.copy", "table.init")


@pytest.fixture(scope="module")
def bodies() -> Bodies:
    return generated()


# --- branches


def back_edges(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Unconditional branches to a loop from within other blocks, and whether they carry anything."""
    for number, module, _, _, body in bodies:
        opened: list[tuple[str, int]] = []
        for instr in body:
            if instr.op in BLOCKS:
                index = instr.immediates[0]
                opened.append((instr.op.name, len(module.types[index].params) if index >= 0 else 0))
            elif instr.op is op("end") and opened:
                opened.pop()
            elif instr.op is op("br") and 0 < instr.immediates[0] < len(opened):
                kind, carried = opened[-1 - instr.immediates[0]]
                if kind == "loop":
                    yield number, "back"
                    yield number, f"from {opened[-1][0]}"
                    if carried:
                        yield number, "carrying"


def test_branches_go_back_to_loops_from_within_blocks(bodies: Bodies) -> None:
    holds(back_edges(bodies), "back", "carrying", "from if", "from block")


def heads(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Loops that take a value just computed, and go on with it at once: nothing is counted at their heads."""
    for number, (before, loop, get, row) in runs(bodies, 4):
        waits = loop.op is op("loop") and loop.immediates[0] >= 0 and before.op.family in NUMERIC
        if waits and get.op is op("local.get") and row.op.family in NUMERIC:
            yield number, row.op.name[:3]


def test_loops_go_on_at_once_with_what_was_computed_before_them(bodies: Bodies) -> None:
    holds(heads(bodies), "i32", "i64", "f32", "f64")


def written_in_loops(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Locals read right before a loop without parameters, and written in it before the branch back."""
    for number, _, _, _, body in bodies:
        for at, (get, loop) in enumerate(pairwise(body)):
            if get.op is op("local.get") and loop.op is op("loop") and loop.immediates[0] == EMPTY:
                inside = takewhile(lambda instr: instr.op is not op("end"), body[at + 2 :])
                if any(instr[:2] == (op("local.set"), get.immediates) for instr in inside):
                    yield number, "written"


def test_locals_that_wait_across_a_loop_are_written_in_it(bodies: Bodies) -> None:
    holds(written_in_loops(bodies), "written")


def signatures(bodies: Bodies) -> Iterator[tuple[int, str]]:
    for number, module, _, _, body in bodies:
        for instr in body:
            if instr.op in BLOCKS and instr.immediates[0] >= 0:
                type = module.types[instr.immediates[0]]
                if len(type.params) > 4:
                    yield number, f"{instr.op.name} of many parameters"
                if len(type.results) > 6:
                    yield number, f"{instr.op.name} of many results"


def test_blocks_of_all_kinds_have_more_values_than_there_are_registers_for(bodies: Bodies) -> None:
    kinds = ("block", "loop", "if")
    holds(signatures(bodies), *[f"{kind} of many {what}" for kind in kinds for what in ("parameters", "results")])


def nests(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Tables that lead to several blocks, each of which is left by a branch right behind the one inside it."""
    for number, _, _, _, body in bodies:
        for place, instr in enumerate(body):
            if instr.op is op("br_table") and len(set(instr.immediates)) > 1:
                behind = [i.op.name for i in body[place + 1 : place + 5]]
                if behind[:1] == ["end"] and "br" in behind:
                    yield number, "nest"
            if instr.op is op("br_table") and 4096 < len(instr.immediates) < 4110:
                yield number, "long"


def test_tables_lead_to_blocks_at_several_heights_and_are_long(bodies: Bodies) -> None:
    holds(nests(bodies), "nest", "long")


def known_indices(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Tables of several labels whose index is a constant: beyond them, or the last."""
    for number, (index, table) in pairwise_numbered(bodies):
        if (index.op, table.op) == (op("i32.const"), op("br_table")) and len(set(table.immediates)) > 1:
            if index.immediates[0] >> 31:
                yield number, "negative"
            elif index.immediates[0] >= len(table.immediates):
                yield number, "far"
            elif index.immediates[0] == len(table.immediates) - 1:
                yield number, "default"


def test_tables_are_entered_by_constants_from_beyond_them(bodies: Bodies) -> None:
    holds(known_indices(bodies), "negative", "far", "default")


# --- tables and types


def written_slots(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Writes to a table with a call through it behind: a slot is pushed in between, and the call is counted."""
    for number, _, _, _, body in bodies:
        for place, instr in enumerate(body):
            if instr.op.name in ("table.set", "table.fill"):
                behind = [i for i in body[place + 1 : place + 32] if i.op is op("call_indirect")]
                if any(call.immediates[1] == instr.immediates[0] for call in behind):
                    yield number, instr.op.name


def test_calls_go_through_slots_that_were_just_written(bodies: Bodies) -> None:
    holds(written_slots(bodies), "table.set", "table.fill")


def operands(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Ranges whose length is no constant, and long ones that are."""
    for number, (length, instr) in runs(bodies, 2):
        if instr.op.name in _BULK:
            if length.op is not op("i32.const"):
                yield number, f"{instr.op.name} by a value"
            elif instr.op.name.startswith("memory") and 64 < length.immediates[0] < 1 << 31:
                yield number, f"{instr.op.name} long"


def test_lengths_of_ranges_are_computed_and_some_are_long(bodies: Bodies) -> None:
    holds(operands(bodies), *[f"{name} by a value" for name in _BULK], "memory.fill long", "memory.copy long")


def sections(bodies: Bodies) -> Iterator[tuple[int, str]]:
    for number, module, type, code, body in bodies:
        if any(table.limits.minimum > 0xFFF for table in module.tables):
            yield number, "large table"
        if len(set(module.types)) < len(module.types):
            yield number, "equal types"
        yield from ((number, f"global by {own.init.code[0]:#x}") for own in module.globals)
        if code.locals and code.locals[-1][0] > 19:
            first = len(type.params) + sum(count for count, _ in code.locals[:-1])
            if any(i.op is op("local.get") and i.immediates[0] > first + 19 for i in body):
                yield number, "padding read"


def test_modules_have_large_tables_equal_types_and_globals_that_depend_on_others(bodies: Bodies) -> None:
    holds(
        sections(bodies),
        "large table",
        "equal types",
        f"global by {op('global.get').code:#x}",
        f"global by {op('ref.func').code:#x}",
        "padding read",
    )


def segments(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Copies out of segments that instantiation used up."""
    for number, module, _, _, body in bodies:
        for instr in body:
            if instr.op is op("memory.init") and module.datas[instr.immediates[0]].mode is Mode.ACTIVE:
                yield number, "data"
            elif instr.op is op("table.init") and module.elems[instr.immediates[0]].mode is Mode.ACTIVE:
                yield number, "elem"


def test_active_segments_are_copied_from_when_nothing_is_left(bodies: Bodies) -> None:
    holds(segments(bodies), "data", "elem")


def test_arguments_are_references_to_things_of_the_host() -> None:
    given = {argument(SeededChoices(seed), "e") for seed in range(50)}
    assert {value.type for value in given} == {EXTERNREF}
    assert NULL in {value.bits for value in given}
    assert len(given) > 2


# --- memory


def accesses(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Offsets beyond what instructions hold; and addresses that are locals, used before and behind something."""
    for number, _, _, _, body in bodies:
        seen: dict[int, set[str]] = {}
        for address, instr in pairwise(body):
            if Imm.MEMARG in instr.op.immediates and 0x8000 < instr.immediates[1] < 0x30000:
                yield number, "far"
            if address.op is op("local.get") and instr.op.family is Family.LOAD:
                yield from ((number, between) for between in seen.get(address.immediates[0], ()))
                seen[address.immediates[0]] = set()
            elif instr.op.name in ("local.set", "local.tee"):
                seen.pop(instr.immediates[0], None)
            elif instr.op.name in ("call", "loop", "else", "end", "memory.grow", "memory.fill"):
                for passed in seen.values():
                    passed.add(instr.op.name)


def test_addresses_are_used_again_behind_calls_growth_labels_and_loop_heads(bodies: Bodies) -> None:
    holds(accesses(bodies), "far", "call", "loop", "end", "memory.grow", "memory.fill")


# --- fused operations


def joined(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Two locals, each shifted by a constant, and what joins them; and extended operands on either side."""
    for number, (a, one, shift, b, two, other, outer) in runs(bodies, 7):
        if a.op is b.op is op("local.get") and one.op is two.op and one.op.family is Family.CONST:
            names = {operation(shift), operation(other)}
            if names == {"shl", "shr_u"} and operation(outer) in ("or", "xor", "add"):
                bits = 32 if one.op is op("i32.const") else 64
                yield number, "rotation" if one.immediates[0] + two.immediates[0] == bits else "other"
    for number, (a, b, outer) in runs(bodies, 3):
        if a.op.name.startswith("i64.extend_i32") and b.op is op("local.get") and outer.op.name.startswith("i64."):
            yield number, f"left {operation(outer)}"


def test_shifts_are_joined_and_extended_operands_are_on_the_left(bodies: Bodies) -> None:
    holds(joined(bodies), "rotation", "left add", "left sub", "left mul")


def test_single_bits_decide_in_the_width_that_they_are_of_and_in_the_other() -> None:
    """Of a 64-bit number whose width changes, one bit is cut off, and another is not."""

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, run in runs(bodies, 4):
            constant, mask, cross, judge = (instr.op.name for instr in run)
            if (constant, mask, cross) != ("i64.const", "i64.and", "i32.wrap_i64"):
                continue
            bits = run[0].immediates[0] & (1 << 64) - 1
            if bits & bits - 1 == 0 and judge in ("i32.eqz", "if", "br_if", "select"):
                yield number, f"{judge} {'high' if bits >> 32 else 'low'}"

    holds(found(generated()), *(f"{judge} {half}" for judge in ("i32.eqz", "if", "select") for half in ("high", "low")))


def test_rows_of_every_kind_take_what_nobody_pushed(bodies: Bodies) -> None:
    """Right behind a branch for good the stack holds any type."""

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, (leaving, row) in runs(bodies, 2):
            if leaving.op.name in ("br", "br_table", "return", "unreachable"):
                yield number, row.op.name

    holds(
        found(bodies), "i32.add", "i32.load", "i64.store", "local.set", "local.tee", "global.set", "select", "select t",
        "drop", "call", "call_indirect", "if", "block", "loop", "br", "br_if", "br_table", "return", "memory.grow",
        "memory.fill", "memory.copy", "table.get", "table.set", "table.grow", "table.fill", "table.copy", "ref.is_null",
    )  # fmt: skip


def test_tables_grow_by_more_than_their_first_pages_hold(bodies: Bodies) -> None:
    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, (count, row) in runs(bodies, 2):
            if row.op.name == "table.grow" and count.op.name == "i32.const" and 8_192 < count.immediates[0] < 1 << 16:
                yield number, "table.grow"

    holds(found(bodies), "table.grow")
