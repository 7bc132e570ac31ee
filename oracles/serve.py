"""The child's side of `oracles.process`: serves one engine of the registry over standard input and output.

`python -m oracles.serve NAME` speaks the messages of `oracles.wire`.  Whatever engine or library prints goes to stderr,
so that only messages are on the pipe.  An exception ends the process: its traceback on stderr is what the parent
reports.
"""

import os
import sys
from collections.abc import Callable
from typing import BinaryIO

from jit.wasm.features import Features

from . import registry, wire, wire_state
from .protocol import Engine, Instance, Outcome, Rejected, Store
from .wire import Message


class _Server:
    """One engine, its stores and instances by number.  Numbers are never used twice."""

    def __init__(self, make: Callable[[Features], Engine]) -> None:
        self._make = make
        self._engine: Engine | None = None
        self._stores: dict[int, Store] = {}
        self._instances: dict[int, Instance] = {}
        self._owner: dict[int, int] = {}  # store of an instance
        self._next = 1

    def answer(self, request: Message) -> Message:
        """The reply to a request; misuse is answered, everything else that goes wrong escapes."""
        operation = _OPERATIONS.get(wire.text(request, "op"))
        if operation is None:
            raise wire.MessageError(
                f"unknown operation {wire.text(request, 'op')!r}; there are {', '.join(_OPERATIONS)}"
            )
        return operation(self, request)

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise wire.MessageError("the first message must be hello")
        return self._engine

    def number(self) -> int:
        self._next += 1
        return self._next - 1

    def hello(self, request: Message) -> Message:
        if wire.number(request, "protocol") != wire.VERSION:
            raise wire.MessageError(f"this engine speaks protocol {wire.VERSION}")
        self._engine = self._make(Features.parse(wire.text(request, "features")))
        about = wire.from_capabilities(self._engine.can)
        return {"name": self._engine.name, "version": self._engine.version, **about}

    def validate(self, request: Message) -> Message:
        rejected = self.engine.validate(wire.to_bytes(request.get("wasm")))
        return {"outcome": wire.from_outcome(rejected)} if isinstance(rejected, Rejected) else {}

    def open(self, request: Message) -> Message:
        del request
        number = self.number()
        self._stores[number] = self.engine.open()
        return {"store": number}

    def define(self, request: Message) -> Message:
        store = self._stores[wire.number(request, "store")]
        store.define(wire.text(request, "module"), wire.text(request, "name"), wire.to_item(request.get("item")))
        return {}

    def register(self, request: Message) -> Message:
        store = self._stores[wire.number(request, "store")]
        store.register(wire.text(request, "module"), self._instances[wire.number(request, "instance")])
        return {}

    def instantiate(self, request: Message) -> Message:
        owner = wire.number(request, "store")
        wasm, deadline_s = wire.to_bytes(request.get("wasm")), wire.seconds(request, "deadline_s")
        instance = self._stores[owner].instantiate(wasm, deadline_s=deadline_s)
        if isinstance(instance, Outcome):
            return {"outcome": wire.from_outcome(instance)}
        number = self.number()
        self._instances[number] = instance
        self._owner[number] = owner
        return {"instance": number}

    def call(self, request: Message) -> Message:
        instance = self._instances[wire.number(request, "instance")]
        args, deadline_s = wire.to_values(request.get("args")), wire.seconds(request, "deadline_s")
        return {"outcome": wire.from_outcome(instance.call(wire.text(request, "export"), args, deadline_s=deadline_s))}

    def read_global(self, request: Message) -> Message:
        instance = self._instances[wire.number(request, "instance")]
        return {"value": wire.from_value(instance.read_global(wire.text(request, "export")))}

    def snapshot(self, request: Message) -> Message:
        return {"snapshot": wire_state.from_snapshot(self._instances[wire.number(request, "instance")].snapshot())}

    def close(self, request: Message) -> Message:
        number = wire.number(request, "store")
        self._stores.pop(number).close()
        for instance in [i for i, owner in self._owner.items() if owner == number]:
            del self._instances[instance], self._owner[instance]
        return {}

    def end(self) -> None:
        for store in self._stores.values():
            store.close()
        if self._engine is not None:
            self._engine.close()


_OPERATIONS: dict[str, Callable[[_Server, Message], Message]] = {
    "hello": _Server.hello,
    "validate": _Server.validate,
    "open": _Server.open,
    "define": _Server.define,
    "register": _Server.register,
    "instantiate": _Server.instantiate,
    "call": _Server.call,
    "read_global": _Server.read_global,
    "snapshot": _Server.snapshot,
    "close": _Server.close,
}


def serve(make: Callable[[Features], Engine], requests: BinaryIO, replies: BinaryIO) -> None:
    """Answers requests until there are no more."""
    server = _Server(make)
    while length := requests.read(wire.LENGTH_BYTES):
        request = wire.unpack(requests.read(int.from_bytes(length, "little")))
        try:
            reply = server.answer(request)
        except KeyError as error:
            reply = {"misuse": "key", "message": str(error.args[0]) if error.args else ""}
        except ValueError as error:
            reply = {"misuse": "value", "message": str(error)}
        replies.write(wire.pack(reply))
        replies.flush()
    server.end()


def main(name: str) -> None:
    """Serves the registry's engine of this name on the process's own pipes."""
    with os.fdopen(os.dup(1), "wb") as replies:
        os.dup2(2, 1)  # prints go where they cannot be taken for messages
        serve(lambda features: registry.create(name, features), sys.stdin.buffer, replies)


if __name__ == "__main__":
    main(sys.argv[1])
