"""Address space is used again, by whichever host comes next."""

import gc
import os
from pathlib import Path

import pytest

import jit
from jit.host.native.host import NativeHost
from jit.host.native.process import process
from support.hosts import MEMORY, PAGE
from support.wat import wasm

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")


def address_space() -> int:
    """Bytes of address space that the process has taken."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def use(host: NativeHost) -> None:
    base = host.reserve(MEMORY)
    host.commit(base, 40 * PAGE)
    assert not any(host.memory(base, 40 * PAGE))
    host.memory(base, 40 * PAGE)[:8] = b"\xff" * 8
    host.memory(base, 40 * PAGE)[-8:] = b"\xff" * 8


def test_hosts_that_are_closed_or_dropped_leave_their_address_space_to_the_next() -> None:
    for ending in ("close", "drop"):
        for turn in range(12):
            host = NativeHost()
            use(host)
            if ending == "close":
                host.close()
                host.close()
            del host
            gc.collect()
            if turn == 1:
                taken = address_space()
        assert address_space() - taken < MEMORY, ending


def test_engines_leave_their_address_space_to_the_next() -> None:
    module = wasm('(module (memory (export "m") 1 4) (func (export "f") (drop (memory.grow (i32.const 2)))))')
    for turn in range(12):
        with jit.Engine("baseline", "native") as engine:
            engine.instantiate(engine.compile(module)).call("f")
        if turn == 1:
            taken = address_space()
    assert address_space() - taken < MEMORY


def test_as_many_hosts_as_one_likes_may_be_open_up_to_what_the_message_says() -> None:
    hosts: list[NativeHost] = []
    try:
        with pytest.raises(MemoryError, match="255 native hosts are open; close some"):
            while len(hosts) < 1000:
                hosts.append(NativeHost())
    finally:
        for host in hosts:
            host.close()
    assert process().pool.take(PAGE).committed == 0
