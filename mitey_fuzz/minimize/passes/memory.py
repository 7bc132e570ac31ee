"""Less and nearer data: segments lose what is not needed at their front, and move to address 0 with their reader."""

from collections.abc import Iterator
from dataclasses import replace

from jit.wasm.body import Instr, const, expr, parse
from jit.wasm.module import Data, Expr, Mode
from jit.wasm.opcodes import BY_NAME, Imm
from jit.wasm.types import I32

from ..draft import Draft
from ..problem import Problem
from ..search import put

_CONST = BY_NAME["i32.const"]
_WIDEST = 16
"""Bytes of the widest access."""


def data(problem: Problem) -> None:
    """Segments move and shrink from the front; their bytes become zero, or all ones."""
    for at in range(len(problem.best.module.datas)):
        problem.accept_any(_at_home(problem.best, at))
        _later(problem, at)
        _plainer(problem, at)


def _with_segment(draft: Draft, at: int, segment: Data) -> Draft:
    return draft.with_module(replace(draft.module, datas=put(draft.module.datas, at, segment)))


def address_of(offset: Expr | None) -> int | None:
    """Where a segment goes, where that is a constant."""
    instrs = parse(offset.code) if offset else []
    return instrs[0].immediates[0] if len(instrs) == 2 and instrs[0].op is _CONST else None


def _moved(segment: Data, skipped: int) -> Data | None:
    """The segment without its first bytes, the others where they were."""
    start = address_of(segment.offset)
    if segment.mode is not Mode.ACTIVE or start is None:
        return None
    return replace(segment, offset=expr(const(I32, start + skipped)), content=segment.content[skipped:])


def _later(problem: Problem, at: int) -> None:
    size = len(problem.best.module.datas[at].content)
    while size:
        segment = problem.best.module.datas[at]
        shorter = _moved(segment, size) if size <= len(segment.content) else None
        if shorter is None or not problem.accept(_with_segment(problem.best, at, shorter)):
            size //= 2


def _plainer(problem: Problem, at: int) -> None:
    for place in range(len(problem.best.module.datas[at].content)):
        segment = problem.best.module.datas[at]
        for byte in (0, 1, 0x80, 0xFF):
            if segment.content[place] == byte:
                break
            content = segment.content[:place] + bytes((byte,)) + segment.content[place + 1 :]
            if problem.settle(_with_segment(problem.best, at, replace(segment, content=content))):
                break


def _at_home(draft: Draft, at: int) -> Iterator[Draft]:
    """The segment at address 0 and one access to it likewise."""
    segment = draft.module.datas[at]
    start = address_of(segment.offset)
    if segment.mode is not Mode.ACTIVE or not start:
        return
    for index, instrs in enumerate(draft.bodies):
        for place, instr in enumerate(instrs):
            offset = _offset(instrs, place)
            if instr.op is not _CONST:
                continue
            skipped = instr.immediates[0] + offset - start
            if not -_WIDEST < skipped < len(segment.content):
                continue
            first = expr(const(I32, max(-skipped, 0)))
            home = replace(segment, offset=first, content=segment.content[max(skipped, 0) :])
            body = list(instrs)
            body[place] = const(I32, 0)
            if offset:
                align, _, *rest = instrs[place + 1].immediates
                body[place + 1] = instrs[place + 1]._replace(immediates=(align, 0, *rest))
            yield _with_segment(draft.with_body(index, tuple(body)), at, home)


def _offset(instrs: tuple[Instr, ...], place: int) -> int:
    """The offset that an access directly behind an instruction adds to it."""
    follower = instrs[place + 1] if place + 1 < len(instrs) else instrs[place]
    return follower.immediates[1] if follower.op.immediates[:1] == (Imm.MEMARG,) else 0
