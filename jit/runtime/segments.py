"""Element and data segments of an instance: evaluated, written when active, dropped (spec: `exec-instantiation`).

WebAssembly 1.0 checks all active segments before it writes any and calls a misfit a link error; from bulk memory on
they are written in order, and the first misfit traps with what came before it kept.
"""

from dataclasses import dataclass

from ..errors import LinkError
from ..wasm.module import Data, Elem, Mode
from .memory import Memory
from .table import Table


@dataclass(slots=True)
class Context:
    """What the builtins act on, per instance, in the order of its index spaces; a dropped segment is empty."""

    memories: list[Memory]
    tables: list[Table]
    datas: list[bytes]
    elems: list[tuple[int, ...]]


def write_checked(
    context: Context, elems: tuple[Elem, ...], datas: tuple[Data, ...], starts: tuple[list[int], list[int]]
) -> None:
    """Writes all active segments, or raises `LinkError` and writes none: the rule of WebAssembly 1.0.

    `starts` are the segments' offsets, elements' and data's.
    """
    elem_starts, data_starts = starts
    for elem, start, items in zip(elems, elem_starts, context.elems, strict=True):
        if start + len(items) > len(context.tables[elem.table]):
            raise LinkError("elements segment does not fit")
    for data, start in zip(datas, data_starts, strict=True):
        if start + len(data.content) > len(context.memories[data.memory]):
            raise LinkError("data segment does not fit")
    write_in_order(context, elems, datas, starts)


def write_in_order(
    context: Context, elems: tuple[Elem, ...], datas: tuple[Data, ...], starts: tuple[list[int], list[int]]
) -> None:
    """Writes active segments one by one, each as `table.init` or `memory.init` would, and drops them.

    Raises the `Trap` of the first that does not fit; those before it stay written.
    """
    elem_starts, data_starts = starts
    for i, (elem, start) in enumerate(zip(elems, elem_starts, strict=True)):
        if elem.mode is Mode.ACTIVE:
            items = context.elems[i]
            context.tables[elem.table].write(start, items, 0, len(items))
        if elem.mode is not Mode.PASSIVE:
            context.elems[i] = ()
    for i, (data, start) in enumerate(zip(datas, data_starts, strict=True)):
        if data.mode is Mode.ACTIVE:
            context.memories[data.memory].write(start, data.content, 0, len(data.content))
            context.datas[i] = b""
