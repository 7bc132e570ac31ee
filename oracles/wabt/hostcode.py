"""Host functions as wasm: what `oracles.hostcalls` says they do, and a print of every call that is not silent.

A print is a mark, with the function's number and the count of words, and then the words of the arguments.  Host
references cannot exist in such a module (`instance` refuses them), so those that come as arguments are null; functions
are foreign to a host function.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jit.wasm.body import Instr
from jit.wasm.types import F32, F64, I32, I64, NULL, V128, FuncType, ValType

from ..protocol import FOREIGN, HostFunc
from .code import MARK, WORD, code, words

_MASK = (1 << 64) - 1
_PRIME = 0x100000001B3
_SPREAD = 0xBF58476D1CE4E5B9

MIX = FuncType((I64, I64), (I64,))
"""The type of the function that takes state and word and gives the next state."""
MIX_BODY = f"local.get 0; local.get 1; i64.xor; i64.const {_PRIME:#x}; i64.mul; end"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the module has the function `MIX`, and the global, of type i64, that counts host calls."""

    mix: int
    counter: int


# fmt: off
_FROM_STATE = {     # of the state's complement, which is the low word of what a host function answers
    I32:  "i32.wrap_i64",
    I64:  "nop",
    F32:  "i32.wrap_i64; f32.reinterpret_i32",
    F64:  "f64.reinterpret_i64",
    V128: "i64x2.splat; local.get {state}; i64x2.replace_lane 1",
}
# fmt: on


def body(number: int, name: str, item: HostFunc, place: Place) -> list[Instr]:
    """The body of the host function of this number; it has one local more, of type i64."""
    params = item.type.params
    state = len(params)
    out: list[Instr] = []
    if not item.silent:
        shown = [word for n, param in enumerate(params) for word in _words(param, n)]
        out += code(f"i64.const {number}; i64.const {len(shown)}; call {MARK}")
        for word in shown:
            out += code(f"{word}; call {WORD}")
    out += code(f"i64.const {_prefix(name):#x}; global.get {place.counter}; call {place.mix}; local.set {state}")
    for n, param in enumerate(params):
        out += _mixed(param, n, state, place.mix)
    for result in item.type.results:
        out += _answer(result, state)
    if not item.silent:
        out += code(f"global.get {place.counter}; i64.const 1; i64.add; global.set {place.counter}")
    return [*out, *code("end")]


def _prefix(name: str) -> int:
    """The state once the name has been mixed in."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * _PRIME) & _MASK
    return state


def _words(type: ValType, local: int) -> Iterator[str]:
    if type.is_ref:
        yield f"i64.const {NULL:#x}; i64.const {FOREIGN:#x}; local.get {local}; ref.is_null; select"
    else:
        yield from (f"local.get {local}; {make}" for make in words(type))


def _mixed(type: ValType, local: int, state: int, mix: int) -> Iterator[Instr]:
    """Mixes an argument into the state; the high word of a vector only where there are bits in it."""
    low, *high = _words(type, local)
    yield from code(f"local.get {state}; {low}; call {mix}; local.set {state}")
    for word in high:
        yield from code(f"{word}; i64.eqz; i32.eqz; if -0x40")
        yield from code(f"local.get {state}; {word}; call {mix}; local.set {state}; end")


def _answer(type: ValType, state: int) -> Iterator[Instr]:
    """The next result, left on the stack."""
    yield from code(
        f"local.get {state}; local.get {state}; i64.const 29; i64.shr_u; i64.xor; i64.const {_SPREAD:#x}; i64.mul; "
        f"i64.const 1; i64.add; local.set {state}"
    )
    if type.is_ref:
        yield from code(f"ref.null {type.code}")
    else:
        yield from code(f"local.get {state}; i64.const {_MASK:#x}; i64.xor; {_FROM_STATE[type].format(state=state)}")
