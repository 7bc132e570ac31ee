"""The process of one trial.  It plants the fault, then leaves everything to `trial`.

Rule 1: this module imports nothing that a fault may be planted in: whatever it needs of the subject it imports when the
fault is planted.
"""

import traceback
from multiprocessing.connection import Connection
from typing import Protocol

from ..campaign.stopping import deafen
from . import patch
from .record import Task


class Current(Protocol):
    """A number in shared memory: the case at hand."""

    value: int


def work(task: Task, pipe: Connection, current: Current) -> None:
    """The body of the process: sends what the trial tells, message by message."""
    deafen()  # the runner ends its children
    try:
        if task.patch is not None:
            patch.plant(*task.patch)
        _try(task, pipe, current)
    except (BrokenPipeError, EOFError):
        return  # the runner is gone
    except Exception:
        from .record import Failed

        pipe.send(Failed(traceback.format_exc()))


def _try(task: Task, pipe: Connection, current: Current) -> None:
    from .trial import run

    for message in run(task, current):
        pipe.send(message)
