"""The abstract state between two instructions: what lies where on the operand stack, and where the locals live.

Every entry of the operand stack has a slot of its own behind that of the entry below, two for a v128, whether or not
the value is there.  `check` states what always holds between instructions:

 1. an entry `OnStack` is in its own slot;
 2. the holders of each register are exactly the entries that are `InReg` there, and no register is borrowed;
 3. the aliases of each local are exactly the entries that are that `Local`;
 4. at most one entry is `Flags`, and `flags_at` is its position;
 5. below `settled` everything is `OnStack`;
 6. slots lie next to each other, in the order of the entries.

Code that writes a local first calls `part` for it, and code that changes the machine's flags `keep_flags`.
"""

from collections.abc import Sequence
from typing import Final

from ...a64.masm import MacroAssembler
from ...a64.operands import XZR, Reg, VReg, XReg
from ...perturbation import Dice
from ...wasm.types import V128, ValType
from .moves import Source, load_const, load_flags, move
from .registers import Registers
from .values import (
    V_TYPES,
    Const,
    Flags,
    InReg,
    Local,
    OnStack,
    Place,
    Value,
    in_reg,
    is_float,
    is_general,
    is_slot,
    on_stack,
    slot_of,
    slot_place,
    slots_of,
    v_place,
    v_reg,
    x_place,
    x_reg,
)

NOWHERE: Final = -1


