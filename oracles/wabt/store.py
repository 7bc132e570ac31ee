"""A store whose instances do not see one another: each runs in processes of its own, host items and all.

So a host item that has state (memories, tables, mutable globals, and the trace) is one instance's: a second module that
asks for any is unsupported, and so is one that imports another instance's exports.
"""

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2, Features
from jit.wasm.module import Module
from jit.wasm.types import NULL

from .. import nans, protocol
from ..protocol import (
    HostFunc,
    HostGlobal,
    HostItem,
    Outcome,
    Phase,
    Rejected,
    Trapped,
    Unsupported,
)
from .contain import contain, why_unlinkable
from .instance import NO_REFERENCES, Loaded, WabtInstance
from .tool import Run, Tool
from .words import SEGMENT, WABT

_ALONE = "instances of this engine do not see one another"


class WabtStore:
    def __init__(self, tool: Tool, features: Features) -> None:
        self._tool = tool
        self._features = features
        self._items: dict[tuple[str, str], HostItem] = {}
        self._registered: set[str] = set()
        self._taken = False  # an instance has host items with state

    def define(self, module: str, name: str, item: HostItem) -> None:
        self._items[module, name] = item

    def register(self, module: str, instance: protocol.Instance) -> None:
        """Accepts that there are such exports; a module that imports one is unsupported."""
        if not isinstance(instance, WabtInstance):
            raise TypeError(f"a store of wabt registers instances of its own, not {type(instance).__name__}")
        self._registered.add(module)

    def instantiate(self, wasm: bytes, *, deadline_s: float) -> WabtInstance | Outcome:
        wasm = bytes(wasm)
        refusal = self._tool.refusal(wasm)
        if refusal is not None:
            return Rejected(Phase.VALIDATE, refusal)
        loaded = self._load(wasm)
        if not isinstance(loaded, Loaded):
            return loaded
        run = self._tool.run(loaded.wasm([]), deadline_s)
        if not isinstance(run, Run):
            return run
        if run.refused is not None:
            return Rejected(Phase.VALIDATE, run.refused)
        return WabtInstance(self._tool, loaded, run) if run.failed is None else self._failed(run.failed)

    def _load(self, wasm: bytes) -> Loaded | Outcome:
        """What is run of a module that wabt takes; it may take what is not valid, of which not all can be contained."""
        try:
            module = decode(nans.canonical(wasm), WASM_2)
            items = self._link(module)
            if not isinstance(items, list):
                return items
            contained = contain(module, items)
        except (WasmError, IndexError) as error:
            return Unsupported(f"its adapter cannot read the module: {error!r}")
        self._taken |= any(map(_has_state, items))
        imported = zip(module.imports, items, strict=True)
        hosts = tuple((f"{i.module}.{i.name}", item) for i, item in imported if isinstance(item, HostFunc))
        return Loaded(module, contained, hosts)

    def _link(self, module: Module) -> list[HostItem] | Outcome:
        """What the module's imports are, or why it cannot have them."""
        items: list[HostItem] = []
        for wanted in module.imports:
            if wanted.module in self._registered:
                return Unsupported(_ALONE)
            item = self._items.get((wanted.module, wanted.name))
            reason = why_unlinkable(wanted, item)
            if item is None or reason is not None:
                return Rejected(Phase.LINK, reason or "")
            if isinstance(item, HostGlobal) and item.type.type.is_ref and item.value.bits != NULL:
                return Unsupported(NO_REFERENCES)
            items.append(item)
        return Unsupported(_ALONE) if self._taken and any(map(_has_state, items)) else items

    def _failed(self, said: str) -> Outcome:
        """What an instantiation came to that failed."""
        outcome = WABT.outcome(said)
        if isinstance(outcome, Trapped) and SEGMENT.search(said) and not self._features.bulk_memory:
            return Rejected(Phase.LINK, said)
        return outcome

    def close(self) -> None:
        """There is nothing to close: every run has ended."""


def _has_state(item: HostItem) -> bool:
    match item:
        case HostGlobal(type):
            return type.mutable
        case HostFunc():
            return not item.silent
        case _:
            return True
