"""Conversions in generated modules: of the last number that fits, undone by the next one; and parts of locals."""

from collections.abc import Iterator
from itertools import pairwise

from mitey_fuzz.generate.literals import returns
from mitey_fuzz.generate.literals_vector import SHUFFLES
from support.bodies import Bodies, generated, holds, pairwise_numbered, runs

_TRUNCATIONS = tuple(f"{i}.trunc_{f}_{sign}" for i in ("i32", "i64") for f in ("f32", "f64") for sign in "su")


def test_numbers_are_truncated_that_are_the_last_to_fit() -> None:
    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, (constant, row) in pairwise_numbered(bodies):
            if row.op.name in _TRUNCATIONS and constant.op.name in ("f32.const", "f64.const"):
                bits = constant.immediates[0]
                if returns(row.op, bits) and not returns(row.op, bits + 1):
                    yield number, row.op.name

    holds(found(generated()), *_TRUNCATIONS)


def test_conversions_are_undone() -> None:
    pairs = (
        ("f64.promote_f32", "f32.demote_f64"), ("f32.demote_f64", "f64.promote_f32"),
        ("i32.wrap_i64", "i64.extend_i32_s"), ("i32.wrap_i64", "i64.extend_i32_u"),
        ("i64.extend_i32_s", "i32.wrap_i64"), ("i32.reinterpret_f32", "f32.reinterpret_i32"),
        ("f64.reinterpret_i64", "i64.reinterpret_f64"), ("f64.convert_i64_u", "f32.demote_f64"),
    )  # fmt: skip

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, _, _, _, body in bodies:
            for one, other in pairwise(body):
                yield number, f"{one.op.name} {other.op.name}"

    holds(found(generated()), *(" ".join(pair) for pair in pairs))


def test_nans_that_are_not_canonical_are_promoted_and_demoted_again() -> None:
    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, run in runs(bodies, 3):
            names = [instr.op.name for instr in run]
            if names == ["f32.const", "f64.promote_f32", "f32.demote_f64"]:
                bits = run[0].immediates[0] & 0x7FFF_FFFF
                yield number, "NaN" if bits > 0x7F80_0000 and bits != 0x7FC0_0000 else "number"

    holds(found(generated()), "NaN", "number")


def test_a_local_is_written_while_a_part_of_it_waits() -> None:
    """`local.get; wrap` or `extract_lane 0`, and within twenty instructions its `local.set`."""

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        parts = ("i32.wrap_i64", "i32x4.extract_lane", "i64x2.extract_lane", "f32x4.extract_lane", "f64x2.extract_lane")
        for number, run in runs(bodies, 20):
            if run[0].op.name == "local.get" and run[1].op.name in parts and not any(run[1].immediates):
                later = [instr for instr in run[2:] if instr.op.name == "local.set"]
                if any(instr.immediates == run[0].immediates for instr in later):
                    yield number, run[1].op.name

    holds(found(generated()), "i32.wrap_i64", "f32x4.extract_lane", "i64x2.extract_lane", "f64x2.extract_lane")


def test_a_part_of_a_local_waits_beside_the_whole_while_it_is_written() -> None:
    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        parts = ("i32.wrap_i64", "f32x4.extract_lane", "f64x2.extract_lane")
        for number, run in runs(bodies, 12):
            names = [instr.op.name for instr in run]
            one, other = run[0].immediates, run[2].immediates
            waits = names[0] == names[2] == "local.get" and names[1] in parts and names[3] not in parts
            written = any(instr.op.name == "local.set" and instr.immediates == one for instr in run[3:])
            if waits and written and one == other:
                yield number, names[1]

    holds(found(generated()), "i32.wrap_i64", "f32x4.extract_lane", "f64x2.extract_lane")


def test_shuffles_of_any_lanes_take_constants_of_which_half_is_zero() -> None:
    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, (constant, row) in pairwise_numbered(bodies):
            if constant.op.name == "v128.const" and row.op.name == "i8x16.shuffle":
                bits = constant.immediates[0]
                is_half = (bits >> 64 == 0) != (bits & (1 << 64) - 1 == 0)
                yield (
                    number,
                    f"{'half' if is_half else 'whole'} {'known' if bytes(row.immediates) in SHUFFLES else 'any'}",
                )

    holds(found(generated()), "half any", "half known", "whole any", "whole known")
