"""The handlers of the minimal back end, one file a family, as rows for the regular ones and functions for the rest."""

from ..handler import Handlers
from . import (
    control,
    convert,
    floating,
    integer,
    memory,
    parametric,
    reference,
    table,
    vector_float,
    vector_integer,
    vector_lanes,
    vector_memory,
    vector_test,
    vector_width,
)

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
    parametric.HANDLERS,
    reference.HANDLERS,
    table.HANDLERS,
    control.HANDLERS,
    vector_memory.HANDLERS,
    vector_lanes.HANDLERS,
    vector_integer.HANDLERS,
    vector_float.HANDLERS,
    vector_test.HANDLERS,
    vector_width.HANDLERS,
)
"""Every handler and stub by name."""