class State:
    """The operand stack of one function at one point, and the places of its locals; one function after the other."""

    asm: MacroAssembler
    types: Sequence[ValType]
    locals: Sequence[Place]
    """The place of each local."""
    base: int
    """The slot of the lowest operand."""

    def __init__(self) -> None:
        self.registers = Registers(self.spill)

    def begin(
        self,
        asm: MacroAssembler,
        types: Sequence[ValType],
        locals: Sequence[Place],
        base: int,
        dice: Dice | None = None,
    ) -> None:
        """Starts a function, whatever became of the one before; `dice` choose registers, if they do."""
        self.asm = asm
        self.types = types
        self.locals = locals
        self.base = base
        self.registers.begin(dice)
        self.stack: list[Value] = []
        self._slots = [base]
        """The slot of each entry, and the one behind the last."""
        # FAST: of 80,000 entries that are one local, a list takes 0.7 s more to give up all, from the lowest on
        self.aliases: dict[int, dict[int, None]] = {}
        self.flags_at = NOWHERE
        self.conditions = 0
        """How many conditions were ever pending."""
        self.settled = 0
        self._written: tuple[int, Place] | None = None
        """Where code ends whose last word writes a register without reading it, and that register."""
        self.touched: set[Place] = set()
        """Homes that code refers to."""

    @property
    def depth(self) -> int:
        return len(self.stack)

    def slot(self, position: int) -> int:
        """The slot of an entry, the first of two; at the depth of the stack, the one behind all entries."""
        return self._slots[position]

    # Pushing and popping

    def push(self, value: Value) -> None:
        """Pushes a value, whatever its kind; one that is `InReg` is in a borrowed or held register."""
        position = len(self.stack)
        if type(value) is InReg:
            self.registers.hold(value.place, position)
        elif type(value) is Local:
            self.aliases.setdefault(value.index, {})[position] = None
        elif type(value) is Flags:
            assert self.flags_at == NOWHERE, "flags are pending already"
            self.flags_at = position
            self.conditions += 1
        self._append(value)

    def _append(self, value: Value) -> None:
        self.stack.append(value)
        slots = self._slots
        slots.append(slots[-1] + (2 if value.type is V128 else 1))  # FAST: calling `slots_of` costs 120 ns

    def push_general(self, type: ValType, reg: XReg) -> None:
        """Pushes what a borrowed register holds."""
        self.push(in_reg(type, x_place(reg)))

    def push_float(self, type: ValType, reg: VReg) -> None:
        self.push(in_reg(type, v_place(reg)))

    def push_written(self, type: ValType, place: Place) -> None:
        """Pushes what the last word put into a borrowed register, which that word does not read."""
        self.push(in_reg(type, place))
        self._written = self.asm.position, place

    def is_written(self, place: Place) -> bool:
        """Whether the last word's purpose is to write this register; see `push_written`."""
        return self._written == (self.asm.position, place)

    def forget_written(self) -> None:
        """The last word is not all that leads here."""
        self._written = None

    def push_again(self, value: Value) -> None:
        """Pushes a value that this instruction popped, perhaps from another depth."""
        if type(value) is OnStack and value.place != slot_place(self._slots[-1]):
            float = value.type in V_TYPES
            place = v_place(self.float(value)) if float else x_place(self.general(value))
            value = in_reg(value.type, place)
        self.push(value)

    def push_low(self, type: ValType, value: Value) -> None:
        """Pushes the low bits, as a narrower type of the same class, of a value popped just now, which is no constant.

        Nothing is emitted: registers, slots and locals hold their narrow values in the low bits.
        """
        if isinstance(value, InReg):
            self.push(in_reg(type, value.place))
        elif isinstance(value, Local):
            self.push(Local(type, value.index))
        else:
            assert isinstance(value, OnStack), value
            self.push_settled(type)

    def push_settled(self, type: ValType) -> None:
        """Pushes a value that is in its slot already."""
        if self.settled == len(self.stack):
            self.settled += 1
        self._append(on_stack(type, self._slots[-1]))

    def receive(self, types: Sequence[ValType], places: Sequence[Place]) -> None:
        """Pushes values that came to these places, at the end of an instruction that has no more use for registers."""
        self.registers.release()
        for type, place in zip(types, places, strict=True):
            if is_slot(place):
                self.push_settled(type)
            else:
                self.registers.claim(place)
                self.push(in_reg(type, place))

    def pop(self) -> Value:
        """Pops a value; its register stays borrowed until the instruction ends."""
        value = self.stack.pop()
        self._slots.pop()
        position = len(self.stack)
        if type(value) is InReg:
            self.registers.drop(value.place, position)
        elif type(value) is Local:
            del self.aliases[value.index][position]
        elif type(value) is Flags:
            self.flags_at = NOWHERE
        elif self.settled > position:
            self.settled = position
        return value

    def truncate(self, depth: int) -> None:
        """Pops down to a depth."""
        while len(self.stack) > depth:
            self.pop()

    # Values to registers

    def place(self, local: int) -> Place:
        """Where a local lives, for code that is about to refer to it."""
        place = self.locals[local]
        self.touched.add(place)
        return place

    def source(self, value: Value) -> Source:
        """The value as `moves` reads it."""
        if isinstance(value, Local):
            return self.place(value.index)
        return value.place if isinstance(value, (InReg, OnStack)) else value

    def general(self, value: Value) -> XReg:
        """A general register with a popped value, not to be written to: its own, a local's home, or a borrowed one."""
        source = self.source(value)
        if isinstance(source, int) and is_general(source):
            return x_reg(source)
        reg = self.registers.borrow_general()
        self.load(value.type, x_place(reg), source)
        return reg

    def general_or_zero(self, value: Value) -> Reg:
        """The same, or XZR for the constant zero."""
        if type(value) is Const and value.bits == 0:
            return XZR
        return self.general(value)

    def float(self, value: Value) -> VReg:
        """A SIMD and floating-point register with a popped value, not to be written to; only its bits count."""
        source = self.source(value)
        if isinstance(source, int) and is_float(source):
            return v_reg(source)
        if type(source) is Flags:
            source = x_place(self.general(source))
        reg = self.registers.borrow_float()
        self.load(value.type, v_place(reg), source)
        return reg

    def writable(self, value: Value) -> VReg:
        """A SIMD and floating-point register with a popped value that may be written to: the value's own if it ends
        here, or a copy.
        """
        source = self.float(value)
        if self.registers.may_overwrite(v_place(source)):
            return source
        copy = self.registers.borrow_float()
        move(self.asm, value.type, v_place(copy), v_place(source))
        return copy

    def load(self, type: ValType, destination: Place, source: Source) -> None:
        """Puts a value of this type into a place."""
        if isinstance(source, Const):
            load_const(self.asm, destination, source)
        elif isinstance(source, Flags):
            load_flags(self.asm, destination, source)
        elif destination != source:
            move(self.asm, type, destination, source)

    def result(self, *operands: Reg) -> XReg:
        """A general register to write to: that of an operand which ends here, or a borrowed one."""
        for reg in operands:
            if self.registers.may_overwrite(Place(reg)):
                return XReg(reg)
        return self.registers.borrow_general()

    def float_result(self, *operands: VReg) -> VReg:
        """A SIMD and floating-point register to write to; see `result`."""
        for reg in operands:
            if self.registers.may_overwrite(v_place(reg)):
                return reg
        return self.registers.borrow_float()

    def fetch(self, position: int) -> None:
        """Moves an entry that is a constant, a local or a condition into a register of its own."""
        value = self.stack[position]
        if type(value) is Flags:
            self.keep_flags()
            return
        assert isinstance(value, (Const, Local)), value
        if value.type in V_TYPES:
            place = v_place(self.registers.borrow_float())
        else:
            place = x_place(self.registers.borrow_general())
        self.load(value.type, place, self.source(value))
        if type(value) is Local:
            del self.aliases[value.index][position]
        self.registers.hold(place, position)
        self.stack[position] = in_reg(value.type, place)

    # Values out of the way

    def spill(self, place: Place) -> None:
        """Stores every entry that is in a register to its slot, which frees the register."""
        for position in self.registers.vacate(place):
            slot, type = self.slot(position), self.stack[position].type
            move(self.asm, type, slot_place(slot), place)
            self.stack[position] = on_stack(type, slot)

    def keep_flags(self) -> None:
        """Moves a pending condition into a register, because the machine's flags are about to change."""
        if self.flags_at == NOWHERE:
            return
        position, self.flags_at = self.flags_at, NOWHERE
        value = self.stack[position]
        place = x_place(self.registers.borrow_general())
        self.load(value.type, place, self.source(value))
        self.registers.hold(place, position)
        self.stack[position] = in_reg(value.type, place)

    def part(self, local: int) -> None:
        """Gives the entries that alias a local a copy of it, because it is about to change."""
        positions = tuple(self.aliases.pop(local, ()))
        if not positions:
            return
        if self.types[local] in V_TYPES:
            place = v_place(self.registers.borrow_float())
        else:
            place = x_place(self.registers.borrow_general())
        self.load(self.types[local], place, self.place(local))
        for position in positions:
            self.registers.hold(place, position)
            self.stack[position] = in_reg(self.stack[position].type, place)

    def flush(self, end: int, *, start: int = 0, lazy: int = 0) -> None:
        """Moves the entries from `start` to `end` to their slots; entries that share a register with them go there too.

        Of those that take the topmost `lazy` slots the constants, and what is in a home, stay as they are.
        """
        stack = self.stack
        lowest = self.slot(end) - lazy
        for position in range(max(start, self.settled), end):
            value = stack[position]
            if type(value) is InReg:
                self.spill(value.place)
            elif type(value) is not OnStack and not (self.slot(position) >= lowest and self._outlasts_calls(value)):
                self._settle(position, value)
        while self.settled < end and type(stack[self.settled]) is OnStack:
            self.settled += 1

    def _outlasts_calls(self, value: Value) -> bool:
        """Whether the value is in no place that a call could change; no v128 is in a home then."""
        return type(value) is Const or (type(value) is Local and not is_slot(self.locals[value.index]))

    def _settle(self, position: int, value: Value) -> None:
        """Moves one entry that is in no register to its slot."""
        slot = self.slot(position)
        self.load(value.type, slot_place(slot), self.source(value))
        if type(value) is Local:
            del self.aliases[value.index][position]
        elif type(value) is Flags:
            self.flags_at = NOWHERE
        self.stack[position] = on_stack(value.type, slot)

    # What always holds

    def check(self) -> None:
        """Asserts the invariants."""
        self.registers.check()
        assert self._slots[0] == self.base
        assert len(self._slots) == len(self.stack) + 1
        held: dict[Place, list[int]] = {}
        aliases: dict[int, list[int]] = {}
        flags = []
        for position, value in enumerate(self.stack):
            match value:
                case InReg():
                    assert is_float(value.place) == (value.type in V_TYPES), value
                    held.setdefault(value.place, []).append(position)
                case Local():
                    aliases.setdefault(value.index, []).append(position)
                case Flags():
                    flags.append(position)
                case OnStack():
                    assert slot_of(value.place) == self.slot(position), (position, value)
                case Const():
                    assert 0 <= value.bits < 1 << value.type.bits, value
            assert position >= self.settled or type(value) is OnStack, (position, value)
            assert self._slots[position + 1] - self._slots[position] == slots_of(value.type), (position, value)
        registers = self.registers.holders
        assert held == {Place(place): list(at) for place, at in enumerate(registers) if at}, (held, registers)
        assert aliases == {index: list(at) for index, at in self.aliases.items() if at}, (aliases, self.aliases)
        assert flags == ([] if self.flags_at == NOWHERE else [self.flags_at]), (flags, self.flags_at)
        assert self.settled <= len(self.stack)
