"""The formats of `corpus/` and `crashes/`: cases, outcomes and host items as JSON, both ways.

Format version 2; a case without companions and calls back is written as version 1, which lacks nothing else.  A case
file holds everything needed to run it again, the modules included, so that it replays after any change of the
generator.  Values are written `type:0xbits`.  Reading checks everything and raises `FormatError` naming what was
expected.
"""

import base64
import json
import re
from typing import TypeVar

from jit.limits import MAX_MEMORY_PAGES
from jit.wasm.types import BY_NAME, FuncType, GlobalType, Limits, MemoryType, TableType, ValType, Value
from oracles.protocol import (
    CallBack,
    Crashed,
    Exhausted,
    HostFunc,
    HostGlobal,
    HostItem,
    HostMemory,
    HostTable,
    Outcome,
    Rejected,
    Returned,
    Snapshot,
    TimedOut,
    Trapped,
    Unsupported,
)

from ..case import Call, Case, Companion, Definition
from ..triage.cause import Cause

FORMATS = (1, 2)
MAX_TABLE_SIZE = (1 << 32) - 1
"""spec: `valid-tabletype`."""

_INTEGER = re.compile(r"-?[0-9]+")

JsonObject = dict[str, object]
T = TypeVar("T")


class FormatError(Exception):
    """A stored file does not have the form that this version reads."""


def get(data: object, key: str, kind: type[T]) -> T:
    """The member `key` of a JSON object, which must be there and of this kind."""
    if not isinstance(data, dict):
        raise FormatError(f"expected an object with {key!r}, found {type(data).__name__}")
    if not isinstance(data.get(key), kind) or (kind is int and isinstance(data[key], bool)):
        raise FormatError(f"{key!r} must be {kind.__name__}, found {data.get(key)!r:.60}")
    value: T = data[key]
    return value


def strings(data: object, key: str) -> tuple[str, ...]:
    """A member that is a list of strings."""
    items = get(data, key, list)
    if not all(isinstance(item, str) for item in items):
        raise FormatError(f"{key!r} must hold strings only")
    return tuple(items)


def dumps(data: JsonObject) -> bytes:
    """JSON as it stands in our files: readable, keys in our order, one final newline.

    Half of a surrogate pair, as in the name of a file that is no UTF-8, is read back as what it was.
    """
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def text(content: str) -> bytes:
    """Text as it stands in our files, for people: what is no Unicode is escaped."""
    return content.encode("utf-8", "backslashreplace")


def loads(content: bytes) -> object:
    """Reads JSON; `FormatError` names line and column of what is not."""
    try:
        parsed: object = json.loads(content)
    except ValueError as e:
        raise FormatError(f"not JSON: {e}") from e
    return parsed


def case_to_json(case: Case) -> JsonObject:
    linked: JsonObject = {"companions": [{"name": c.name, "wasm": _base64(c.wasm)} for c in case.companions]}
    return {
        "format": 2 if case.companions or case.calls_back else 1,
        "digest": case.digest(),
        "wasm": _base64(case.wasm),
        **(linked if case.companions else {}),
        "imports": [{"module": d.module, "name": d.name, **_item_to_json(d.item)} for d in case.imports],
        "script": [{"call": c.export, "args": [str_of(a) for a in c.args]} for c in case.script],
        "choices": None if case.choices is None else " ".join(map(str, case.choices)),
    }


def case_from_json(data: object) -> Case:
    """The case in the JSON that `case_to_json` made, or a later writer of the same format."""
    version = get(data, "format", int)
    if version not in FORMATS:
        raise FormatError(f"format {version} is neither 1 nor 2: replay it with the version that wrote it")
    script = tuple(
        Call(get(c, "call", str), tuple(map(value_of, strings(c, "args")))) for c in get(data, "script", list)
    )
    imports = tuple(
        Definition(get(d, "module", str), get(d, "name", str), _item_from_json(d)) for d in get(data, "imports", list)
    )
    linked = get(data, "companions", list) if isinstance(data, dict) and "companions" in data else []
    companions = tuple(Companion(get(c, "name", str), _wasm(c)) for c in linked)
    return Case(_wasm(data), script, imports, _choices_from_json(data), companions)


def _base64(wasm: bytes) -> str:
    return base64.b64encode(wasm).decode()


def _wasm(data: object) -> bytes:
    try:
        return base64.b64decode(get(data, "wasm", str), validate=True)
    except ValueError as e:
        raise FormatError(f"'wasm' is not base64: {e}") from e


def _choices_from_json(data: object) -> tuple[int, ...] | None:
    if not isinstance(data, dict) or data.get("choices") is None:
        return None
    numbers = get(data, "choices", str).split()
    if not all(_INTEGER.fullmatch(number) for number in numbers):
        raise FormatError("'choices' must be numbers separated by spaces")
    return tuple(map(int, numbers))


