"""Numeric instructions as wasmtime executes them: an independent source for what each of them computes.

One module holds a function per row that applies it to a whole array of operands in memory, so that a thousand
evaluations cost one call.  Everything crosses as integer bits; where the row may trap, operands go one by one.
"""

import struct
from collections.abc import Sequence

import wasmtime

from jit.errors import Trap
from jit.wasm.body import Instr
from jit.wasm.semantics import operation
from jit.wasm.types import F32, F64, V128, TrapKind, ValType

# fmt: off
TRAPS = {
    wasmtime.TrapCode.INTEGER_DIVISION_BY_ZERO:  TrapKind.DIV_ZERO,
    wasmtime.TrapCode.INTEGER_OVERFLOW:          TrapKind.OVERFLOW,
    wasmtime.TrapCode.BAD_CONVERSION_TO_INTEGER: TrapKind.BAD_CONVERSION,
}
# fmt: on
_SLOT = 16
_SLOTS = 4  # three operands and the result
_BYTES = _SLOT * _SLOTS
_PAGES = 64


def _load(type: ValType, offset: int) -> str:
    if type is V128:
        return f"(v128.load offset={offset} (local.get $at))"
    integer = "i32" if type.bits == 32 else "i64"
    loaded = f"({integer}.load offset={offset} (local.get $at))"
    return loaded if type not in (F32, F64) else f"({type.name}.reinterpret_{integer} {loaded})"


def _store(type: ValType, value: str) -> str:
    integer = "i32" if type.bits == 32 else "i64"
    value = f"({integer}.reinterpret_{type.name} {value})" if type in (F32, F64) else value
    into = "v128" if type is V128 else integer
    return f"({into}.store offset={_SLOT * (_SLOTS - 1)} (local.get $at) {value})"


def _function(instr: Instr) -> str:
    row = instr.op
    assert row.params is not None
    assert row.results is not None
    operands = " ".join(_load(type, _SLOT * n) for n, type in enumerate(row.params))
    return f"""(func (export "{instr}") (param $at i32) (param $end i32)
      (loop $next
        {_store(row.results[0], f"({instr} {operands})")}
        (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const {_BYTES}))) (local.get $end)))))"""


class Reference:
    """wasmtime with every instruction given compiled; immediates are lane numbers."""

    def __init__(self, instrs: Sequence[Instr]) -> None:
        config = wasmtime.Config()
        config.cranelift_nan_canonicalization = True
        self._store = wasmtime.Store(wasmtime.Engine(config))
        functions = "\n".join(map(_function, instrs))
        module = wasmtime.Module(self._store.engine, f'(module (memory (export "memory") {_PAGES}) {functions})')
        self._exports = wasmtime.Instance(self._store, module, []).exports(self._store)

    def evaluate(self, instr: Instr, operands: Sequence[tuple[int, ...]]) -> list[int | TrapKind]:
        """What the instruction gives for each tuple of operand bits."""
        if instr.op.traps:
            return [outcome for one in operands for outcome in self._run(instr, [one])]
        room = (_PAGES << 16) // _BYTES
        parts = [operands[start : start + room] for start in range(0, len(operands), room)]
        return [outcome for part in parts for outcome in self._run(instr, part)]

    def _run(self, instr: Instr, operands: Sequence[tuple[int, ...]]) -> list[int | TrapKind]:
        memory = self._exports["memory"]
        run = self._exports[str(instr)]
        assert isinstance(memory, wasmtime.Memory)
        assert isinstance(run, wasmtime.Func)
        words = [value for one in operands for value in (*one, *[0] * (_SLOTS - len(one)))]
        memory.write(self._store, b"".join([word.to_bytes(_SLOT, "little") for word in words]), 0)
        try:
            run(self._store, 0, len(operands) * _BYTES)
        except wasmtime.Trap as trap:
            assert trap.trap_code is not None
            return [TRAPS[trap.trap_code]]
        written = bytes(memory.read(self._store, 0, len(operands) * _BYTES))
        results = [written[end - _SLOT : end] for end in range(_BYTES, len(written) + 1, _BYTES)]
        return [int.from_bytes(result, "little") for result in results]


