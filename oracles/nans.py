"""Makes NaNs canonical in the module, for engines that cannot be asked to make them so.

WebAssembly leaves open which NaN an operation gives; this project compares bits, in the specification's deterministic
profile, where it is the positive canonical one (spec: `aux-nans`).  An engine without a switch for that is given
another module: behind every instruction whose NaN is open, a NaN of any bits is replaced by the canonical one.  What
the original does in the deterministic profile and what the rewritten one does in any profile is the same, bit for bit:
so nothing is tolerated, and nothing is lost.

Only the code section changes.  Functions keep their indices; one that needs it gets one more local per type.
"""

from collections.abc import Iterable

from jit.errors import WasmError
from jit.wasm import body, writer
from jit.wasm.body import Instr
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.module import Code, Module
from jit.wasm.opcodes import BY_NAME, Op, op
from jit.wasm.types import BY_LETTER, V128, ValType

_SELECT = op("select")
_LOCAL_GET, _LOCAL_TEE = op("local.get"), op("local.tee")

# fmt: off
_SHAPES = {             # the canonical NaN, and what makes one: `x == x ? x : canonical`, in each lane
    "f32":   (0x7FC00000,             "select"),
    "f64":   (0x7FF8 << 48,           "select"),
    "f32x4": (0x7FC00000 * ((1 << 128) // ((1 << 32) - 1)), "v128.bitselect"),
    "f64x2": ((0x7FF8 << 48) * ((1 << 64) + 1),             "v128.bitselect"),
}
_OPERATIONS = (
    "add", "sub", "mul", "div", "min", "max", "sqrt", "ceil", "floor", "trunc", "nearest", "demote_f64", "promote_f32",
    "demote_f64x2_zero", "promote_low_f32x4",
)
# fmt: on
_OPEN: dict[Op, str] = {
    BY_NAME[name]: shape
    for shape in _SHAPES
    for operation in _OPERATIONS
    if (name := f"{shape}.{operation}") in BY_NAME
}
"""The instructions whose result can be a NaN of open bits (spec: `aux-nans`), with its shape."""

_CODE_SECTION = 10


def canonical(wasm: bytes) -> bytes:
    """A module that does what `wasm` does where NaNs are canonical, on an engine where they are not.

    A module without such instructions comes back as it is, and so does one that our decoder refuses.  Of one that is
    not valid something comes back that is not worth running: the engine's verdict on the original must stand.
    """
    try:
        module = decode(wasm, WASM_2)
        bodies = [body.parse(code.body, code.offset) for code in module.codes]
    except WasmError:
        return wasm
    if not any(instr.op in _OPEN for instrs in bodies for instr in instrs):
        return wasm
    if any(index >= len(module.types) for index in module.functions):
        return wasm  # not valid, whatever its bodies do
    entries = [_entry(module, index, instrs) for index, instrs in enumerate(bodies)]
    return _with_code(wasm, writer.vec([writer.sized(entry) for entry in entries]))


def _entry(module: Module, index: int, instrs: list[Instr]) -> bytes:
    """A function's locals and its body, canonical."""
    code = module.codes[index]
    params = len(module.types[module.functions[index]].params)
    spare = _Spare(params + sum(count for count, _ in code.locals))
    parts: list[bytes] = []
    ends = [instr.offset for instr in instrs[1:]] + [code.offset + len(code.body)]
    kept = 0  # where what is not copied yet begins in the body
    for instr, end in zip(instrs, ends, strict=True):
        shape = _OPEN.get(instr.op)
        if shape is not None:
            parts += [code.body[kept : end - code.offset], _replacement(shape, spare.local(_type(instr.op)))]
            kept = end - code.offset
    return _locals(code, spare.types) + b"".join(parts) + code.body[kept:]


class _Spare:
    """The locals that a function has more than before, one of each type it needs."""

    def __init__(self, first: int) -> None:
        self._first = first
        self.types: list[ValType] = []

    def local(self, type: ValType) -> int:
        if type not in self.types:
            self.types.append(type)
        return self._first + self.types.index(type)


def _type(row: Op) -> ValType:
    return BY_LETTER[row.sig[-1]]


def _replacement(shape: str, local: int) -> bytes:
    """What replaces a NaN on top of the stack."""
    bits, choose = _SHAPES[shape]
    type = V128 if choose != _SELECT.name else _type(op(f"{shape}.add"))
    get = Instr(_LOCAL_GET, (local,))
    equal = Instr(op(f"{shape}.eq"))
    return body.assemble([Instr(_LOCAL_TEE, (local,)), body.const(type, bits), get, get, equal, Instr(op(choose))])


def _locals(code: Code, more: Iterable[ValType]) -> bytes:
    runs = [*code.locals, *((1, type) for type in more)]
    return writer.vec([writer.u32(count) + bytes((type.code,)) for count, type in runs])


def _with_code(wasm: bytes, content: bytes) -> bytes:
    """The module with another code section."""
    at = 8
    while wasm[at] != _CODE_SECTION:
        at = _behind(wasm, at)
    return wasm[:at] + writer.section(_CODE_SECTION, (content,)) + wasm[_behind(wasm, at) :]


def _behind(wasm: bytes, section: int) -> int:
    """Where the section that begins here ends."""
    size = shift = 0
    at = section + 1
    while True:
        byte = wasm[at]
        size |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return at + size
