"""Functions as objects: what exports give, imports take, and tables and globals hold.

A function is its FuncRef's address (see `jit.abi`); two `Function`s are equal exactly when they are one function.
"""

import math
from collections.abc import Sequence

from ..abi import FuncRef
from ..wasm.types import FUNCREF, NULL, FuncType, ValType, Value
from .machine import Target
from .records import Records
from .values import check_types, count_slots, decode_number, encode_number, from_slots, to_slots


class Function:
    """A function of a store: of an instance, or a host function that was imported or exported."""

    __slots__ = ("_results", "_target", "address", "records", "type")

    def __init__(self, records: Records, address: int) -> None:
        """Reads the FuncRef at `address`; `ValueError` when the store is closed."""
        records.check_open()
        arena = records.arena
        self.records = records
        self.address = address
        self.type: FuncType = records.type_of(arena.read(address + FuncRef.TYPE) & 0xFFFFFFFF)
        self._results = count_slots(self.type.results)
        self._target = Target(
            arena.read(address + FuncRef.CODE),
            arena.read(address + FuncRef.MEMORY),
            arena.read(address + FuncRef.VMCTX),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Function) and other.records is self.records and other.address == self.address

    def __hash__(self) -> int:
        return hash(self.address)

    def __repr__(self) -> str:
        return f"<Function {self.type} at {self.address:#x}>"

    def __call__(self, *args: "Number", budget_s: float = math.inf) -> "Number | tuple[Number, ...]":
        """Calls with Python's numbers: integers signed or unsigned in range, floats, references as objects.

        Gives None for no result, the one result, or a tuple; integers come back signed.  `TypeError` and `ValueError`
        for arguments that do not fit; otherwise raises what `invoke` raises.
        """
        params = self.type.params
        if len(args) != len(params):
            raise TypeError(f"{len(params)} arguments of types {self.type} wanted, {len(args)} given")
        values = [encode(self.records, type, arg) for type, arg in zip(params, args, strict=True)]
        results = [decode(self.records, value) for value in self.invoke(values, budget_s=budget_s)]
        if not results:
            return None
        return results[0] if len(results) == 1 else tuple(results)

    def invoke(self, args: Sequence[Value], *, budget_s: float = math.inf) -> tuple[Value, ...]:
        """Calls with typed values; no bit of them is changed on the way.

        Raises `Trap` as the specification says, `OutOfTime` after `budget_s`, whatever a host function raises,
        `TypeError` for arguments of other types, and `ValueError` for a reference to no function of this store or a
        budget of NaN.  The instance stays callable after all of these.
        """
        self.records.check_open()
        check_types(args, self.type.params, "arguments")
        check_references(self.records, args)
        self.records.running += 1
        try:
            machine = self.records.machine
            slots = machine.call(self._target, to_slots(args, machine.upper), self._results, budget_s)
        finally:
            self.records.running -= 1
        return from_slots(self.type.results, slots)


Reference = Function | int | None
"""A reference as an object: a function, the number that stands for a host object, or null."""
Number = int | float | Reference
"""A wasm value as Python's own."""


def encode(records: Records, type: ValType, number: object) -> Value:
    """A Python number or reference as a value of this type; `TypeError` or `ValueError` when it is none."""
    if type is not FUNCREF:
        return encode_number(type, number)
    if number is None:
        return Value(FUNCREF, NULL)
    if not isinstance(number, Function):
        raise TypeError(f"funcref takes a Function or None, not {number!r}")
    if number.records is not records:
        raise ValueError(f"{number!r} belongs to another store")
    return Value(FUNCREF, number.address)


def decode(records: Records, value: Value) -> Number:
    """A wasm value as Python's own."""
    if value.type is not FUNCREF:
        return decode_number(value)
    return None if value.bits == NULL else Function(records, value.bits)


def encode_reference(records: Records, type: ValType, reference: Reference) -> Value:
    """A reference as a value; `type` is a reference type."""
    return encode(records, type, reference)


def decode_reference(records: Records, value: Value) -> Reference:
    """The reference that a value of reference type is."""
    if value.bits == NULL:
        return None
    return Function(records, value.bits) if value.type is FUNCREF else value.bits


def check_references(records: Records, values: Sequence[Value]) -> None:
    """Raises `ValueError` for a function reference that is none of this store's functions."""
    for value in values:
        if value.type is FUNCREF and value.bits != NULL and not records.is_function(value.bits):
            raise ValueError(f"{value.bits:#x} is no function of this store")