def str_of(value: Value) -> str:
    """`type:0xbits`."""
    return f"{value.type.name}:{value.bits:#x}"


def value_of(text: str) -> Value:
    """Reads `type:0xbits`."""
    name, _, bits = text.partition(":")
    kind = _valtype(name)
    try:
        number = int(bits, 0)
    except ValueError as e:
        raise FormatError(f"{text!r} is not a value; expected type:0xbits") from e
    if not 0 <= number < 1 << kind.bits:
        raise FormatError(f"{text!r}: the bits do not fit the type")
    return Value(kind, number)


def outcome_to_json(outcome: Outcome | Snapshot) -> JsonObject:
    """An outcome for people and scripts; a snapshot is summed up by its globals and sizes."""
    match outcome:
        case Returned(values):
            return {"returned": [str_of(v) for v in values]}
        case Trapped(kind, message):
            return {"trapped": kind.value, "message": message}
        case Exhausted(what):
            return {"exhausted": what}
        case Rejected(phase, message, offset):
            return {"rejected": phase.value, "message": message, "offset": offset}
        case Crashed(message):
            return {"crashed": message}
        case TimedOut(seconds):
            return {"timed_out": seconds}
        case Unsupported(reason):
            return {"unsupported": reason}
        case Snapshot(memories, globals_, tables, calls):
            return {
                "memories": {name: len(content) for name, content in memories},
                "globals": {name: str_of(value) for name, value in globals_},
                "tables": {name: len(row) for name, row in tables},
                "host_calls": len(calls),
            }


def cause_to_json(cause: Cause | None) -> JsonObject | None:
    """A cause for people and scripts."""
    if cause is None:
        return None
    return {
        "culprit": cause.culprit,
        "effect": cause.effect.value,
        "function": cause.function,
        "offset": cause.offset,
        "mnemonic": cause.mnemonic,
        "instruction": cause.instruction,
        "occurrence": cause.occurrence,
        "operands": [str_of(value) for value in cause.operands],
        "expected": cause.expected,
        "actual": cause.actual,
        "certainty": cause.certainty.value,
        "right": list(cause.right),
        "wrong": list(cause.wrong),
        "code": list(cause.code),
    }


def _valtype(name: str) -> ValType:
    if name not in BY_NAME:
        raise FormatError(f"{name!r} is no value type; there are {', '.join(BY_NAME)}")
    return BY_NAME[name]


def _limits_to_json(limits: Limits) -> JsonObject:
    return {"minimum": limits.minimum, "maximum": limits.maximum}


def _limits_from_json(data: object, most: int) -> Limits:
    minimum = get(data, "minimum", int)
    given = data.get("maximum") if isinstance(data, dict) else None
    maximum = None if given is None else get(data, "maximum", int)
    if not 0 <= minimum <= (most if maximum is None else maximum) <= most:
        raise FormatError(f"limits from {minimum} to {maximum}; expected 0 <= minimum <= maximum <= {most}")
    return Limits(minimum, maximum)


def _table_from_json(data: object) -> TableType:
    element = _valtype(get(data, "element", str))
    if not element.is_ref:
        raise FormatError(f"'element' must be a reference type, found {element.name}")
    return TableType(element, _limits_from_json(data, MAX_TABLE_SIZE))


def _item_to_json(item: HostItem) -> JsonObject:
    match item:
        case HostFunc(type, silent, back):
            params, results = [t.name for t in type.params], [t.name for t in type.results]
            called: JsonObject = {} if back is None else {"calls_back": [back.module, back.export]}
            return {"kind": "func", "params": params, "results": results, "silent": silent, **called}
        case HostGlobal(type, value):
            return {"kind": "global", "mutable": type.mutable, "value": str_of(value)}
        case HostMemory(type):
            return {"kind": "memory", **_limits_to_json(type.limits)}
        case HostTable(type):
            return {"kind": "table", "element": type.element.name, **_limits_to_json(type.limits)}


def _call_back_from_json(data: object) -> CallBack | None:
    if not isinstance(data, dict) or "calls_back" not in data:
        return None
    named = strings(data, "calls_back")
    if len(named) != 2:
        raise FormatError(f"'calls_back' must be a module and an export, found {named}")
    return CallBack(*named)


def _item_from_json(data: object) -> HostItem:
    match get(data, "kind", str):
        case "func":
            params, results = (tuple(map(_valtype, strings(data, key))) for key in ("params", "results"))
            return HostFunc(FuncType(params, results), get(data, "silent", bool), _call_back_from_json(data))
        case "global":
            value = value_of(get(data, "value", str))
            return HostGlobal(GlobalType(value.type, get(data, "mutable", bool)), value)
        case "memory":
            return HostMemory(MemoryType(_limits_from_json(data, MAX_MEMORY_PAGES)))
        case "table":
            return HostTable(_table_from_json(data))
        case other:
            raise FormatError(f"{other!r} is no kind of host item; there are func, global, memory, table")
