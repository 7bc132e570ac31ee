"""Modules that move values between memory and wasm, so that an engine's own interface never touches one.

Everything crosses in *slots*: slot n is 16 bytes of the scratch memory at 16 n, which hold a number's or vector's bits,
little endian, or element n of the scratch table of a reference type.  Modules are written as text, to be read.

Where no `references` can be held outside wasm, there are no such tables, and a reference's slot has a word in it: 0 for
null; from a function that is called 1 for all else, which `ref.is_null` tells; to it the number of a function in a
table of the shim's own.  A reference to a host object that is not null cannot be made so.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from wasmtime import wat2wasm

from jit.wasm import literals
from jit.wasm.types import EXTERNREF, FUNCREF, NULL, FuncType, GlobalType, Limits, ValType, Value

from ..protocol import FOREIGN

SLOT = 16
"""Bytes of a slot."""
SLOTS = 4000
"""How many there are; the rest of the page is the host's."""
NUMBER_AT = 65528
"""Where the number of the host function that is called lies, 32 bits."""
COUNT_AT = 65532
"""Where the bytes of its arguments are counted, 32 bits."""

WALK_AT = SLOT
"""Where a walk through a table leaves a byte for each element, 1 where it is not null."""
WALK = SLOT * (SLOTS - 1)
"""How many elements a walk passes at most."""

_TABLES = {EXTERNREF: "$externs", FUNCREF: "$funcs"}
_NULLS = {EXTERNREF: "(ref.null extern)", FUNCREF: "(ref.null func)"}


def ground(*, references: bool) -> bytes:
    """What every world begins with: the scratch memory, and tables for references."""
    tables = f'(table (export "e") {SLOTS} externref) (table (export "f") {SLOTS} funcref)' if references else ""
    return _wasm(f'(module (memory (export "m") 1 1) {tables})')


def ground_imports(*, references: bool) -> str:
    """The imports by which a shim sees the ground, in the order in which `ground` exports."""
    tables = f'(import "" "e" (table $externs {SLOTS} externref)) (import "" "f" (table $funcs {SLOTS} funcref))'
    return '(import "" "m" (memory 1 1))' + (tables if references else "")


def callers(
    functions: Sequence[FuncType],
    cells: Sequence[GlobalType],
    *,
    references: bool,
    referable: Sequence[FuncType] = (),
    tables: Sequence[ValType] = (),
) -> bytes:
    """A module over some functions, globals, functions to refer to and tables, imported in this order behind the
    ground.

    Its export `n` is a function without parameters that calls the n-th of `functions` on the first slots and leaves its
    results there; the export behind these stores the globals there.  The last ones walk through the tables: from the
    element that the first word of the scratch memory tells, which becomes the table's size.  What passes as a reference
    is the n-th of `referable` as n + 1.
    """
    parts = ["(module", ground_imports(references=references)]
    parts += [f'(import "" "f{n}" (func $f{n} {_signature(type)}))' for n, type in enumerate(functions)]
    parts += [f'(import "" "g{n}" (global $g{n} {_cell(type)}))' for n, type in enumerate(cells)]
    parts += [f'(import "" "r{n}" (func $r{n} {_signature(type)}))' for n, type in enumerate(referable)]
    parts += [f'(import "" "t{n}" (table $t{n} 0 {type.name}))' for n, type in enumerate(tables)]
    if referable:
        own = " ".join(f"$r{n}" for n in range(len(referable)))
        parts.append(f"(table $own {len(referable) + 1} funcref) (elem (table $own) (i32.const 1) func {own})")
    parts += [_caller(n, type, references=references) for n, type in enumerate(functions)]
    stores = [_store(n, type.type, f"(global.get $g{n})", references=references) for n, type in enumerate(cells)]
    parts.append(f'(func (export "state") {" ".join(stores)})')
    return _wasm("\n".join([*parts, *(_walk(n) for n in range(len(tables))), ")"]))


def host(number: int, type: FuncType, *, references: bool) -> bytes:
    """A module whose export is a function of this type that answers by calling the import behind the ground.

    The arguments are in the first slots then, and what is there afterwards are the results.
    """
    arguments = " ".join(
        _store(n, param, f"(local.get {n})", references=references) for n, param in enumerate(type.params)
    )
    # references are answered with null
    results = " ".join(_NULLS.get(r) or _load(n, r, references=references) for n, r in enumerate(type.results))
    return _wasm(
        f"""(module {ground_imports(references=references)} (import "" "host" (func $host))
        (func (export "f") {_signature(type)} {arguments}
          (i32.store (i32.const {NUMBER_AT}) (i32.const {number}))
          (i32.store (i32.const {COUNT_AT}) (i32.const {SLOT * len(type.params)}))
          call $host {results}))"""
    )


