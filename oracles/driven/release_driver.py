"""Drives a release of the wasmtime package: answers the messages of `driver` on standard input and output.

`python -m oracles.driven.release_driver DIRECTORY`, where `pip install --target DIRECTORY wasmtime==X` has put it.  Of
the package only the shared library is used.  References do not cross, but for whether they are null, which wasm tells:
which function one is, `wasm.h` cannot tell, and of other references it knows nothing that all releases do.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from .. import wire, wire_state
from ..wire import Json, Message
from . import release, shims
from .release_api import Api

_UNLINKABLE = re.compile(r"incompatible import type|expected \d+ imports|unknown import")


class _World:
    """A store; externs are numbered in the order in which they appeared."""

    def __init__(self, api: Api, wasm: bytes) -> None:
        self._api = api
        self._store = api.new_store()
        self._externs: list[int] = []
        self._end: list[Callable[[], None]] = []
        self._kept: list[object] = []
        self.exports = self.instantiate(wasm, [])
        self._scratch = self._externs[0]

    def number(self, extern: int) -> int:
        self._externs.append(extern)
        return len(self._externs) - 1

    def refusal(self, wasm: bytes) -> Message | None:
        return None if self._api.is_valid(self._store, wasm) else {"failed": ["invalid", "refused by wasmtime"]}

    def instantiate(self, wasm: bytes, imports: Sequence[int]) -> Message:
        api = self._api
        module = api.new_module(self._store, wasm)
        if not module:
            return {"failed": ["unsupported", "wasmtime takes the module and does not compile it"]}
        instance, message = api.new_instance(self._store, module, [self._externs[n] for n in imports])
        api.delete("module", module)
        if not instance:
            return {"failed": ["unlinkable" if not message or _UNLINKABLE.search(message) else "trapped", message]}
        exports, externs = api.exports(instance)
        self._end += [lambda: api.delete_exports(exports), lambda: api.delete("instance", instance)]
        return {"exports": [self.number(extern) for extern in externs]}

    def host(self, answer: Callable[["_World"], None]) -> int:
        def called(_args: int, _results: int) -> int:
            answer(self)
            return 0

        function, extern, kept = self._api.new_function(self._store, called)
        self._kept.append(kept)
        self._end.append(lambda: self._api.delete("func", function))
        return self.number(extern)

    def write(self, content: bytes) -> None:
        """Writes to the start of the scratch memory."""
        self._api.memory(self._scratch)[: len(content)] = content

    def read(self, count: int, at: int = 0) -> bytes:
        return bytes(self._api.memory(self._scratch)[at : at + count])

    def call(self, function: int) -> str | None:
        return self._api.call(self._externs[function])

    def memory(self, number: int) -> Message:
        return wire_state.from_memory(bytes(self._api.memory(self._externs[number])))

    def table(self, number: int, kind: str) -> Json:
        """The elements of a table of functions, or else of the one through which this function walks (`shims.callers`).

        Tables of functions are not walked through: 0.35 to 6.0 fill a table when it is read, and a second one that
        another module reads with nulls.
        """
        held = self._api.table(self._externs[number]) if kind == "func" else self._walked(number)
        return [[kind, None] if is_held else None for is_held in held]

    def _walked(self, walk: int) -> Iterable[int]:
        found = b""
        size = 1
        while len(found) < size:
            self.write(len(found).to_bytes(4, "little"))
            message = self.call(walk)
            if message is not None:
                raise RuntimeError(f"the elements of a table cannot be read: {message}")
            size = int.from_bytes(self.read(4), "little")
            found += self.read(min(size - len(found), shims.WALK), shims.WALK_AT)
        return found

    def close(self) -> None:
        for end in self._end:
            end()
        self._api.delete("store", self._store)


class Driver:
    def __init__(self, directory: Path, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests = requests
        self._replies = replies
        self._version = release.version(directory)
        self._api = Api(str(release.library(directory)))
        self._worlds: dict[int, _World] = {}
        self._last = 0

    def serve(self) -> None:
        """Answers requests until there are no more."""
        while (request := self._hear()) is not None:
            self._say(self._reply(wire.text(request, "op"), request))

    def _hear(self) -> Message | None:
        length = self._requests.read(wire.LENGTH_BYTES)
        return wire.unpack(self._requests.read(int.from_bytes(length, "little"))) if length else None

    def _say(self, message: Message) -> None:
        self._replies.write(wire.pack(message))
        self._replies.flush()

    def _reply(self, operation: str, request: Message) -> Message:
        match operation:
            case "hello":
                return {"version": self._version}
            case "validate":
                world = _World(self._api, shims.ground(references=False))
                refused = world.refusal(wire.to_bytes(request["wasm"]))
                world.close()
                return refused or {}
            case "open":
                self._last += 1
                world = self._worlds[self._last] = _World(self._api, wire.to_bytes(request["wasm"]))
                return {"world": self._last, **world.exports}
            case "close":
                self._worlds.pop(wire.number(request, "world")).close()
                return {}
            case _:
                return self._in_world(operation, self._worlds[wire.number(request, "world")], request)

    def _in_world(self, operation: str, world: _World, request: Message) -> Message:
        match operation:
            case "host":
                return {"extern": world.host(self._answer)}
            case "load":
                return _load(world, request)
            case "call":
                return _call(world, request)
            case "look":
                return _look(world, request)
            case _:
                raise wire.MessageError(f"unknown operation {operation!r}")

    def _answer(self, world: _World) -> None:
        """Asks the harness what a host function answers."""
        count = int.from_bytes(world.read(4, shims.COUNT_AT), "little")
        called = int.from_bytes(world.read(4, shims.NUMBER_AT), "little")
        self._say({"host": wire.from_bytes(world.read(count)), "number": called})
        answer = self._hear()
        if answer is None:
            os._exit(0)  # the harness is gone, and wasm waits: there is nobody to return to
        world.write(wire.to_bytes(answer["in"]))


def _load(world: _World, request: Message) -> Message:
    wasm = wire.to_bytes(request["wasm"])
    refused = world.refusal(wire.to_bytes(request["check"]) or wasm)
    imports = [n for n in wire.as_list(request["imports"]) if isinstance(n, int)]
    return refused or world.instantiate(wasm, imports)


def _call(world: _World, request: Message) -> Message:
    world.write(wire.to_bytes(request["in"]))
    message = world.call(wire.number(request, "function"))
    out = world.read(wire.number(request, "out"))
    look = _look(world, wire.as_object(request["look"]))
    if message is not None:
        return {"trapped": message, "look": look}
    return {"out": wire.from_bytes(out), "refs": [], "look": look}


def _look(world: _World, request: Message) -> Message:
    world.call(wire.number(request, "function"))
    return {
        "out": wire.from_bytes(world.read(wire.number(request, "out"))),
        "refs": [],
        "memories": [world.memory(n) for n in wire.as_list(request["memories"]) if isinstance(n, int)],
        "tables": [world.table(*_table(table)) for table in wire.as_list(request["tables"])],
    }


def _table(table: Json) -> tuple[int, str]:
    number, kind = wire.as_list(table)
    assert isinstance(number, int)
    return number, str(kind)


def main(directory: str) -> None:
    os.environ["RUST_BACKTRACE"] = "0"  # what a panic says is worth more than where
    with os.fdopen(os.dup(1), "wb") as replies:
        os.dup2(2, 1)  # prints of the library go where they cannot be taken for messages
        Driver(Path(directory), sys.stdin.buffer, replies).serve()


if __name__ == "__main__":
    main(sys.argv[1])
