"""The handlers of the minimal back end, one file a family, as rows for the regular ones and functions for the rest."""

from ..handler import Handlers
from . import control, convert, floating, integer, memory, parametric, reference, table, variable

__all__ = ["HANDLERS"]


def _gather(*families: Handlers) -> Handlers:
    """All families in one; no name may have two handlers."""
    gathered = Handlers()
    for family in families:
        for name, body in family.items():
            gathered.row(name, body)
    return gathered


HANDLERS = _gather(
    integer.HANDLERS,
    floating.HANDLERS,
    convert.HANDLERS,
    memory.HANDLERS,
    variable.HANDLERS,
    parametric.HANDLERS,
    reference.HANDLERS,
    table.HANDLERS,
    control.HANDLERS,
)
"""Every handler and stub by name."""
