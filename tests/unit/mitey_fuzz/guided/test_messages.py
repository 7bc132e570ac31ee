"""What crosses between a worker and the process that libFuzzer drives comes out as it went in."""

import json
from pathlib import Path

import pytest

from jit.wasm.types import TrapKind
from mitey_fuzz.compare.verdict import Agreed, Divergence, DivergenceKind, Poisoned
from mitey_fuzz.guided.messages import Differed, Orders, Ran, Spent, pack, unpack
from mitey_fuzz.store.crashes import Setup
from mitey_fuzz.store.layout import FormatError
from oracles.protocol import Crashed, Returned

SPENT = Spent(230, 0.25, {"compile": 0.125})


@pytest.mark.parametrize("inject", [None, "[[mutant]]\n"])
def test_orders_are_read_as_they_were_written(tmp_path: Path, inject: str | None) -> None:
    setup = Setup(("jit:minimal", "jit:baseline"), ("wasmtime",), "wasm-2.0", inject)
    orders = Orders(setup, 0.5, tmp_path / "corpus", tmp_path / "known", tmp_path / "input.wasm")
    orders.write(tmp_path / "orders")
    assert Orders.read(tmp_path / "orders") == orders


@pytest.mark.parametrize("verdict", [Agreed(3), Agreed(2, (TrapKind.OOB_MEMORY,)), Poisoned("timeout", 1)])
def test_a_verdict_crosses_whole(verdict: Agreed | Poisoned) -> None:
    assert unpack(json.dumps(pack(b"wasm", verdict, SPENT)).encode()) == Ran(verdict, SPENT)


def test_a_divergence_crosses_with_its_module_and_its_words() -> None:
    told = Divergence(DivergenceKind.TRAP, "jit:minimal", "wasmtime", 2, Returned(()), Crashed("x"), "said so")
    heard = unpack(json.dumps(pack(b"\0asm", told, SPENT)).encode())
    assert isinstance(heard, Differed)
    assert heard.wasm == b"\0asm"
    assert heard.spent == SPENT
    divergence = heard.divergence
    assert (divergence.kind, divergence.subject, divergence.oracle) == (DivergenceKind.TRAP, "jit:minimal", "wasmtime")
    assert (divergence.step, divergence.detail) == (2, "said so")


def test_a_line_that_is_no_message_is_refused() -> None:
    with pytest.raises(FormatError):
        unpack(b"INFO: something else writes here")
