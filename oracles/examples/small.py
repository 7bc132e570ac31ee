"""An engine behind the process protocol in some fifty lines, to start from; `engine.py` beside it is a complete one.

It shows no state, and its host functions do not call back: it says both.  The engine inside is this project's
interpreter; `wire.to_item` makes what it imports, and `engine.py` shows how.
"""

import base64
import json
import sys
from typing import Any

from jit.wasm.features import Features
from jit.wasm.types import Value, valtype
from oracles import protocol, registry, wire

objects: dict[int, Any] = {0: None}  # the engine is 0; stores and instances get the numbers behind it


def value(pair: Any) -> Value:
    return Value(valtype(pair[0]), int(pair[1], 16))


def outcome(result: protocol.Outcome) -> dict[str, Any]:
    match result:
        case protocol.Returned(values):
            return {"kind": "returned", "values": [(v.type.name, hex(v.bits)) for v in values]}
        case protocol.Trapped(trap, message):
            return {"kind": "trapped", "trap": trap.value, "message": message}
        case protocol.Rejected(phase, message, at):
            return {"kind": "rejected", "phase": phase.value, "message": message, "offset": at}
        case protocol.TimedOut(seconds):
            return {"kind": "timed-out", "seconds": seconds}
    return {"kind": "exhausted", "what": str(result)}


def answer(request: Any) -> Any:
    target = objects[request.get("instance", request.get("store", 0))]
    wasm, deadline_s = base64.b64decode(request.get("wasm", "")), request.get("deadline_s", 0)
    made: Any = None
    match request["op"]:
        case "hello":
            objects[0] = registry.create("interp", Features.parse(request["features"]))
            about = {"name": "small", "version": "1", "front_end": "jit.wasm", "reads_state": False}
            return about | {"features": str(objects[0].can.features)}
        case "validate":
            made = target.validate(wasm)
        case "open":
            made = target.open()
        case "define":
            target.define(request["module"], request["name"], wire.to_item(request["item"]))
        case "register":
            objects[request["store"]].register(request["module"], target)
        case "instantiate":
            made = target.instantiate(wasm, deadline_s=deadline_s)
        case "call":
            made = target.call(request["export"], [*map(value, request["args"])], deadline_s=deadline_s)
        case "close":
            target.close()
    if isinstance(made, protocol.Outcome):
        return {"outcome": outcome(made)}
    if made is None:
        return {}
    objects[len(objects)] = made
    return {"store" if request["op"] == "open" else "instance": len(objects) - 1}


if __name__ == "__main__":
    while head := sys.stdin.buffer.read(4):
        body = json.dumps(answer(json.loads(sys.stdin.buffer.read(int.from_bytes(head, "little"))))).encode()
        sys.stdout.buffer.write(len(body).to_bytes(4, "little") + body)
        sys.stdout.buffer.flush()
