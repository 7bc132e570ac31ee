"""Values in registers of generated modules: one in both operands, many at once, and numbers that change their width."""

from collections.abc import Iterator

from jit.wasm.body import Instr
from jit.wasm.opcodes import Family
from support.bodies import Bodies, generated, holds, operation, runs

_WIDTHS = ("i32.wrap_i64", "i64.extend_i32_s", "i64.extend_i32_u")
_SHIFTS = ("shl", "shr_u", "shr_s", "rotr", "rotl")
_FAMILIES = {Family.LOAD: "load", Family.COMPARE: "compare", Family.CONVERT: "convert"}


def _is(instr: Instr, name: str, like: Instr) -> bool:
    return instr.op.name == name and instr.immediates == like.immediates


def twins(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """`local.get x` twice or thrice, then `local.set x`, and at once the row that takes the old values."""
    for number, run in runs(bodies, 10):
        count = len(run) if run[0].op.name == "local.get" else 0
        count = next((at for at, instr in enumerate(run[:count]) if not _is(instr, "local.get", run[0])), 0)
        written = next((at for at, instr in enumerate(run[:-1]) if _is(instr, "local.set", run[0])), 0)
        row = run[written + 1].op
        if 1 < count < written and row.params is not None and len(row.params) == count:
            yield number, row.name


def test_a_local_is_written_while_it_waits_as_all_operands_of_a_row() -> None:
    holds(
        twins(generated()), "i32.rotl", "i64.rotl", "i64.rotr", "f32.copysign", "f64.copysign", "f64.min", "i32.rem_u",
        "i64.div_s", "i64x2.mul", "i32x4.dot_i16x8_s", "i16x8.q15mulr_sat_s", "i8x16.swizzle", "f32x4.pmin",
        "f64x2.pmax", "i8x16.narrow_i16x8_u", "i64x2.gt_s", "v128.bitselect",
    )  # fmt: skip


def selected(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Selects between a local and itself, which is written before the condition is made, that is no constant."""
    for number, _, type, code, body in bodies:
        kinds = [*type.params, *(kind for count, kind in code.locals for _ in range(count))]
        for at in range(len(body) - 8):
            run = body[at : at + 9]
            is_twice = run[0].op.name == run[1].op.name == "local.get" and run[0].immediates == run[1].immediates
            is_unknown = run[-1].op.name == "select" and operation(run[-2]) != "const"
            if is_twice and is_unknown and any(_is(instr, "local.set", run[0]) for instr in run[2:-1]):
                yield number, kinds[run[0].immediates[0]].name


def test_a_local_is_selected_from_itself_and_was_written_meanwhile() -> None:
    holds(selected(generated()), "i32", "f32", "f64", "v128")


def crossed(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """A shift by a constant, its width changed, and a mask or a shift: the field ends within the new width, or not."""
    for number, (count, shift, cross, mask, row) in runs(bodies, 5):
        is_shift = operation(count) == "const" and operation(shift) in _SHIFTS
        if is_shift and cross.op.name in _WIDTHS and operation(mask) == "const":
            if operation(row) == "and" and cross.op.name == "i32.wrap_i64":
                kept, off = mask.immediates[0], count.immediates[0]
                is_field = kept & kept + 1 == 0 and off < 32
                yield number, f"field {'beyond' if kept.bit_length() > 32 - off else 'within'}" if is_field else "mask"
            yield number, f"{cross.op.name[:3]} {operation(shift)} {operation(row)}"


def test_the_width_changes_between_a_shift_and_what_would_take_it_along() -> None:
    holds(
        crossed(generated()), "field beyond", "field within", "i32 shl shr_u", "i32 shl shr_s", "i64 shr_u and",
        "i32 rotr and", "i32 rotl and", "i32 shr_s shl", "i32 shr_u rotr", "i64 shl shl",
    )  # fmt: skip


def joined(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """A local, shifted or rotated, its width changed, is an operand of a row whose other operand is a local."""
    for number, (other, local, count, shift, cross, row) in runs(bodies, 6):
        named = operation(count) == "const" and operation(shift) in _SHIFTS and cross.op.name in _WIDTHS
        if named and other.op.name == local.op.name == "local.get":
            yield number, f"{cross.op.name[:3]} {operation(shift)} {operation(row)}"


def test_what_was_rotated_as_64_bits_is_joined_with_a_local_as_32() -> None:
    holds(joined(generated()), *(f"i32 rotr {row}" for row in ("and", "or", "xor")), "i32 shl add", "i64 shl add")


def wrapped(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """What reads the lower half of a local at once that was written right before."""
    for number, (write, read, wrap, reader) in runs(bodies, 4):
        is_local = write.op.name == "local.set" and read.op.name == "local.get" and write.immediates == read.immediates
        if is_local and wrap.op.name == "i32.wrap_i64":
            yield number, _FAMILIES.get(reader.op.family, reader.op.name)
            if operation(reader) in _SHIFTS:
                yield number, "shift"


def test_lower_halves_of_locals_are_read_by_every_kind_of_reader() -> None:
    readers = ("select", "if", "br_if", "br_table", "i32.eqz", "memory.grow", "load", "compare", "convert", "shift")
    holds(wrapped(generated()), *readers)


def waiting(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Eight sums or more of two simple values each, and behind them a load from a local before any is taken."""
    simple, sums = ("get", "const"), ("add", "sub", "xor")
    for number, _, _, _, body in bodies:
        count = 0
        for one, two, row in zip(body, body[1:], body[2:], strict=False):
            if operation(one) in simple and operation(two) in simple and operation(row) in sums:
                count += 1
            elif count >= 8 and two.op.name == "local.get" and row.op.family is Family.LOAD:
                yield number, "load"
            elif operation(row) not in simple:
                count = 0


def test_many_computed_values_wait_while_an_address_that_is_a_local_is_used() -> None:
    holds(waiting(generated()), "load")


def remainders(bodies: Bodies) -> Iterator[tuple[int, str]]:
    """Divisions of a local by a constant."""
    for number, (dividend, divisor, row) in runs(bodies, 3):
        if dividend.op.name == "local.get" and operation(divisor) == "const":
            value = divisor.immediates[0]
            yield number, f"{row.op.name} {'2^k' if value.bit_count() == 1 < value < 1 << 31 else value}"


def test_locals_are_divided_by_one_and_minus_one_and_powers_of_two() -> None:
    rows = [f"{kind}.{name}" for kind in ("i32", "i64") for name in ("div_s", "rem_s", "div_u", "rem_u")]
    holds(remainders(generated()), *(f"{row} {by}" for row in rows for by in (1, "2^k")))
    holds(remainders(generated()), f"i32.rem_s {(1 << 32) - 1}", f"i64.rem_u {(1 << 64) - 1}", f"i64.rem_s {1 << 63}")
