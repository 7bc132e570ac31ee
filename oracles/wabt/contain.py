"""From a module with imports to one that stands alone: same code, host items defined, our functions behind its own.

Bodies stay byte for byte but for the indices in `call` and `ref.func`, which are higher by `SHIFT`.  What a host global
holds takes the place of `global.get` in constant expressions, since a global that is defined cannot be asked there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from jit.wasm import body
from jit.wasm.body import assemble, const, expr
from jit.wasm.module import Code, Data, Elem, Export, Expr, ExternKind, Global, Import, Mode, Module
from jit.wasm.opcodes import Imm, op
from jit.wasm.types import FUNCREF, I64, FuncType, GlobalType, Limits, MemoryType, TableType

from ..protocol import HostFunc, HostGlobal, HostItem, HostMemory, HostTable
from . import hostcode
from .code import PRINTS, SHIFT, code
from .probes import Body

_GLOBAL_GET = op("global.get")

Items = Sequence[HostItem]
"""What the module's imports are, in order."""


@dataclass(frozen=True, slots=True)
class Contained:
    """A module that stands alone, but for the functions that call and print (`with_probes`)."""

    module: Module
    functions: int  # of the original, imports counted

    def with_probes(self, probes: Sequence[Body]) -> Module:
        """The module with these functions, exported in this order as `0`, `1`, …"""
        module = self.module
        first = SHIFT + len(module.functions)
        type = len(module.types)
        codes = [Code(tuple((1, local) for local in locals_), assemble(instrs)) for locals_, instrs in probes]
        return replace(
            module,
            types=(*module.types, FuncType((), ())),
            functions=(*module.functions, *[type] * len(probes)),
            exports=tuple(Export(str(n), ExternKind.FUNC, first + n) for n in range(len(probes))),
            codes=(*module.codes, *codes),
        )


def contain(module: Module, items: Items) -> Contained:
    """Makes a valid module stand alone.  `items` fit its imports; a host global holds no host reference."""
    functions = len(module.func_type_indices)
    place = hostcode.Place(mix=functions + SHIFT, counter=len(module.global_types))
    inlined = _Inlined(items)
    imports = list(zip(module.imports, items, strict=True))
    globals_ = [_cell(item) for item in items if isinstance(item, HostGlobal)]
    globals_ += [Global(g.type, inlined.shifted(g.init)) for g in module.globals]
    globals_ += [Global(GlobalType(I64, mutable=True), expr(const(I64, 0)))]
    first = len(module.types)
    contained = Module(
        types=(*module.types, *PRINTS, hostcode.MIX),
        imports=tuple(Import("host", "print", type, first + n) for n, type in enumerate(PRINTS)),
        functions=(*module.func_type_indices, first + len(PRINTS)),
        tables=(*(item.type for item in items if isinstance(item, HostTable)), *module.tables),
        memories=(*(item.type for item in items if isinstance(item, HostMemory)), *module.memories),
        globals=tuple(globals_),
        start=None if module.start is None else module.start + SHIFT,
        elems=(*map(inlined.elem, module.elems), _declared(functions)),
        data_count=module.data_count,
        codes=(*_host_codes(imports, place), *map(_shifted, module.codes), Code((), assemble(code(hostcode.MIX_BODY)))),
        datas=tuple(map(inlined.data, module.datas)),
    )
    return Contained(contained, functions)


def _cell(item: HostGlobal) -> Global:
    return Global(item.type, expr(const(item.type.type, item.value.bits)))


def _declared(functions: int) -> Elem:
    """Declares all functions, so that probes may refer to them and code still may, though exports are gone."""
    return Elem(Mode.DECLARATIVE, FUNCREF, tuple(n + SHIFT for n in range(functions)))


def _host_codes(imports: Sequence[tuple[Import, HostItem]], place: hostcode.Place) -> list[Code]:
    found = [(wanted, item) for wanted, item in imports if isinstance(item, HostFunc)]
    return [
        Code(((1, I64),), assemble(hostcode.body(number, f"{wanted.module}.{wanted.name}", item, place)))
        for number, (wanted, item) in enumerate(found)
    ]


def _shifted(entry: Code) -> Code:
    """A body whose references to functions are higher by `SHIFT`."""
    return replace(entry, body=_shift(entry.body))


def _shift(body_: bytes) -> bytes:
    instrs = body.parse(body_)
    ends = [instr.offset for instr in instrs[1:]] + [len(body_)]
    parts: list[bytes] = []
    kept = 0
    for instr, end in zip(instrs, ends, strict=True):
        if instr.op.immediates == (Imm.FUNC,):
            parts += [body_[kept : instr.offset], body.instruction(instr.op, instr.immediates[0] + SHIFT)]
            kept = end
    return b"".join(parts) + body_[kept:]


class _Inlined:
    """Constant expressions in which host globals have become what they hold."""

    def __init__(self, items: Items) -> None:
        self._cells = [item for item in items if isinstance(item, HostGlobal)]

    def shifted(self, init: Expr) -> Expr:
        (instr, *_) = body.parse(init.code)
        if instr.op is not _GLOBAL_GET:
            return Expr(_shift(init.code))
        cell = self._cells[instr.immediates[0]]
        return expr(const(cell.type.type, cell.value.bits))

    def elem(self, elem: Elem) -> Elem:
        offset = None if elem.offset is None else self.shifted(elem.offset)
        items = tuple(self.shifted(item) if isinstance(item, Expr) else item + SHIFT for item in elem.items)
        return replace(elem, items=items, offset=offset)

    def data(self, data: Data) -> Data:
        return data if data.offset is None else replace(data, offset=self.shifted(data.offset))


def why_unlinkable(wanted: Import, item: HostItem | None) -> str | None:
    """Why a host item does not fit an import, None where it does (spec: `match-limits`)."""
    name = f"{wanted.module}.{wanted.name}"
    if item is None:
        return f"unknown import {name}"
    return None if _fits(wanted.type, item) else f"incompatible import type for {name}"


def _fits(wanted: FuncType | TableType | MemoryType | GlobalType, item: HostItem) -> bool:
    match item:
        case HostFunc(type) | HostGlobal(type):
            return type == wanted
        case HostMemory(type):
            return isinstance(wanted, MemoryType) and _within(type.limits, wanted.limits)
        case HostTable(type):
            if not (isinstance(wanted, TableType) and wanted.element is type.element):
                return False
            return _within(type.limits, wanted.limits)
        case _:
            assert_never(item)


def _within(found: Limits, wanted: Limits) -> bool:
    if found.minimum < wanted.minimum:
        return False
    return wanted.maximum is None or (found.maximum is not None and found.maximum <= wanted.maximum)
