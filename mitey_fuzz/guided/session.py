"""The body of a campaign's child process: runs what libFuzzer makes, keeps what reaches something new, tells the rest.

A difference is told, not examined: minimizing is for a process whose code is not instrumented, which is the listener's.
"""

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

from jit.wasm.features import Features

from ..campaign.panel import Panel
from ..campaign.stats import Stopwatch
from ..compare.verdict import Divergence
from ..store.layout import JsonObject
from .cells import Cell, text_of
from .found import Found
from .libfuzzer import cell_counters, drive
from .messages import Orders, Spent, pack
from .target import Judged, Target

STDOUT = 1


class Session:
    """Runs inputs as its orders say."""

    def __init__(self, orders: Orders, features: Features) -> None:
        self.watch = Stopwatch()
        self.panel = Panel(orders.setup, deadline_s=orders.deadline_s, watch=self.watch)
        self.target = Target(self.panel, features, cell_counters())
        self.found = Found(orders.corpus, orders.known.read_text(encoding="utf-8").splitlines())
        self.input = orders.input.open("wb", buffering=0)
        self.seen: set[Cell] = set()
        self.cpu = time.process_time()

    def run(self, wasm: bytes) -> None:
        """Judges an input, keeps it if it is worth that, and tells."""
        self._note(wasm)
        compiled = self.panel.instructions
        judged = self.target(wasm)
        self._keep(wasm, judged)
        spent = self._spent(self.panel.instructions - compiled)
        _tell(pack(wasm, judged.verdict, spent))

    def _note(self, wasm: bytes) -> None:
        """Writes down what is run, for whoever has to say what this process died of."""
        self.input.seek(0)
        self.input.truncate()
        self.input.write(wasm)

    def _keep(self, wasm: bytes, judged: Judged) -> None:
        fresh = judged.cells - self.seen
        if fresh and not isinstance(judged.verdict, Divergence):
            self.seen |= fresh
            self.found.keep(wasm, map(text_of, fresh))

    def _spent(self, instructions: int) -> Spent:
        cpu, before = time.process_time(), self.cpu
        stages = {stage: seconds for stage, seconds in self.watch.seconds.items() if seconds}
        self.watch.seconds.update(dict.fromkeys(stages, 0.0))
        self.cpu = cpu
        return Spent(instructions, cpu - before, stages)


def _tell(message: JsonObject) -> None:
    """Writes a line; ends the process when nobody listens any more."""
    line = json.dumps(message).encode() + b"\n"
    try:
        while line:
            line = line[os.write(STDOUT, line) :]
    except BrokenPipeError:
        os._exit(0)


def start(arguments: Sequence[str]) -> None:
    """Runs until killed: the program's name, the file of the orders, then libFuzzer's arguments."""
    orders = Orders.read(Path(arguments[1]))
    features = Features.parse(orders.setup.features)
    session = Session(orders, features)
    drive([arguments[0], *arguments[2:]], session.run, features)
