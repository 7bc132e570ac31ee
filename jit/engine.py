"""The engine: composes decoder, validator, back end, linker, runtime and host into one WebAssembly implementation.

Rule 1: this is the only place that knows which back ends there are; hosts are chosen by `jit.host`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from types import TracebackType

from .backend.baseline import BaselineBackend
from .backend.code import Backend, CodegenOptions, Compiled, Observer, Symbol, host_symbol
from .backend.minimal import MinimalBackend
from .backend.mutants import Mutant
from .host import open_host
from .host.base import Blocks, Profiling
from .limits import MAX_MEMORY_PAGES
from .perturbation import UNCHANGED, Perturbation
from .runtime.builtins import Builtins
from .runtime.imports import Imports
from .runtime.instance import Instance
from .runtime.listing import runtime_listing
from .runtime.machine import Machine
from .runtime.module import Module
from .runtime.store import Store
from .wasm.decode import decode
from .wasm.features import LEVELS, Features
from .wasm.module import Module as WasmModule
from .wasm.validate import validate

BACKENDS: dict[str, type[Backend]] = {backend.name: backend for backend in (MinimalBackend, BaselineBackend)}

#: FAST: engines of one process are often given the same module in turn, and what is decoded never changes.
_decoded = lru_cache(maxsize=1)(decode)


def _without(features: Features, missing: Sequence[str]) -> str:
    """A feature level without these features, as short as `Features.parse` reads it."""
    if features in LEVELS.values():
        return "-".join([str(features), *missing])
    return str(Features.of(features.names - set(missing)))


class Engine:
    """A WebAssembly engine with one back end on one host; not thread-safe.  A context manager that closes it."""

    def __init__(
        self,
        backend: str = "minimal",
        host: str = "auto",
        *,
        features: Features | None = None,
        mutants: Sequence[Mutant] = (),
        max_pages: int = MAX_MEMORY_PAGES,
        paranoid: bool = False,
        perturbation: Perturbation | None = None,
    ) -> None:
        """`features` defaults to all that the back end compiles; `ValueError` for a back end that does not exist or
        features that it does not compile.

        `mutants` are planted in all code whose back end they concern; `max_pages` bounds every memory's growth;
        `paranoid` has the back end check its invariants after each instruction, where it has any to check, and host and
        runtime what must hold after each call; `perturbation` has all of them change what may not matter.
        """
        if backend not in BACKENDS:
            raise ValueError(f"unknown back end {backend!r}; there are {', '.join(BACKENDS)}")
        self._backend: Backend = BACKENDS[backend]()
        self.backend = backend
        self.features = self._backend.features if features is None else features
        missing = sorted(self.features.names - self._backend.features.names)
        if missing:
            raise ValueError(
                f"the {backend} back end does not compile {', '.join(missing)}; use {_without(self.features, missing)}"
            )
        watched = perturbation or (UNCHANGED if paranoid else None)
        self._host = open_host(host, watched)
        self.host = self._host.name
        self._options = CodegenOptions(
            probe_stores=self._host.probe_stores, paranoid=paranoid, perturbation=perturbation
        )
        self.machine = Machine(
            self._host,
            self._backend.runtime_code(self._options),
            [mutant for mutant in mutants if mutant.concerns(backend)],
            max_pages=max_pages,
            perturbation=watched,
        )
        self._builtins = Builtins(self.machine)
        self.instructions = 0
        """How many wasm instructions were compiled so far, those of unreachable code not counted."""
        self.store = self.open_store()
        """The store that `instantiate` uses."""

    def __enter__(self) -> "Engine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def backends() -> tuple[str, ...]:
        """The names of all back ends."""
        return tuple(BACKENDS)

    def validate(self, wasm: bytes) -> None:
        """Decodes and validates; raises `MalformedError`, `InvalidError` or `LimitError`."""
        validate(decode(wasm, self.features), self.features)

    def compile(self, wasm: bytes) -> Module:
        """Decodes, validates and compiles in one pass over each body, and loads the code.

        Raises `MalformedError`, `InvalidError` or `LimitError`.
        """
        self.machine.check_open()
        module, functions = self._translate(wasm)
        self.instructions += sum(len(compiled.origins) for compiled in functions)
        return Module(self.machine, module, functions, self._backend.host_entries(module))

    def code(self, wasm: bytes) -> dict[Symbol, Compiled]:
        """The code of each defined function by its index, as the back end hands it over: not linked, without mutants.

        Behind them what else is loaded with the module, by name.  Raises what `compile` raises.
        """
        module, functions = self._translate(wasm)
        code: dict[Symbol, Compiled] = dict(enumerate(functions, module.imported_funcs))
        code.update((host_symbol(type), entry) for type, entry in self._backend.host_entries(module).items())
        return code

    def runtime_code(self) -> dict[Symbol, Compiled]:
        """The code of each handler and stub by its name, as the back end hands it over."""
        code: dict[Symbol, Compiled] = {}
        code.update(self._backend.runtime_code(self._options))
        return code

    def _translate(self, wasm: bytes) -> tuple[WasmModule, list[Compiled]]:
        module = _decoded(wasm, self.features)
        sink = self._backend.sink(module, self._options)
        functions: list[Compiled] = []
        validate(module, self.features, sink, lambda _: functions.append(sink.take()))
        return module, functions

    def limit_work(self, instructions: int | None) -> bool:
        """Ends every further call as out of time after so many machine instructions; None takes the bound away.

        The bound means the same on every machine, which no time does.  It is one of each stretch between two host
        calls, those of the runtime such as growth included, and each of them takes 1000 off what the next stretches
        have: a call that returns to the host often may execute many times as many.  With 0 nothing is executed at all.

        False where the host cannot count: then nothing has changed.  `TypeError` for what is no integer, `ValueError`
        for one that is negative or no 64-bit number.
        """
        return self.machine.limit_work(instructions)

    @contextmanager
    def executed(self) -> Iterator[Counter[int]]:
        """How often each instruction word runs within a `with`; known when it ends.

        Exact where nothing traps: code, runtime code and the host's few stubs, host calls left out.  `ValueError` where
        the host cannot tell.
        """
        self.machine.check_open()
        host = self._host if isinstance(self._host, Profiling) else None
        if host is None:
            raise ValueError(f"the {self.host} host cannot tell what it executes; use the emulator")
        words: Counter[int] = Counter()
        blocks: Blocks = {}
        host.count(blocks)
        try:
            yield words
        finally:
            host.count(None)
        for (start, size), times in blocks.items():
            for address in range(start, start + size, 4):
                words[host.word(address)] += times

    def observe(self, observer: Observer | None) -> None:
        """Has the compiler tell of each instruction that it comes to from now on; None ends that.

        Only a back end that keeps a state has something to tell.  Instructions of unreachable code are not compiled.
        """
        self._options = replace(self._options, observer=observer)

    def runtime_listing(self, name: str) -> tuple[str, ...]:
        """The code of a handler or stub that listings mention by name; `KeyError` when there is none."""
        return runtime_listing(self.machine.runtime_image, name)

    def open_store(self) -> Store:
        """A store of its own, for things that are to be given back together."""
        self.machine.check_open()
        return Store(self.machine, self._builtins, bulk_memory=self.features.bulk_memory)

    def instantiate(self, module: Module, imports: Imports | None = None) -> Instance:
        """Makes an instance in the engine's own store, so for the engine's life: see `Store.instantiate`."""
        return self.store.instantiate(module, imports)

    def close(self) -> None:
        """Gives the host back, and with it all stores and modules.  Closing twice is fine.

        From then on compiling, opening stores and using what is in them raise `ValueError`; what needs no host, such as
        `validate`, goes on.  `ValueError` while a function of any store runs: then nothing has changed.
        """
        self.machine.close()
