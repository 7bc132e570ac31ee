"""What tests of hosts have in common."""

from jit.a64.operands import (
    X0,
    X1,
    X,
)
from jit.host.base import Addr, Faulted, Finished, Host
from support.machine_code import load_code

PAGE = 65536
MEMORY = 8 << 30
"""The size of a reservation for a linear memory."""


def run(host: Host, entry: Addr, *args: int) -> int:
    """Calls what is expected to return."""
    exit_ = host.enter(entry, args, budget_s=30)
    assert isinstance(exit_, Finished), exit_
    return exit_.result


def fault(host: Host, entry: Addr, *args: int) -> Faulted:
    """Calls what is expected to fault, and checks that the host is none the worse for it."""
    exit_ = host.enter(entry, args, budget_s=30)
    assert isinstance(exit_, Faulted), exit_
    assert run(host, load_code(host, lambda asm: (asm.add(X, X0, X0, X1), asm.ret())), 2, 3) == 5
    return exit_


def loader(host: Host) -> Addr:
    return load_code(host, lambda asm: (asm.ldr_imm(X, X0, X0), asm.ret()))


def storer(host: Host) -> Addr:
    """Stores x1 at x0."""
    return load_code(host, lambda asm: (asm.str_imm(X, X1, X0), asm.ret()))


def committed(host: Host, size: int = PAGE, of: int = MEMORY) -> Addr:
    base = host.reserve(of)
    host.commit(base, size)
    return base
