"""The process that owns an engine, and what it is asked to do.

A driver is small and knows neither our values nor our protocol.  It holds *worlds* (stores) and *externs*, which it
numbers.  Messages are framed as in `oracles.wire`; bytes are base64.

    request                                              reply
    {"op": "hello"}                                      {"version"}
    {"op": "validate", "wasm"}                           {} or {"failed"}
    {"op": "open", "wasm"}                               {"world", "exports": [extern…]}
    {"op": "host", "world"}                              {"extern"}
    {"op": "load", "world", "check", "wasm", "imports":  {"exports": [extern…]} or {"failed"}
     [extern…]}
    {"op": "global", "world", "mutable", "value"}        {"extern"}
    {"op": "call", "world", "function", "in": BYTES,     {"out": BYTES, "refs": [REF…]} or {"failed"}
     "refs": [[slot, REF]…], "out", "out_refs": [[slot, "extern" or "func"]…]}
    {"op": "look", "world", "memories", "tables"}        {"memories": [MEMORY…], "tables": [[REF…]…]}
    {"op": "close", "world"}                             {}

    failed  [kind, message]; kind is "invalid" (the module), "unlinkable", "unsupported" (the engine cannot compile it),
            or "trapped" (code ended so; the engine's words tell how)
    REF     null, ["extern", number] or ["func", extern]; the extern is -1 for a function that nobody has named, and
            null where the engine cannot tell functions apart
            where `Kind.references` does not hold, `refs` and `out_refs` are empty, since slots hold such values, and
            each of `tables` is asked for as [extern, "func"], or [function, "extern"], a shim's that walks through it
    MEMORY  as `wire_state.from_memory` writes one

`open` instantiates the ground module of `shims`, whose first export is the *scratch* memory; the others are the scratch
tables for references, where there are any.  `check`, where it is not empty, is the module that must be valid, and
`wasm` the one that runs in its place.  A `call` writes `in` to the start of the scratch memory, `refs` to the scratch
tables, calls, and reads back.  While a `call` or `load` runs, wasm may call the function that `host` made; the driver
then says `{"host": BYTES}`, the first bytes of the scratch memory (as many as its word at `shims.COUNT_AT` tells), with
`"refs"`, the non-null elements at the start of its tables; it writes the `{"in": BYTES}` it is answered back, and goes
on.
"""

from collections.abc import Callable, Sequence
from time import monotonic

from .. import wire
from ..child import Child, EngineLate, EngineLost, Late
from ..protocol import Crashed, TimedOut
from ..wire import Json, Message

GRACE_S = 20.0
"""Seconds for everything that no module's code can delay: starting, compiling, copying."""

Host = Callable[[Message], Message]
"""Answers a `{"host": …}` message."""


class Driver:
    """A driver's process.  A dead one is replaced by `fresh`, which gives a new `Driver`."""

    def __init__(self, command: Sequence[str]) -> None:
        """Starts it; `EngineLost` when it does not greet."""
        self.command = tuple(command)
        self._child = Child(command)
        self.hello = self.ask({"op": "hello"})

    @property
    def alive(self) -> bool:
        return self._child.alive

    @property
    def pid(self) -> int:
        return self._child.pid

    def ask(self, request: Message) -> Message:
        """Asks what no module's code can delay; `EngineLost` when there is no answer."""
        try:
            return self._child.ask(request, GRACE_S)
        except Late:
            raise EngineLate(request["op"], GRACE_S) from None

    def run(self, request: Message, deadline_s: float, grace_s: float, host: Host) -> Message | Crashed | TimedOut:
        """Asks for something that runs wasm: a dead driver and a late one are outcomes."""
        if not self.alive:
            return Crashed("the engine's process is gone")
        until = monotonic() + deadline_s + grace_s
        try:
            reply = self._child.ask(request, until - monotonic())
            while "host" in reply:
                reply = self._child.ask(host(reply), max(0.0, until - monotonic()))
        except EngineLost as lost:
            return Crashed(str(lost))
        except Late:
            return TimedOut(deadline_s)
        return reply

    def close(self) -> None:
        self._child.close()


def externs(reply: Message) -> list[int]:
    """The externs in a reply to `open` or `load`."""
    return [number for number in _items(reply["exports"]) if isinstance(number, int)]


def failure(reply: Message) -> tuple[str, str] | None:
    """Kind and message of a `failed`, None where there is none."""
    if "failed" not in reply:
        return None
    kind, message = _items(reply["failed"])
    return str(kind), str(message)


def references(value: Json) -> list[tuple[str, int | None] | None]:
    """The references in a reply: kind and number, None for null."""
    found: list[tuple[str, int | None] | None] = []
    for item in _items(value):
        if item is None:
            found.append(None)
            continue
        kind, number = _items(item)
        found.append((str(kind), number if isinstance(number, int) else None))
    return found


def _items(value: Json) -> Sequence[Json]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise wire.MessageError(f"expected a list, found {value!r:.80}")
    return value
