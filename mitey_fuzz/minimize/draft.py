"""A case taken apart so that passes can change it: the module as data, bodies as instruction lists, the script.

Companions stay whole; a pass that changes one takes it apart as a draft of its own (`Problem.companion`).

Drafts are immutable; every change is a new one.  `case` puts it together again.  Nothing here checks validity: a draft
that is not a valid module simply does not reproduce.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from jit.wasm import body
from jit.wasm.body import Instr
from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import WASM_2
from jit.wasm.module import Module
from oracles.protocol import HostFunc

from ..case import MAIN, Call, Case, Companion, Definition

Body = tuple[Instr, ...]


@dataclass(frozen=True)
class Draft:
    """`module.codes[i].body` is out of date; the instructions of function i are `bodies[i]`, final `end` included."""

    module: Module
    bodies: tuple[Body, ...]
    script: tuple[Call, ...]
    imports: tuple[Definition, ...]
    companions: tuple[Companion, ...] = ()

    @staticmethod
    def of(case: Case) -> "Draft":
        """Takes a case apart; raises `WasmError` where its module does not decode."""
        module = decode(case.wasm, WASM_2)
        bodies = tuple(tuple(body.parse(code.body)) for code in module.codes)
        return Draft(module, bodies, case.script, case.imports, case.companions)

    @cached_property
    def case(self) -> Case:
        codes = tuple(
            replace(code, body=body.assemble(instrs))
            for code, instrs in zip(self.module.codes, self.bodies, strict=True)
        )
        wasm = encode(replace(self.module, codes=codes))
        return Case(wasm, self.script, self.imports, companions=self.companions)

    @property
    def entered(self) -> frozenset[str]:
        """Exports of the module that the script calls, and those that host functions call back."""
        items = (definition.item for definition in self.imports)
        backs = (item.calls_back for item in items if isinstance(item, HostFunc))
        called = (call.export for call in self.script)
        return frozenset((*called, *(back.export for back in backs if back is not None and back.module == MAIN)))

    def with_body(self, index: int, instrs: Body) -> "Draft":
        """With another body for the `index`-th defined function."""
        return replace(self, bodies=(*self.bodies[:index], instrs, *self.bodies[index + 1 :]))

    def with_module(self, module: Module) -> "Draft":
        return replace(self, module=module)
