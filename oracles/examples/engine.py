"""An engine behind the process protocol, complete, with its messages written out by hand; `PROTOCOL.md` explains them.

The engine inside is this project's interpreter.  `small.py` beside it is one to start from.
"""

import base64
import json
import sys
from typing import Any

from jit.wasm.features import Features
from jit.wasm.types import FuncType, GlobalType, Limits, MemoryType, TableType, Value, valtype
from oracles import protocol, registry

objects: dict[int, Any] = {0: None}  # the engine is 0; stores and instances get the numbers behind it


def value(pair: Any) -> Value:
    return Value(valtype(pair[0]), int(pair[1], 16))


def pairs(values: Any) -> Any:
    return [(v.type.name, hex(v.bits)) for v in values]


def item(given: Any) -> protocol.HostItem:
    if given["kind"] == "func":
        params, results = (tuple(map(valtype, given[side])) for side in ("params", "results"))
        back = protocol.CallBack(*given["calls_back"]) if "calls_back" in given else None
        return protocol.HostFunc(FuncType(params, results), given["silent"], back)
    if given["kind"] == "global":
        return protocol.HostGlobal(GlobalType(valtype(given["type"]), given["mutable"]), value(given["value"]))
    limits = Limits(given["minimum"], given["maximum"])
    if given["kind"] == "memory":
        return protocol.HostMemory(MemoryType(limits))
    return protocol.HostTable(TableType(valtype(given["element"]), limits))


def made(result: Any, kind: str) -> Any:
    """The reply to what makes a store or an instance, or says why not."""
    match result:
        case protocol.Returned(values):
            return {"outcome": {"kind": "returned", "values": pairs(values)}}
        case protocol.Trapped(trap, message):
            return {"outcome": {"kind": "trapped", "trap": trap.value, "message": message}}
        case protocol.Exhausted(what):
            return {"outcome": {"kind": "exhausted", "what": what}}
        case protocol.Rejected(phase, message, at):
            return {"outcome": {"kind": "rejected", "phase": phase.value, "message": message, "offset": at}}
        case protocol.TimedOut(seconds):
            return {"outcome": {"kind": "timed-out", "seconds": seconds}}
    objects[len(objects)] = result
    return {kind: len(objects) - 1}


def answer(request: Any) -> Any:
    target = objects[request.get("instance", request.get("store", 0))]
    wasm, deadline_s = base64.b64decode(request.get("wasm", "")), request.get("deadline_s", 0)
    match request["op"]:
        case "hello":
            objects[0] = registry.create("interp", Features.parse(request["features"]))
            features = str(objects[0].can.features)
            about = {"name": "example", "version": "1", "front_end": "jit.wasm", "calls_back": True}
            return {**about, "features": features}
        case "validate":
            rejected = target.validate(wasm)
            return made(rejected, "") if rejected else {}
        case "open":
            return made(target.open(), "store")
        case "define":
            target.define(request["module"], request["name"], item(request["item"]))
        case "register":
            objects[request["store"]].register(request["module"], target)
        case "instantiate":
            return made(target.instantiate(wasm, deadline_s=deadline_s), "instance")
        case "call":
            return made(target.call(request["export"], [*map(value, request["args"])], deadline_s=deadline_s), "")
        case "read_global":
            return {"value": pairs([target.read_global(request["export"])])[0]}
        case "snapshot":
            return {"snapshot": snapshot(target.snapshot())}
        case "close":
            target.close()
    return {}


def snapshot(seen: protocol.Snapshot) -> Any:
    return {
        "memories": [(n, {"size": len(m), "runs": [(0, base64.b64encode(m).decode())]}) for n, m in seen.memories],
        "globals": [(n, pairs([v])[0]) for n, v in seen.globals],
        "tables": seen.tables,
        "host_calls": [(call.name, pairs(call.args)) for call in seen.host_calls],
    }


def main() -> None:
    while head := sys.stdin.buffer.read(4):
        request = json.loads(sys.stdin.buffer.read(int.from_bytes(head, "little")))
        try:
            reply = answer(request)
        except KeyError as error:
            reply = {"misuse": "key", "message": str(error)}
        except ValueError as error:
            reply = {"misuse": "value", "message": str(error)}
        body = json.dumps(reply).encode()
        sys.stdout.buffer.write(len(body).to_bytes(4, "little") + body)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
