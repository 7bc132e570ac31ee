"""What a campaign shows while it runs, on stderr: a live line on a terminal, a plain line now and then elsewhere."""

import time
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.text import Text

from ..campaign.supervisor import Supervisor

#: Seconds between two lines where stderr is no terminal.
PLAIN_S = 10.0


class Status:
    """A context manager; call it with the supervisor whenever there may be news."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self.live = Live(Text("starting …"), console=self.console, refresh_per_second=4, transient=True)
        self.last = time.monotonic()

    def __enter__(self) -> "Status":
        if self.console.is_terminal:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.console.is_terminal:
            self.live.stop()

    def __call__(self, supervisor: Supervisor) -> None:
        if self.console.is_terminal:
            self.live.update(Text(line(supervisor)))
        elif time.monotonic() - self.last >= PLAIN_S:
            self.last = time.monotonic()
            self.console.print(line(supervisor), highlight=False, soft_wrap=True)


def line(supervisor: Supervisor) -> str:
    """The state of a campaign in one line."""
    stats = supervisor.stats
    seconds = time.monotonic() - supervisor.started
    target = supervisor.campaign.cases
    cases = f"{stats.cases}" if target is None else f"{stats.cases}/{target}"
    minimizing = " · minimizing" if supervisor.is_minimizing else ""
    return (
        f"{seconds:6.0f} s · {cases} cases · {stats.cases / max(seconds, 1e-9):.0f}/s · {stats.calls} calls · "
        f"{stats.poisoned_share:.1%} poisoned · {stats.divergences} divergences · "
        f"{len(supervisor.buckets)} buckets{minimizing}"
    )
