"""What crosses between a worker and the process that libFuzzer drives for it: orders as a file, then a line per input.

Lines are JSON objects on the child's standard output, which nobody else writes to.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jit.wasm.types import TrapKind
from oracles.protocol import Crashed, Returned

from ..compare.verdict import Agreed, Divergence, DivergenceKind, Poisoned, Verdict
from ..store.crashes import Setup
from ..store.layout import JsonObject, dumps, get, loads, strings


@dataclass(frozen=True, slots=True)
class Orders:
    """What a child is to do.  It keeps in `corpus`; `known` is a file of cells, `input` one that holds what it runs."""

    setup: Setup
    deadline_s: float
    corpus: Path
    known: Path
    input: Path

    def write(self, path: Path) -> None:
        setup = self.setup
        path.write_bytes(
            dumps(
                {
                    "subjects": list(setup.subjects),
                    "oracles": list(setup.oracles),
                    "features": setup.features,
                    "inject": setup.inject,
                    "deadline_s": self.deadline_s,
                    "corpus": str(self.corpus),
                    "known": str(self.known),
                    "input": str(self.input),
                }
            )
        )

    @staticmethod
    def read(path: Path) -> "Orders":
        """`FormatError` where this is no file of `write`."""
        data = loads(path.read_bytes())
        inject = None if isinstance(data, dict) and data.get("inject") is None else get(data, "inject", str)
        setup = Setup(strings(data, "subjects"), strings(data, "oracles"), get(data, "features", str), inject)
        places = (Path(get(data, key, str)) for key in ("corpus", "known", "input"))
        return Orders(setup, get(data, "deadline_s", float), *places)


@dataclass(frozen=True, slots=True)
class Spent:
    """What an input took: wasm instructions compiled, seconds of processor time, seconds by stage."""

    instructions: int
    cpu_s: float
    stages: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ran:
    """An input on which the engines did not differ."""

    verdict: Agreed | Poisoned
    spent: Spent


@dataclass(frozen=True, slots=True)
class Differed:
    """An input on which they did.  Of the outcomes of both sides only what `detail` says of them has come across."""

    wasm: bytes
    divergence: Divergence
    spent: Spent


def pack(wasm: bytes, verdict: Verdict, spent: Spent) -> JsonObject:
    """The line about an input, as JSON."""
    took: JsonObject = {"instructions": spent.instructions, "cpu_s": spent.cpu_s, "stages": dict(spent.stages)}
    match verdict:
        case Agreed(steps, traps):
            return {"verdict": "agreed", "steps": steps, "traps": [kind.name for kind in traps], "spent": took}
        case Poisoned(reason, step):
            return {"verdict": "poisoned", "reason": reason, "step": step, "spent": took}
        case Divergence():
            return {
                "verdict": "differed",
                "wasm": base64.b64encode(wasm).decode(),
                "kind": verdict.kind.value,
                "subject": verdict.subject,
                "oracle": verdict.oracle,
                "step": verdict.step,
                "detail": verdict.detail,
                "spent": took,
            }


def unpack(line: bytes) -> Ran | Differed:
    """The message in a line; `FormatError` where it is none."""
    data = loads(line)
    took = get(data, "spent", dict)
    stages = {name: float(seconds) for name, seconds in get(took, "stages", dict).items()}
    spent = Spent(get(took, "instructions", int), get(took, "cpu_s", float), stages)
    match get(data, "verdict", str):
        case "agreed":
            traps = tuple(TrapKind[name] for name in strings(data, "traps"))
            return Ran(Agreed(get(data, "steps", int), traps), spent)
        case "poisoned":
            return Ran(Poisoned(get(data, "reason", str), get(data, "step", int)), spent)
        case _:
            return Differed(base64.b64decode(get(data, "wasm", str)), _divergence(data), spent)


def _divergence(data: object) -> Divergence:
    subject, oracle, detail = (get(data, key, str) for key in ("subject", "oracle", "detail"))
    kind = DivergenceKind(get(data, "kind", str))
    return Divergence(kind, subject, oracle, get(data, "step", int), Returned(()), Crashed(detail), detail)
