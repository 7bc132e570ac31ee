"""When the time of a run is over, on a machine that has other work to do as well."""

import time
from typing import NamedTuple


class Deadline(NamedTuple):
    """A moment on the clock and one in this process's processor time, in seconds; it is over when both have passed.

    A process that waits for a processor comes no nearer to its end, so load alone never makes a run too long.  Several
    threads use up processor time faster than time goes by; then the clock decides.
    """

    passed: float
    worked: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """So long from now."""
        return cls(time.monotonic() + seconds, time.process_time() + seconds)

    def before(self, other: "Deadline") -> "Deadline":
        """What is over when either of the two is, at the latest."""
        return Deadline(min(self.passed, other.passed), min(self.worked, other.worked))

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.passed and time.process_time() >= self.worked


NEVER = Deadline(float("inf"), float("inf"))
