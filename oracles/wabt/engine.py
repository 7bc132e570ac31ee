"""The engine, and what it can and cannot do."""

from jit.wasm.features import Features

from ..protocol import Capabilities, Phase, Rejected
from .store import WabtStore
from .tool import Tool


class WabtEngine:
    def __init__(self, features: Features) -> None:
        """`ImportError` where wabt is not installed."""
        self._tool = Tool(features)
        self._features = features
        self.name = "wabt"
        self.version = self._tool.version
        self.can = Capabilities(
            features,
            "wabt",
            tells_phases=False,
            open_ended=features.reference_types and not features.bulk_memory,  # its switch brings both
            links=False,
            host_references=False,
        )

    def validate(self, wasm: bytes) -> Rejected | None:
        refusal = self._tool.refusal(bytes(wasm))
        return None if refusal is None else Rejected(Phase.VALIDATE, refusal)

    def open(self) -> WabtStore:
        return WabtStore(self._tool, self._features)

    def close(self) -> None:
        self._tool.close()
