"""A driven engine: the protocol's faces over a driver.  What is particular about one stands in its `Kind`."""

from .. import wire
from ..child import EngineLost
from ..limits import is_limit
from ..protocol import Capabilities, Phase, Rejected
from .driver import Driver, failure
from .kind import Kind
from .store import DrivenStore


class DrivenEngine:
    """An engine in a driver's process.  A dead process is replaced at the next use.

    None of them can be relied on for canonical NaNs, so what runs are modules that make them so (`oracles.nans`).
    """

    def __init__(self, kind: Kind) -> None:
        """Starts the driver; `EngineLost` when it does not greet."""
        self.kind = kind
        self.name = kind.name
        self._driver = Driver(kind.command)
        self.version = wire.text(self._driver.hello, "version")
        self.can = Capabilities(
            kind.features,
            kind.front_end,
            tells_phases=False,
            open_ended=True,
            indistinct=kind.words.indistinct,
            names_functions=kind.references,
            host_references=kind.references,
        )

    @property
    def pid(self) -> int:
        """The driver's process id."""
        return self._driver.pid

    def _living(self) -> Driver:
        if not self._driver.alive:
            self._driver.close()
            self._driver = Driver(self.kind.command)
        return self._driver

    def validate(self, wasm: bytes) -> Rejected | None:
        failed = failure(self._living().ask({"op": "validate", "wasm": wire.from_bytes(wasm)}))
        if failed is None or is_limit(failed[1]):
            return None
        if failed[0] != "invalid":
            raise EngineLost(f"{self.name} answered validate with {failed}")
        return Rejected(Phase.VALIDATE, failed[1])

    def open(self) -> DrivenStore:
        return DrivenStore(self._living(), self.kind)

    def close(self) -> None:
        self._driver.close()
