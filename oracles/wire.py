"""The protocol as messages, for an engine in another process and in any language.

`PROTOCOL.md` explains to its author what is only listed here.

A message is a length (four bytes, little endian) and that many bytes of UTF-8 JSON, `MOST_BYTES` at most: one object,
whose brace comes first.  The harness sends a request and waits for the one reply.  Bits are hexadecimal strings
(`"0x7fc00000"`), since JSON's numbers are floats; bytes are base64; a value is a pair of type name and bits (`["f32",
"0x7fc00000"]`); features are written as `Features.parse` reads them (`"wasm-1.0+multi-value"`).  Stores and instances
are numbers the engine chooses.

    request                                                      reply
    {"op": "hello", "protocol": 1, "features": F}                {"name", "version", "features", …}
    {"op": "validate", "wasm": BYTES}                            {} or {"outcome": O}
    {"op": "open"}                                               {"store": N}
    {"op": "define", "store": N, "module", "name", "item": I}    {}
    {"op": "register", "store": N, "module", "instance": N}      {}
    {"op": "instantiate", "store": N, "wasm", "deadline_s"}      {"instance": N} or {"outcome": O}
    {"op": "call", "instance": N, "export", "args",              {"outcome": O}
     "deadline_s"}
    {"op": "read_global", "instance": N, "export"}               {"value": V}
    {"op": "snapshot", "instance": N}                            {"snapshot": S}
    {"op": "close", "store": N}                                  {}

    O  {"kind": "returned", "values": [V…]}         {"kind": "rejected", "phase", "message", "offset": number or null}
       {"kind": "trapped", "trap", "message"}       {"kind": "exhausted", "what"}      {"kind": "crashed", "message"}
       {"kind": "timed-out", "seconds"}             {"kind": "unsupported", "reason"}
    I  {"kind": "func", "params", "results", "silent"}, with "calls_back": [module, export] where it does
       {"kind": "memory", "minimum", "maximum"}
       {"kind": "global", "type", "mutable", "value": V}       {"kind": "table", "element", "minimum", "maximum"}
    S  {"memories": [[name, M]…], "globals": [[name, V]…], "tables": [[name, [token…]]…],
        "host_calls": [[name, [V…]]…]}
    M  {"size": bytes, "runs": [[offset, BYTES]…]}: everything between the runs is zero

A request that cannot be meant (no such export, wrong argument types) is answered `{"misuse": "key" or "value",
"message"}`.  Any other failure ends the engine's process.  Phases and traps have the core test suite's words
(`"malformed"`, `"integer overflow"`).  The process ends when its input does; what it says on stderr is reported if it
dies.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, assert_never

from jit.wasm.features import Features
from jit.wasm.types import FuncType, GlobalType, Limits, MemoryType, TableType, TrapKind, Value, valtype

from .protocol import (
    CallBack,
    Capabilities,
    Crashed,
    Exhausted,
    HostFunc,
    HostGlobal,
    HostItem,
    HostMemory,
    HostTable,
    Outcome,
    Phase,
    Rejected,
    Returned,
    TimedOut,
    Trapped,
    Unsupported,
)

VERSION = 1
LENGTH_BYTES = 4
MOST_BYTES = 3 << 29
"""Room for a memory of 1 GiB, the most that `interp` has, without a zero in it, and the largest table beside it."""

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Message: TypeAlias = Mapping[str, Json]


class MessageError(Exception):
    """A message is not of the shape this module documents."""


def pack(message: Message) -> bytes:
    """The bytes of a message, its length first."""
    body = json.dumps(message, separators=(",", ":")).encode()
    return len(body).to_bytes(LENGTH_BYTES, "little") + body


def unpack(body: bytes) -> Message:
    """The message of these bytes, without the length; `MessageError` when it is none."""
    try:
        message: Json = json.loads(body)
        if b"\\u" in body:  # it may be half of a surrogate pair, which is no Unicode and cannot be printed
            message = json.loads(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace"))
    except ValueError as error:
        raise MessageError(f"not JSON: {error}") from error
    return as_object(message)


# Reading JSON whose shape is not known yet


def as_object(value: Json) -> Message:
    if not isinstance(value, Mapping):
        raise MessageError(f"expected an object, found {value!r:.80}")
    return value


def as_list(value: Json) -> Sequence[Json]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise MessageError(f"expected a list, found {value!r:.80}")
    return value


def named(value: Json) -> tuple[str, Json]:
    pair = as_list(value)
    if len(pair) != 2 or not isinstance(pair[0], str):
        raise MessageError(f"expected a pair of a name and something, found {value!r:.80}")
    return pair[0], pair[1]


def string(value: Json) -> str:
    if not isinstance(value, str):
        raise MessageError(f"expected a string, found {value!r:.80}")
    return value


def field(message: Message, key: str) -> Json:
    if key not in message:
        raise MessageError(f"no {key!r} in {message!r:.80}")
    return message[key]


def text(message: Message, key: str) -> str:
    return string(field(message, key))


def number(message: Message, key: str) -> int:
    value = field(message, key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MessageError(f"expected an integer as {key!r}, found {value!r:.80}")
    return value


def seconds(message: Message, key: str) -> float:
    value = field(message, key)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise MessageError(f"expected a number as {key!r}, found {value!r:.80}")
    return float(value)


def flag(message: Message, key: str) -> bool:
    value = field(message, key)
    if not isinstance(value, bool):
        raise MessageError(f"expected true or false as {key!r}, found {value!r:.80}")
    return value


def _maybe_number(message: Message, key: str) -> int | None:
    return None if field(message, key) is None else number(message, key)


# Bytes and values


def from_bytes(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def to_bytes(value: Json) -> bytes:
    try:
        return base64.b64decode(string(value), validate=True)
    except ValueError as error:
        raise MessageError(f"not base64: {error}") from error


def from_value(value: Value) -> Json:
    return [value.type.name, f"{value.bits:#x}"]


def to_value(value: Json) -> Value:
    name, bits = named(value)
    try:
        type, pattern = valtype(name), int(string(bits), 16)
    except (KeyError, ValueError) as error:
        raise MessageError(f"not a value: {value!r:.80}") from error
    if not 0 <= pattern < 1 << type.bits:
        raise MessageError(f"bits do not fit the type: {value!r:.80}")
    return Value(type, pattern)


def from_values(many: Sequence[Value]) -> Json:
    return [from_value(v) for v in many]


def to_values(value: Json) -> tuple[Value, ...]:
    return tuple(to_value(v) for v in as_list(value))


# Outcomes


def from_outcome(outcome: Outcome) -> Message:
    match outcome:
        case Returned(results):
            return {"kind": "returned", "values": from_values(results)}
        case Trapped(kind, message):
            return {"kind": "trapped", "trap": kind.value, "message": message}
        case Exhausted(what):
            return {"kind": "exhausted", "what": what}
        case Rejected(phase, message, offset):
            return {"kind": "rejected", "phase": phase.value, "message": message, "offset": offset}
        case Crashed(message):
            return {"kind": "crashed", "message": message}
        case TimedOut(duration):
            return {"kind": "timed-out", "seconds": duration}
        case Unsupported(reason):
            return {"kind": "unsupported", "reason": reason}
        case _:
            assert_never(outcome)


def to_outcome(value: Json) -> Outcome:
    message = as_object(value)
    kind = text(message, "kind")
    reader = _OUTCOMES.get(kind)
    if reader is None:
        raise MessageError(f"unknown outcome {kind!r}; there are {', '.join(_OUTCOMES)}")
    try:
        return reader(message)
    except ValueError as error:  # of an enumeration
        raise MessageError(str(error)) from error


_OUTCOMES: dict[str, Callable[[Message], Outcome]] = {
    "returned": lambda m: Returned(to_values(field(m, "values"))),
    "trapped": lambda m: Trapped(TrapKind(text(m, "trap")), text(m, "message")),
    "exhausted": lambda m: Exhausted(text(m, "what")),
    "rejected": lambda m: Rejected(Phase(text(m, "phase")), text(m, "message"), _maybe_number(m, "offset")),
    "crashed": lambda m: Crashed(text(m, "message")),
    "timed-out": lambda m: TimedOut(seconds(m, "seconds")),
    "unsupported": lambda m: Unsupported(text(m, "reason")),
}


# Host items


def from_item(item: HostItem) -> Message:
    match item:
        case HostFunc(type, silent, back):
            params, results = [t.name for t in type.params], [t.name for t in type.results]
            message: Message = {"kind": "func", "params": params, "results": results, "silent": silent}
            return message if back is None else {**message, "calls_back": [back.module, back.export]}
        case HostGlobal(type, value):
            return {"kind": "global", "type": type.type.name, "mutable": type.mutable, "value": from_value(value)}
        case HostMemory(type):
            return {"kind": "memory", "minimum": type.limits.minimum, "maximum": type.limits.maximum}
        case HostTable(type):
            limits = type.limits
            return {
                "kind": "table",
                "element": type.element.name,
                "minimum": limits.minimum,
                "maximum": limits.maximum,
            }
        case _:
            assert_never(item)


def to_item(value: Json) -> HostItem:
    message = as_object(value)
    try:
        match text(message, "kind"):
            case "func":
                params, results = (
                    tuple(valtype(string(t)) for t in as_list(field(message, side))) for side in ("params", "results")
                )
                return HostFunc(FuncType(params, results), flag(message, "silent"), _call_back(message))
            case "global":
                type = GlobalType(valtype(text(message, "type")), flag(message, "mutable"))
                return HostGlobal(type, to_value(field(message, "value")))
            case "memory":
                return HostMemory(MemoryType(_limits(message)))
            case "table":
                return HostTable(TableType(valtype(text(message, "element")), _limits(message)))
            case kind:
                raise MessageError(f"unknown host item {kind!r}; there are func, global, memory, table")
    except KeyError as error:
        raise MessageError(f"unknown value type {error}") from error


def _call_back(message: Message) -> CallBack | None:
    if "calls_back" not in message:
        return None
    module, export = named(message["calls_back"])
    return CallBack(module, string(export))


def _limits(message: Message) -> Limits:
    return Limits(number(message, "minimum"), _maybe_number(message, "maximum"))


# Capabilities


def from_capabilities(can: Capabilities) -> Message:
    """What an engine says about itself when it is greeted."""
    return {
        "features": str(can.features),
        "front_end": can.front_end,
        "reads_state": can.reads_state,
        "tells_phases": can.tells_phases,
        "open_ended": can.open_ended,
        "indistinct": [sorted(kind.value for kind in group) for group in can.indistinct],
        "names_functions": can.names_functions,
        "links": can.links,
        "host_references": can.host_references,
        "calls_back": can.calls_back,
    }


def to_capabilities(message: Message) -> Capabilities:
    """Reads a greeting.  Only features and front end must be told; the rest defaults to what most engines are."""

    def told(key: str, *, default: bool) -> bool:
        return flag(message, key) if key in message else default

    try:
        return Capabilities(
            Features.parse(text(message, "features")),
            text(message, "front_end"),
            reads_state=told("reads_state", default=True),
            tells_phases=told("tells_phases", default=True),
            open_ended=told("open_ended", default=False),
            indistinct=tuple(
                frozenset(TrapKind(string(kind)) for kind in as_list(group))
                for group in as_list(message.get("indistinct", []))
            ),
            names_functions=told("names_functions", default=True),
            links=told("links", default=True),
            host_references=told("host_references", default=True),
            calls_back=told("calls_back", default=False),
        )
    except ValueError as error:  # of the features or a kind of trap
        raise MessageError(str(error)) from error
