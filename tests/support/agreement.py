"""The subject and wasmtime on the same case: what they do must be the same."""

from collections.abc import Iterator
from contextlib import contextmanager

from jit.engine import Engine
from jit.wasm.features import WASM_2
from mitey_fuzz.case import Case
from mitey_fuzz.subject import JitEngine
from oracles.protocol import Engine as AnyEngine
from oracles.protocol import Outcome, Returned, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.executed import run


class Pair:
    """A subject, and the engine that knows better."""

    def __init__(self, subject: AnyEngine, reference: AnyEngine) -> None:
        self._subject = subject
        self._reference = reference

    def differences(self, case: Case) -> list[str]:
        """The calls on which they differ, or that do not come to a result or a trap of the specification."""
        actual, expected = run(case, self._subject), run(case, self._reference)
        if len(actual) != len(case.script) or len(expected) != len(case.script):
            return [f"instantiated: {actual[0]}, wasmtime {expected[0]}"]
        return [
            f"{call}: {a}, wasmtime {b}"
            for call, a, b in zip(case.script, actual, expected, strict=True)
            if _essence(a) is None or _essence(a) != _essence(b)
        ]

    def agree(self, case: Case) -> None:
        """Asserts that there are no differences."""
        assert case.script
        assert not (found := self.differences(case)), "\n".join(found[:5])


def _essence(outcome: Outcome) -> object:
    """What two engines must have in common: values bit for bit, the kind of a trap."""
    match outcome:
        case Returned(values):
            return values
        case Trapped(kind):
            return kind
        case _:
            return None


@contextmanager
def paranoid_baseline() -> Iterator[Pair]:
    """The baseline back end, checking itself after each instruction, and wasmtime; both for WebAssembly 2.0."""
    subject, reference = JitEngine(Engine("baseline", features=WASM_2, paranoid=True)), WasmtimeEngine(WASM_2)
    try:
        yield Pair(subject, reference)
    finally:
        subject.close()
        reference.close()
