"""What is seen of an instance, as `wire` writes it: snapshots, and memories without their zeros."""

from .protocol import HostCall, Snapshot
from .wire import (
    Json,
    Message,
    MessageError,
    as_list,
    as_object,
    field,
    from_bytes,
    from_value,
    from_values,
    named,
    number,
    string,
    to_bytes,
    to_value,
    to_values,
)

_LARGEST = 1 << 32
"""Bytes of a memory at most (spec: `valid-memtype`)."""
_BLOCK = 4096
_ZEROS = bytes(_BLOCK)


def from_memory(content: bytes) -> Message:
    """A memory without what is zero in it: most of most memories is."""
    runs: list[Json] = []
    for at in range(0, len(content), _BLOCK):
        block = content[at : at + _BLOCK]
        if block != _ZEROS:
            kept = block.lstrip(b"\0")
            runs.append([at + len(block) - len(kept), from_bytes(kept.rstrip(b"\0"))])
    return {"size": len(content), "runs": runs}


def to_memory(value: Json) -> bytes:
    """A memory's bytes; `MessageError` when it is larger than memories are, or a run lies outside of it."""
    message = as_object(value)
    size = number(message, "size")
    if not 0 <= size <= _LARGEST:
        raise MessageError(f"a memory of {size} bytes; expected 0 to {_LARGEST}")
    content = bytearray(size)
    for run in map(as_list, as_list(field(message, "runs"))):
        if len(run) != 2:
            raise MessageError(f"expected an address and bytes, found {run!r:.80}")
        at, part = run[0], to_bytes(run[1])
        if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at <= size - len(part):
            raise MessageError(f"a run of {len(part)} bytes at {at!r} in a memory of {size}")
        content[at : at + len(part)] = part
    return bytes(content)


def from_snapshot(snapshot: Snapshot) -> Message:
    return {
        "memories": [[name, from_memory(content)] for name, content in snapshot.memories],
        "globals": [[name, from_value(value)] for name, value in snapshot.globals],
        "tables": [[name, list(tokens)] for name, tokens in snapshot.tables],
        "host_calls": [[call.name, from_values(call.args)] for call in snapshot.host_calls],
    }


def to_snapshot(value: Json) -> Snapshot:
    message = as_object(value)
    memories, cells, tables, calls = (
        [named(pair) for pair in as_list(field(message, key))]
        for key in ("memories", "globals", "tables", "host_calls")
    )
    return Snapshot(
        tuple((name, to_memory(content)) for name, content in memories),
        tuple((name, to_value(value)) for name, value in cells),
        tuple((name, tuple(string(token) for token in as_list(tokens))) for name, tokens in tables),
        tuple(HostCall(name, to_values(args)) for name, args in calls),
    )
