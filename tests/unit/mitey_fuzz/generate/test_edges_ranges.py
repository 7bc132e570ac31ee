"""Ranges of nothing, ranges that overlap by all but a little, dropped segments, and offsets with one bit too many."""

from collections.abc import Iterator

from jit.wasm.body import Instr
from jit.wasm.module import Mode, Module
from jit.wasm.opcodes import Family
from support.bodies import Bodies, generated, holds, operation, runs

_ROWS = tuple(f"{of}.{what}" for of in ("memory", "table") for what in ("fill", "copy", "init"))
_SEGMENT = {"memory.init": "data", "table.init": "elem"}


def _constant(instr: Instr) -> int | None:
    return instr.immediates[0] % (1 << 32) if instr.op.name == "i32.const" else None


def test_nothing_is_filled_or_copied_one_past_an_end() -> None:
    """The length is zero, and one of the starts some size and 1."""

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, run in runs(bodies, 6):
            name = run[5].op.name
            if name in _ROWS and _constant(run[4]) == 0 and run[3].op.name == "i32.add" and _constant(run[2]) == 1:
                yield number, name

    holds(found(generated()), *(row for row in _ROWS if not row.endswith("fill")))


def test_copies_of_several_pieces_go_up_and_down_by_little() -> None:
    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, run in runs(bodies, 4):
            to, source, length = map(_constant, run[:3])
            if to is None or source is None or length is None or not 0 < abs(to - source) <= 40:
                continue
            if run[3].op.name == "memory.copy":
                yield number, f"{'up' if to > source else 'down'} {max(p for p in (0, 16, 32, 64, 128) if p < length)}"
            elif run[3].op.name == "table.copy" and length > abs(to - source):
                yield number, f"slots {'up' if to > source else 'down'}"

    wanted = [f"{way} {piece}" for way in ("up", "down") for piece in (16, 32, 64, 128)]
    holds(found(generated()), *wanted, "slots up", "slots down")


def _mode(module: Module, instr: Instr) -> str:
    segments = module.elems if instr.op.family is Family.TABLE else module.datas
    return segments[instr.immediates[0]].mode.name


def test_bodies_name_segments_of_every_mode() -> None:
    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, module, _, _, body in bodies:
            for instr in body:
                if operation(instr) in ("init", "drop"):
                    yield number, f"{instr.op.name} {_mode(module, instr)}"

    rows = ("memory.init", "table.init", "data.drop", "elem.drop")
    of_elems = [f"{row} {Mode.DECLARATIVE.name}" for row in ("table.init", "elem.drop")]
    holds(
        found(generated()), *(f"{row} {mode.name}" for row in rows for mode in (Mode.ACTIVE, Mode.PASSIVE)), *of_elems
    )


def test_offsets_have_one_bit_too_many_in_accesses_of_all_kinds() -> None:
    def kind(instr: Instr) -> str:
        name = instr.op.name
        return "lane" if "lane" in name else "splat" if "splat" in name else operation(instr).partition("_")[0]

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, _, _, _, body in bodies:
            for instr in body:
                if instr.op.width and len(instr.immediates) > 1 and (offset := instr.immediates[1]) >= 1 << 20:
                    yield number, f"{kind(instr)} {offset.bit_length() - 1}"
                    yield number, kind(instr)

    holds(found(generated()), *(f"{kind} {bit}" for kind in ("load", "store") for bit in (24, 31)), "lane")


def test_copies_between_two_tables_go_past_the_end_of_either() -> None:
    """A start is the table's size, and 1 more than what the length leaves."""

    def is_past(size: Instr, add: Instr, start: Instr, length: Instr) -> bool:
        is_start = size.op.name == "table.size" and add.op.name == "i32.add"
        return is_start and _constant(start) == (1 - (_constant(length) or 0)) % (1 << 32)

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, run in runs(bodies, 6):
            if run[5].op.name != "table.copy" or len(set(run[5].immediates)) < 2:
                continue
            if is_past(run[1], run[3], run[2], run[4]):
                yield number, "source"
            elif is_past(run[0], run[2], run[1], run[4]):
                yield number, "destination"

    holds(found(generated()), "source", "destination")


def test_one_segment_is_used_right_behind_the_drop_of_another() -> None:
    """The one that is used comes before the other or behind it, and may be the last of all."""

    def found(bodies: Bodies) -> Iterator[tuple[int, str]]:
        for number, module, _, _, body in bodies:
            for at, used in enumerate(body):
                drops = [i for i in body[max(0, at - 6) : at] if i.op.name == f"{_SEGMENT.get(used.op.name)}.drop"]
                if not drops or drops[-1].immediates[0] == used.immediates[0] or _mode(module, used) != "PASSIVE":
                    continue
                way = "before" if used.immediates[0] < drops[-1].immediates[0] else "behind"
                is_last = (
                    used.immediates[0] == len(module.elems if used.op.family is Family.TABLE else module.datas) - 1
                )
                yield number, f"{used.op.name} {'last' if is_last else way}"

    holds(found(generated()), *(f"{row} {place}" for row in _SEGMENT for place in ("before", "behind", "last")))