def cell(type: GlobalType, value: Value) -> bytes:
    """A module that exports a global of a number, a vector, or null."""
    return _wasm(f'(module (global (export "g") {_cell(type)} {_constant(value)}))')


def memory(limits: Limits) -> bytes:
    return _wasm(f'(module (memory (export "m") {_bounds(limits)}))')


def table(element: ValType, limits: Limits) -> bytes:
    return _wasm(f'(module (table (export "t") {_bounds(limits)} {element.name}))')


def pack(values: Sequence[Value], numbers: Mapping[int, int] | None = None) -> bytes:
    """The slots of some values; a reference's is what `numbers` has for its bits, or else zero."""
    known = numbers or {}
    return b"".join((known.get(v.bits, 0) if v.type.is_ref else v.bits).to_bytes(SLOT, "little") for v in values)


def unpack(types: Sequence[ValType], slots: bytes) -> list[int]:
    """The bits of the values in the first slots: of a reference that is not null, those of a foreign one."""
    return [
        (FOREIGN if any(slots[SLOT * n : SLOT * n + 4]) else NULL)
        if type.is_ref
        else int.from_bytes(slots[SLOT * n : SLOT * n + type.bits // 8], "little")
        for n, type in enumerate(types)
    ]


@lru_cache(maxsize=1000)
def _wasm(text: str) -> bytes:
    return bytes(wat2wasm(text))


def _names(types: Sequence[ValType]) -> str:
    return " ".join(type.name for type in types)


def _signature(type: FuncType) -> str:
    return f"(param {_names(type.params)}) (result {_names(type.results)})"


def _cell(type: GlobalType) -> str:
    return f"(mut {type.type.name})" if type.mutable else type.type.name


def _bounds(limits: Limits) -> str:
    return f"{limits.minimum}" if limits.maximum is None else f"{limits.minimum} {limits.maximum}"


def _constant(value: Value) -> str:
    match value.type.name:
        case "v128":
            return f"(v128.const i64x2 {value.bits & (1 << 64) - 1:#x} {value.bits >> 64:#x})"
        case "f32" | "f64" as name:
            return f"({name}.const {literals.floating(value.bits, value.type.bits)})"
        case "funcref":
            return "(ref.null func)"
        case "externref":
            return "(ref.null extern)"
        case name:
            return f"({name}.const {value.bits:#x})"


def _load(slot: int, type: ValType, *, references: bool) -> str:
    if type.is_ref and references:
        return f"(table.get {_TABLES[type]} (i32.const {slot}))"
    if type is EXTERNREF:
        return _NULLS[type]
    if type is FUNCREF:
        return f"(table.get $own (i32.load (i32.const {SLOT * slot})))"
    return f"({type.name}.load (i32.const {SLOT * slot}))"


def _store(slot: int, type: ValType, value: str, *, references: bool) -> str:
    if type.is_ref and references:
        return f"(table.set {_TABLES[type]} (i32.const {slot}) {value})"
    if type.is_ref:
        return f"(i32.store (i32.const {SLOT * slot}) (i32.eqz (ref.is_null {value})))"
    return f"({type.name}.store (i32.const {SLOT * slot}) {value})"


def _walk(table: int) -> str:
    """Notes which elements are not null, as many as there is room for."""
    return f"""(func (export "t{table}") (local $from i32) (local $n i32)
      (local.set $from (i32.load (i32.const 0)))
      (i32.store (i32.const 0) (table.size $t{table}))
      (block $done
        (loop $next
          (br_if $done (i32.eq (local.get $n) (i32.const {WALK})))
          (br_if $done (i32.ge_u (i32.add (local.get $from) (local.get $n)) (table.size $t{table})))
          (i32.store8 offset={WALK_AT} (local.get $n)
            (i32.eqz (ref.is_null (table.get $t{table} (i32.add (local.get $from) (local.get $n))))))
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (br $next))))"""


def _caller(number: int, type: FuncType, *, references: bool) -> str:
    """Calls the `number`-th function; results wait in locals, since they come off the stack last first."""
    count = len(type.results)
    loads = " ".join(_load(n, param, references=references) for n, param in enumerate(type.params))
    takes = " ".join(f"local.set {n}" for n in reversed(range(count)))
    stores = " ".join(
        _store(n, result, f"(local.get {n})", references=references) for n, result in enumerate(type.results)
    )
    return f'(func (export "{number}") (local {_names(type.results)}) {loads} call $f{number} {takes} {stores})'
