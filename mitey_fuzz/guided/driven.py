"""The process that libFuzzer drives, as the worker holds it that listens: started, heard, ended."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from ..campaign.panel import PATIENCE
from .messages import Differed, Orders, Ran, unpack
from .scratch import Scratch

LIFE_S = 1200
"""Seconds after which libFuzzer ends the process; what it found worth changing is read by the next one."""

LARGEST_MB = 4096
"""Memory after which libFuzzer ends the process."""

SILENCE_S = 60.0
"""Seconds that it may be silent beyond the deadlines of a script; starting takes some, too."""

STEPS = 32
"""Steps of a case, at most, with a deadline each."""

END_S = 10.0
"""Seconds between the last that is heard and the end of the process, at most."""

POLL_S = 0.25
_CHUNK = 1 << 16
_TAIL = 4_000


class Driven:
    """The process that libFuzzer drives.  A context manager that ends it."""

    def __init__(self, orders: Orders, seed: int, scratch: Scratch) -> None:
        self.orders = orders
        self._deadlines_s = STEPS * PATIENCE * orders.deadline_s
        written = orders.input.with_suffix(".orders")
        orders.write(written)
        orders.input.write_bytes(b"")  # there to be read, however early the process ends
        self._log = orders.input.with_suffix(".log")
        flags = (
            f"-seed={seed}", f"-artifact_prefix={scratch.root}{os.sep}", "-reload=1",
            f"-max_total_time={LIFE_S}", f"-rss_limit_mb={LARGEST_MB}", "-detect_leaks=0",
        )  # fmt: skip
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mitey_fuzz.guided.child", str(written), *flags, *map(str, scratch.inputs)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # Ctrl-C is the supervisor's business
            )
        assert self._process.stdout is not None
        self._output = self._process.stdout

    def __enter__(self) -> "Driven":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._output.close()

    def messages(self, pause: Callable[[], bool]) -> Iterator[Ran | Differed]:
        """What it tells, to its end or until it was silent for too long; `pause` is asked often whether to stop."""
        rest = b""
        heard = time.monotonic()
        while not pause() and time.monotonic() - heard < SILENCE_S + self._deadlines_s:
            if not select.select([self._output], [], [], POLL_S)[0]:
                continue
            chunk = os.read(self._output.fileno(), _CHUNK)
            if not chunk:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(END_S)
                return
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield unpack(line)
            heard = time.monotonic()  # whoever listens may have taken long

    @property
    def is_through(self) -> bool:
        """Whether it ended by itself, as libFuzzer ends when its time is over."""
        return self._process.poll() == 0

    def last_words(self) -> str:
        """How it ended, and the end of what it wrote to stderr."""
        status = self._process.poll()
        ended = "it fell silent" if status is None else f"it ended with status {status}"
        return f"{ended}\n{self._log.read_bytes()[-_TAIL:].decode(errors='replace')}"