def outcome(instr: Instr, operands: tuple[int, ...]) -> int | TrapKind:
    """What our definition gives."""
    try:
        return operation(instr.op)(*instr.immediates, *operands)
    except Trap as trap:
        return trap.kind


def assert_equal(reference: Reference, instr: Instr, operands: Sequence[tuple[int, ...]]) -> None:
    """Holds our definition against the reference for each tuple of operands."""
    expected = reference.evaluate(instr, operands)
    wrong = [
        f"{instr}({', '.join(map(hex, one))}) = {actual}, wasmtime {right}"
        for one, right in zip(operands, expected, strict=True)
        if (actual := outcome(instr, one)) != right
    ]
    assert not wrong, "\n".join(wrong[:20])


def interesting(type: ValType) -> list[int]:
    """Bit patterns of a number type at which operations change what they do."""
    return _FLOATS[type] if type in _FLOATS else integers(type.bits)


def integers(bits: int) -> list[int]:
    """Bit patterns of this width at which integer operations change what they do."""
    mask = (1 << bits) - 1
    near = {p + d for p in (0, 1 << 7, 1 << 8, 1 << 15, 1 << 16, 1 << 31, 1 << 32, 1 << 63) for d in (-2, -1, 0, 1, 2)}
    rounding = {(1 << 24) + 1, (1 << 24) + 3, (1 << 53) + 1, (1 << 53) + 3, 0x20000020000001, 0x7FFFFFBFFFFFFFFF}
    rounding |= {0x8000008000000001, 0xFFFFFF8000000001, 0x7FFFFF4000000001, 0xFFFFFFFFFFFFFBFF, 0x0123456789ABCDEF}
    return sorted({value & mask for value in near | {-value for value in near} | rounding})


def _both_signs(values: Sequence[float], form: str, integer: str) -> list[int]:
    unsigned = [struct.unpack(integer, struct.pack(form, value))[0] for value in values]
    sign = 1 << struct.calcsize(form) * 8 - 1
    return sorted({bits | s for bits in unsigned for s in (0, sign)})


_SHARED = [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 127.5, 2.0**24 - 1, 2.0**31, 2.0**32, 2.0**63, 2.0**64]
_SHARED += [2.0**31 - 128, 2.0**32 - 256, 2.0**63 - 2.0**39, 2.0**64 - 2.0**40, 2.0**23 - 0.5, 2.0**22 + 0.5, 1e30]
_WIDE = [2.0**31 - 1, 2.0**31 - 0.5, 2.0**31 + 0.5, 2.0**31 + 1, 2.0**32 - 1, 2.0**32 - 0.5, 0.9999999999999999]
_WIDE += [2.0**63 - 1024, 2.0**64 - 2048, 2.0**52 - 0.5, 2.0**51 + 0.5, 4503599627370497.5, 1e308, 5e-324, 2.0**-1022]
_WIDE += [2.0**-149, 2.0**-150, 2.0**-150 * 1.0000000000000002, 2.0**-126, 2.0**128, 2.0**128 - 2.0**103]
_WIDE += [2.0**128 - 2.0**103 - 2.0**75, 1 + 2.0**-24, 1 + 2.0**-24 + 2.0**-52, 1 + 3 * 2.0**-24, 2.0**-1022 - 5e-324]
_NARROW = [2.0**-149, 2.0**-126, 2.0**-126 - 2.0**-149, 2.0**128 - 2.0**104, 1 - 2.0**-24, 1 + 2.0**-23, 1.1, 1e-30]
_NANS32 = [0x7FC00000, 0xFFC00000, 0x7F800001, 0xFF800001, 0x7FA00000, 0x7FFFFFFF, 0xFFFFFFFF, 0x7F800000, 0xFF800000]
_NANS64 = [0x7FF8 << 48, 0xFFF8 << 48, (0x7FF << 52) + 1, (0xFFF << 52) + 1, 0x7FF4 << 48, (1 << 63) - 1, (1 << 64) - 1]
_NANS64 += [0x7FF0 << 48, 0xFFF0 << 48]
_FLOATS = {
    F32: _both_signs(_SHARED + _NARROW, "<f", "<I") + _NANS32,
    F64: _both_signs(_SHARED + _WIDE, "<d", "<Q") + _NANS64,
}
