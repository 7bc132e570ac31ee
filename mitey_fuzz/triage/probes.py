"""Modules that stop at a point and show what they had there: how any engine is watched, through the protocol alone.

A *cut* makes the n-th coming by a site the end of the call: it hands out what is on the operand stack, or one local,
and traps.  A single-pass compiler has then emitted the same code up to there as it did for the module itself.  There
are two kinds of cut with as little in common as possible, because what is wrong with the engine may well be what a cut
is made of: a difference counts only when both show it, or the one that does not is blind (see `Search.is_wrong`).

    GLOBALS   values go to globals; an `if` over a counter that goes down
    HOST      values go to a host function; a `br_if` over a counter that goes up

A *tap* leaves the program as it is but copies one result to a global on the way.

Rule 1: nothing that is there changes its meaning: what is added is exported under names of our own, and indices of
functions move only together.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum
from typing import NamedTuple

from jit.wasm import body
from jit.wasm.body import BLOCKS, EMPTY, Instr
from jit.wasm.encode import encode
from jit.wasm.module import Elem, Export, Expr, ExternKind, Global, Import, Module
from jit.wasm.opcodes import Imm, op
from jit.wasm.types import I32, NULL, FuncType, GlobalType, ValType, Value
from oracles.protocol import HostFunc, Trapped

from ..case import Call, Case, Definition
from ..compare.differ import Step
from .track import Site

OURS = "triage"
"""What begins every name that is added."""
_MARK, _SEE = f"{OURS}:mark", "see"

_UNREACHABLE = Instr(op("unreachable"))
_IF, _BLOCK, _END = op("if"), op("block"), Instr(op("end"))
_BR_IF = Instr(op("br_if"), (0,))
_EQZ = Instr(op("i32.eqz"))
_ONE = body.const(I32, 1)


class Kind(Enum):
    """The kinds of cut."""

    GLOBALS = "globals"
    HOST = "host"


class Look(NamedTuple):
    """What a cut shows: a whole stack of these types or, if `local` is given, that local.

    Before it is read, locals are written as `writes` says, and `pad` zeros are pushed.
    """

    types: tuple[ValType, ...]
    local: int | None = None
    pad: int = 0
    writes: tuple[tuple[int, Value], ...] = ()


class Cut(NamedTuple):
    """A site, which coming by it counts (from 1; 0 is never), and whether what follows stays alive in any case."""

    site: Site
    nth: int
    look: Look
    is_soft: bool = False


def cut(module: Module, case: Case, kind: Kind, where: Cut) -> Case:
    """The case, whose module this is, with the cut made."""
    if kind is Kind.HOST:
        module = with_import(module, FuncType(_shown(where.look), ()))
        site = Site(where.site.function + 1, where.site.number)
        see = Definition(OURS, _SEE, HostFunc(FuncType(_shown(where.look), ())))
        case = replace(case, imports=(*case.imports, see))
        where = where._replace(site=site)
        dump = [*_pads(where.look), Instr(op("call"), (module.imported_funcs - 1,)), _UNREACHABLE]
    else:
        first = len(module.global_types)
        places = range(first + len(_shown(where.look)), first, -1)
        sets = [Instr(op("global.set"), (place,)) for place in places]
        dump = [*_pads(where.look), *sets, _ONE, Instr(op("global.set"), (first,)), _UNREACHABLE]
        module = _with_global(module, _MARK, I32, 0)
        for number, type in enumerate(_shown(where.look)):
            module = _with_global(module, f"{OURS}:{number}", type, NULL if type.is_ref else 0)
    if where.nth != 1 or where.is_soft:
        module, dump = _gated(module, kind, where, dump)
    return replace(case, wasm=encode(inserted(module, where.site, dump)), choices=None)


def tap(module: Module, case: Case, site: Site, type: ValType) -> Case:
    """The case with the one result that the instruction at a site leaves copied to a global, each time it runs."""
    place = len(module.global_types)
    module = _with_global(module, f"{OURS}:0", type, NULL if type.is_ref else 0)
    copy = [Instr(op("global.set"), (place,)), Instr(op("global.get"), (place,))]
    behind = Site(site.function, site.number + 1)
    return replace(case, wasm=encode(inserted(module, behind, copy)), choices=None)


def shown(step: Step, kind: Kind, look: Look) -> tuple[Value, ...] | None:
    """What a cut handed out; None where the run did not come to it."""
    if step.state is None or not isinstance(step.outcome, Trapped):
        return None
    if kind is Kind.HOST:
        calls = step.state.host_calls
        return calls[-1].args if calls and calls[-1].name == f"{OURS}.{_SEE}" else None
    cells = dict(step.state.globals)
    if _MARK not in cells or not cells[_MARK].bits:
        return None
    return tuple(cells[f"{OURS}:{number}"] for number in range(len(_shown(look))))


def tapped(step: Step) -> Value | None:
    """What a tap copied last."""
    return None if step.state is None else dict(step.state.globals).get(f"{OURS}:0")


def start_as_call(module: Module, case: Case) -> tuple[Module, Case] | None:
    """A case that calls the start function instead of having one; None where there is none."""
    if module.start is None:
        return None
    name = f"{OURS}:start"
    export = Export(name, ExternKind.FUNC, module.start)
    module = replace(module, start=None, exports=(*module.exports, export), source=b"")
    return module, replace(case, wasm=encode(module), script=(Call(name), *case.script), choices=None)


def _shown(look: Look) -> tuple[ValType, ...]:
    return look.types if look.local is None else look.types[:1]


def _pads(look: Look) -> list[Instr]:
    """What is done before a cut hands out its values."""
    if look.local is None:
        return []
    writes = [(body.const(value.type, value.bits), Instr(op("local.set"), (local,))) for local, value in look.writes]
    pads = [body.const(I32, 0)] * look.pad
    return [*(instr for pair in writes for instr in pair), *pads, Instr(op("local.get"), (look.local,))]


def _gated(module: Module, kind: Kind, where: Cut, dump: list[Instr]) -> tuple[Module, list[Instr]]:
    """The dump behind a counter, which starts so that it is zero the `nth` time."""
    ahead = (where.nth - 1) % (1 << 32)
    counter = len(module.global_types)
    get, set_ = Instr(op("global.get"), (counter,)), Instr(op("global.set"), (counter,))
    carried = where.look.types if where.look.local is None else ()
    module, code = _block_type(module, carried)
    if kind is Kind.GLOBALS:
        module = _with_global(module, f"{OURS}:count", I32, ahead)
        return module, [
            get, _EQZ, Instr(_IF, (code,)), *dump, _END,
            get, _ONE, Instr(op("i32.sub")), set_,
        ]  # fmt: skip
    module = _with_global(module, f"{OURS}:count", I32, -ahead % (1 << 32))
    return module, [
        Instr(_BLOCK, (code,)), get, _BR_IF, *dump, _END,
        get, _ONE, Instr(op("i32.add")), set_,
    ]  # fmt: skip


def _block_type(module: Module, carried: tuple[ValType, ...]) -> tuple[Module, int]:
    """The immediate of a block that takes and leaves these."""
    if not carried:
        return module, EMPTY
    type = FuncType(carried, carried)
    if type not in module.types:
        module = replace(module, types=(*module.types, type), source=b"")
    return module, module.types.index(type)


def _with_global(module: Module, name: str, type: ValType, bits: int) -> Module:
    """The module with one more global, exported."""
    index = len(module.global_types)
    added = Global(GlobalType(type, mutable=True), body.expr(body.const(type, bits)))
    exports = (*module.exports, Export(name, ExternKind.GLOBAL, index))
    return replace(module, globals=(*module.globals, added), exports=exports, source=b"")


def inserted(module: Module, site: Site, instrs: Sequence[Instr]) -> Module:
    """The module with instructions put in before the one at a site."""
    at = site.function - module.imported_funcs
    code = module.codes[at]
    parsed = body.parse(code.body)
    content = body.assemble([*parsed[: site.number], *instrs, *parsed[site.number :]])
    codes = (*module.codes[:at], replace(code, body=content), *module.codes[at + 1 :])
    return replace(module, codes=codes, source=b"")


def with_import(module: Module, type: FuncType) -> Module:
    """The module with one more imported function, behind those it has; defined functions move up by one."""
    first = module.imported_funcs
    if type not in module.types:
        module = replace(module, types=(*module.types, type), source=b"")
    added = Import(OURS, _SEE, type, module.types.index(type))

    def moved(index: int) -> int:
        return index + (index >= first)

    return replace(
        module,
        imports=(*module.imports, added),
        codes=tuple(replace(code, body=_renumbered(code.body, moved)) for code in module.codes),
        globals=tuple(replace(g, init=_moved_expr(g.init, moved)) for g in module.globals),
        elems=tuple(_moved_elem(elem, moved) for elem in module.elems),
        exports=tuple(replace(e, index=moved(e.index)) if e.kind is ExternKind.FUNC else e for e in module.exports),
        start=None if module.start is None else moved(module.start),
        source=b"",
    )


Moved = Callable[[int], int]


def _renumbered(code: bytes, moved: Moved) -> bytes:
    """An expression with its function indices moved."""
    return body.assemble(
        [
            instr._replace(immediates=(moved(instr.immediates[0]),))
            if instr.op not in BLOCKS and instr.op.immediates == (Imm.FUNC,)
            else instr
            for instr in body.parse(code)
        ]
    )


def _moved_expr(expr: Expr, moved: Moved) -> Expr:
    return Expr(_renumbered(expr.code, moved))


def _moved_elem(elem: Elem, moved: Moved) -> Elem:
    items = tuple(moved(item) if isinstance(item, int) else _moved_expr(item, moved) for item in elem.items)
    return replace(elem, items=items)
