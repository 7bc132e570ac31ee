"""Calls, by index and through a table: of a function that is finished, an imported one, or one drawn for it now."""

from jit.wasm.body import instruction
from jit.wasm.opcodes import op

from ..generate.candidates import constant
from ..generate.emit import plain
from .body import Body, most_results, some, zero
from .draft import CALLED

_CALL, _CALL_INDIRECT = op("call"), op("call_indirect")
_FAR = constant("i", 0x7FFF_FFFF)
_AND = plain("i32.and")
OFTEN_NEW = 8
"""Of so many choices of what is called, half are a new function."""


def any_function(body: Body) -> int | None:
    """The index of a function of any type; None where there is none."""
    return _function(body, None)


def _function(body: Body, results: str | None) -> int | None:
    """The index of a function with these results, or any, made if need be; None if there can be none.

    Where there is none yet, the simplest choice makes one for which nothing is drawn.
    """
    draft, drawing = body.draft, body.drawing
    fitting = [k for k, (_, given) in enumerate(draft.functions) if results is None or given == results]
    can_begin = draft.begun < draft.most
    number = drawing.below(OFTEN_NEW)
    if can_begin and number >= OFTEN_NEW // 2:
        return _drawn(body, results)
    if fitting:
        return fitting[number % len(fitting)]
    return body.beside("", results or "").finish_simplest() if can_begin else None


def _drawn(body: Body, results: str | None) -> int:
    """One more function, with these results or any."""
    params = body.drawing.one(some(body.features, 2))
    if results is None:
        results = body.drawing.one(some(body.features, most_results(body.features)))
    return body.beside(params, results).finish()


def _call(body: Body, function: int, depth: int) -> bytes:
    return body.values(body.draft.functions[function][0], depth) + instruction(_CALL, function)


def _indirect(body: Body, function: int, depth: int) -> bytes:
    """A call through the table: mostly of this function, or of another one that lies there, or of none."""
    draft = body.draft
    table = draft.table(CALLED)  # first: without reference types arguments could take the only one
    params, results = draft.functions[function]
    arguments = body.values(params, depth)
    slot = draft.slot(function)
    filled = len(draft.slots)  # none of those that are put there later: they may come back here
    way = body.drawing.below(6)
    if way <= 2:
        target = constant("i", slot)
    elif way <= 4:
        target = body.value("i", depth) + constant("i", (1 << filled.bit_length() - 1) - 1) + _AND
    else:
        target = body.drawing.one((_FAR, constant("i", draft.slot_count - 1)))
    return arguments + target + instruction(_CALL_INDIRECT, draft.types.index(params, results), table)


def _through_table(body: Body, results: str | None, depth: int = 1) -> tuple[bytes, str] | None:
    """Like `_direct` through the table, where there can be one."""
    function = _function(body, results)
    if function is None:
        return None
    how = _indirect if body.draft.can_have_table(CALLED) else _call
    return how(body, function, depth), body.draft.functions[function][1]


def _direct(body: Body, results: str | None, depth: int = 1) -> tuple[bytes, str] | None:
    """A call of a function with these results, or any, and what they are; None if there can be no such function."""
    function = _function(body, results)
    return None if function is None else (_call(body, function, depth), body.draft.functions[function][1])


def value_of_call(body: Body, letter: str, depth: int) -> bytes:
    drawn = _direct(body, letter, depth)
    return drawn[0] if drawn else zero(letter)


def value_of_indirect_call(body: Body, letter: str, depth: int) -> bytes:
    drawn = _through_table(body, letter, depth)
    return drawn[0] if drawn else zero(letter)


def call(body: Body) -> bytes:
    drawn = _direct(body, None)
    return drawn[0] + body.sinks(drawn[1]) if drawn else b""


def call_indirect(body: Body) -> bytes:
    drawn = _through_table(body, None)
    return drawn[0] + body.sinks(drawn[1]) if drawn else b""
