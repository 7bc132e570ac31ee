"""Address space: committing, guards, releasing, views."""

import pytest

from jit.a64.asm import Assembler
from jit.a64.operands import (
    X0,
    X1,
    X2,
    X3,
    X4,
    X,
)
from jit.host.base import FaultKind, Host
from support.hosts import MEMORY, PAGE, committed, fault, loader, run, storer
from support.machine_code import load_code


def test_machine_and_python_see_the_same_bytes(host: Host) -> None:
    base = committed(host)
    view = host.memory(base, PAGE)
    view[8:16] = (0x1122334455667788).to_bytes(8, "little")
    assert run(host, loader(host), base + 8) == 0x1122334455667788
    run(host, storer(host), base + 16, 0xA5)
    assert view[16] == 0xA5
    host.release(base)


@pytest.mark.parametrize("offset", [-8, PAGE, PAGE + 8, MEMORY // 2, MEMORY - 8, MEMORY])
def test_an_access_outside_committed_bytes_faults(host: Host, offset: int) -> None:
    base = committed(host)
    address = base + offset
    for entry, kind in ((loader(host), FaultKind.LOAD), (storer(host), FaultKind.STORE)):
        exit_ = fault(host, entry, address)
        assert exit_.pc == entry
        assert exit_.kind in (kind, FaultKind.LOAD)
        assert exit_.address // PAGE == address // PAGE
    host.release(base)


@pytest.mark.parametrize("offset", range(PAGE - 7, PAGE))
def test_an_access_that_straddles_the_end_faults_in_the_page_after(host: Host, offset: int) -> None:
    base = committed(host)
    assert fault(host, loader(host), base + offset).address // PAGE == (base + PAGE) // PAGE
    host.release(base)


@pytest.mark.parametrize("offset", range(PAGE - 15, PAGE))
def test_a_store_that_straddles_the_end_writes_nothing_if_probed_where_asked(host: Host, offset: int) -> None:
    base = committed(host)
    host.memory(base, PAGE)[PAGE - 16 :] = bytes(16 * [0x55])

    def build(asm: Assembler) -> None:
        if host.probe_stores:
            asm.ldp_imm(X, X3, X4, X0)
        asm.stp_imm(X, X1, X2, X0)
        asm.ret()

    fault(host, load_code(host, build), base + offset)
    assert host.memory(base, PAGE)[PAGE - 16 :] == bytes(16 * [0x55])
    host.release(base)


def test_a_commit_grows_in_place_and_adds_zeros(host: Host) -> None:
    base = committed(host)
    run(host, storer(host), base + PAGE - 8, 77)
    fault(host, loader(host), base + PAGE)
    host.commit(base, 3 * PAGE - 5)
    assert run(host, loader(host), base + PAGE - 8) == 77
    assert run(host, loader(host), base + 3 * PAGE - 8) == 0
    fault(host, loader(host), base + 3 * PAGE)
    host.release(base)


def test_a_smaller_commit_takes_nothing_back(host: Host) -> None:
    base = committed(host, 2 * PAGE)
    host.commit(base, PAGE)
    assert run(host, loader(host), base + PAGE) == 0
    host.release(base)


def test_four_gibibytes_can_be_committed_and_read_at_the_end(host: Host) -> None:
    base = committed(host, 4 << 30)
    run(host, storer(host), base + (4 << 30) - 8, 9)
    assert run(host, loader(host), base + (4 << 30) - 8) == 9
    fault(host, loader(host), base + (4 << 30))
    host.release(base)


def test_more_than_was_reserved_cannot_be_committed(host: Host) -> None:
    base = host.reserve(2 * PAGE)
    with pytest.raises(MemoryError):
        host.commit(base, 2 * PAGE + 1)
    host.release(base)


@pytest.mark.parametrize("size", [PAGE, 3 * PAGE, 64 << 20])
def test_a_released_reservation_is_zero_and_inaccessible_when_it_comes_back(host: Host, size: int) -> None:
    base = committed(host, size)
    ends = (base, base + size // 2, base + size - 8)
    for address in ends:
        run(host, storer(host), address, 1)
    host.release(base)
    for address in ends:
        fault(host, loader(host), address)
    again = host.reserve(MEMORY)
    for address in ends:
        fault(host, loader(host), address)
    host.commit(again, size)
    assert bytes(host.memory(again, size)) == bytes(size)
    host.release(again)


def test_a_reservation_that_comes_back_with_less_committed_is_guarded_where_it_ends(host: Host) -> None:
    base = committed(host, 2 * PAGE)
    assert run(host, loader(host), base + PAGE) == 0
    host.release(base)
    assert committed(host) == base, "reservations of one size are pooled"
    fault(host, loader(host), base + PAGE)
    host.release(base)


def test_reservations_have_guards_on_both_sides(host: Host) -> None:
    for base in [committed(host, 2 * PAGE, of=2 * PAGE) for _ in range(3)]:
        assert base % PAGE == 0
        fault(host, loader(host), base - 8)
        fault(host, loader(host), base + 2 * PAGE)
        host.release(base)


def test_a_view_covers_committed_bytes_only(host: Host) -> None:
    base = committed(host)
    assert len(host.memory(base + 5, PAGE - 5)) == PAGE - 5
    for start, size in ((0, PAGE + 1), (PAGE, 1), (-1, 1), (5, PAGE - 4), (8, -4)):
        with pytest.raises(ValueError, match="committed"):
            host.memory(base + start, size)
    host.release(base)
    with pytest.raises(ValueError, match="committed"):
        host.memory(base, 1)
