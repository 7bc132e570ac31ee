"""Cases from modules that we did not generate: a corpus, a test suite, somebody's program.

The module is made to terminate and to show its whole state; what it imports is made up of host items; the script calls
every function it exports.
"""

from jit.wasm.decode import decode
from jit.wasm.encode import encode
from jit.wasm.features import Features
from jit.wasm.module import ExternKind, Import, Module
from jit.wasm.types import NULL, FuncType, GlobalType, MemoryType, TableType, Value
from oracles.protocol import HostFunc, HostGlobal, HostItem, HostMemory, HostTable

from ..case import Case, Definition
from ..choices import Choices
from .script import make_script
from .terminate import ensure_termination, export_all

#: Calls made of each exported function on average, and of all of them at most.
CALLS_EACH, CALLS_MOST = 3, 40


def definitions(module: Module) -> tuple[Definition, ...]:
    """Host items for everything a module imports: functions that answer, globals at zero, memories and tables."""
    return tuple(Definition(i.module, i.name, _item(i)) for i in module.imports)


def _item(entry: Import) -> HostItem:
    match entry.type:
        case FuncType():
            return HostFunc(entry.type)
        case GlobalType(type):
            return HostGlobal(entry.type, Value(type, NULL if type.is_ref else 0))
        case MemoryType():
            return HostMemory(entry.type)
        case TableType():
            return HostTable(entry.type)


def case_for(choices: Choices, wasm: bytes, features: Features) -> Case:
    """A case that runs this module's exported functions; the module must decode under these features."""
    module = decode(wasm, features)
    exports = [
        (e.name, "".join(t.letter for t in module.func_types[e.index].params))
        for e in module.exports
        if e.kind is ExternKind.FUNC
    ]
    script = make_script(choices, exports, min(CALLS_EACH * len(exports), CALLS_MOST))
    safe = export_all(ensure_termination(module))
    return Case(encode(safe), script, definitions(module), choices.record)
