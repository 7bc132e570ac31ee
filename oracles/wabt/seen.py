"""From what a run printed to values, host calls and state: the mirror of `probes` and `hostcode`."""

from collections import deque
from collections.abc import Mapping, Sequence

from jit.wasm.module import ExternKind, Module
from jit.wasm.types import EXTERNREF, NULL, PAGE, ValType, Value

from ..protocol import FOREIGN, HostCall, HostFunc, Snapshot
from .code import WORDS, words
from .tool import Event, Frame, Ref

Events = deque[Event]
"""What is yet to be read."""

_MARK, _CHUNK = 2, WORDS + 1  # words by which such a print is known


class Names:
    """Which function is which, by what `probes.names` printed; `lowest` gives the lowest index of a function that has
    several."""

    def __init__(self, events: Events, lowest: Mapping[int, int]) -> None:
        numbers = [event.number for event in events if isinstance(event, Ref)]
        self._indices = {number: lowest.get(n, n) for n, number in enumerate(numbers)}

    def bits(self, ref: Ref) -> int:
        """A reference as the protocol gives it."""
        return NULL if ref.number == 0 else self._indices.get(ref.number, FOREIGN)

    def token(self, ref: Ref) -> str:
        """An element of a table; a host reference that is not null cannot be, and is shown by wabt's number."""
        if ref.number == 0:
            return "null"
        if ref.kind == EXTERNREF.name:
            return f"extern:{ref.number}"
        bits = self.bits(ref)
        return "foreign" if bits == FOREIGN else f"func:{bits}"


def host_calls(frame: Frame, hosts: Sequence[tuple[str, HostFunc]]) -> tuple[list[HostCall], Events]:
    """The host calls among what was printed, and the rest.  `hosts` are the host functions by number."""
    calls: list[HostCall] = []
    rest: Events = deque()
    events = deque(frame.events)
    while events:
        event = events.popleft()
        if isinstance(event, Ref) or len(event) != _MARK:
            rest.append(event)
            continue
        name, item = hosts[event[0]]
        calls.append(HostCall(name, tuple([_argument(type, events) for type in item.type.params])))
    return calls, rest


def _argument(type: ValType, events: Events) -> Value:
    return Value(type, _words(events)[0]) if type.is_ref else _number(type, events)


def _words(events: Events) -> tuple[int, ...]:
    event = events.popleft()
    assert not isinstance(event, Ref), "the functions that print are our own"
    return event


def _ref(events: Events) -> Ref:
    event = events.popleft()
    assert isinstance(event, Ref), "the functions that print are our own"
    return event


def _number(type: ValType, events: Events) -> Value:
    return Value(type, sum(_words(events)[0] << 64 * n for n in range(len(words(type)))))


def values(types: Sequence[ValType], events: Events, names: Names) -> tuple[Value, ...]:
    """The values of these types that were printed next."""
    return tuple([Value(t, names.bits(_ref(events))) if t.is_ref else _number(t, events) for t in types])


def state(module: Module, events: Events, names: Names, trace: Sequence[HostCall]) -> Snapshot:
    """The state that `probes.state` printed, with the host calls so far."""
    memories: list[tuple[str, bytes]] = []
    globals_: list[tuple[str, Value]] = []
    tables: list[tuple[str, tuple[str, ...]]] = []
    for export in module.exports:
        if export.kind is ExternKind.MEMORY:
            memories.append((export.name, _memory(events)))
        elif export.kind is ExternKind.GLOBAL:
            (value,) = values((module.global_types[export.index].type,), events, names)
            globals_.append((export.name, value))
        elif export.kind is ExternKind.TABLE:
            tables.append((export.name, _table(events, names)))
    return Snapshot(tuple(memories), tuple(globals_), tuple(tables), tuple(trace))


def _memory(events: Events) -> bytes:
    memory = bytearray(_words(events)[0] * PAGE)
    while events and not isinstance(events[0], Ref) and len(events[0]) == _CHUNK:
        address, *content = _words(events)
        memory[address : address + 8 * WORDS] = b"".join(word.to_bytes(8, "little") for word in content)
    return bytes(memory)


def _table(events: Events, names: Names) -> tuple[str, ...]:
    tokens = ["null"] * _words(events)[0]
    while events and not isinstance(events[0], Ref) and len(events[0]) == _MARK:
        at, _ = _words(events)
        tokens[at] = names.token(_ref(events))
    return tuple(tokens)
