"""Prepares a function: its body becomes a list of steps in which every branch knows where it goes.

Preparing tracks the height of the operand stack, which validation made the same on every path, so that a branch knows
what it must drop.  Unreachable code is skipped: it has no height, and it never runs.
"""

from collections.abc import Callable

from jit.errors import Trap
from jit.wasm.body import BLOCKS, ELSE, END, Instr, block_type, parse
from jit.wasm.opcodes import Op, bind, op
from jit.wasm.types import NULL, FuncType, TrapKind

from .objects import Function, ModuleInstance, Step, WasmFunction
from .steps import MAKERS

RETURN = -1
"""What the last step of a function gives instead of a place."""

Fixup = Callable[[int], None]
"""Called with the place of a label once it is known."""


class _Label:
    """An open block: how high the stack is below its values, what a branch carries, and who wants to know its place.

    `start` is the place that a loop's branches go to, None for other blocks, whose branches go behind the end.
    `otherwise` is what an `if` without a true condition waits for.
    """

    __slots__ = ("carried", "fixups", "height", "otherwise", "start", "type")

    def __init__(self, type: FuncType, height: int, start: int | None) -> None:
        self.type = type
        self.height = height
        self.start = start
        self.carried = len(type.results if start is None else type.params)
        self.fixups: list[Fixup] = []
        self.otherwise: Fixup | None = None


def _jump(place: int) -> Step:
    return lambda _, __: place


def _jump_dropping(place: int, below: slice) -> Step:
    def step(stack: list[int], _: list[int]) -> int:
        del stack[below]
        return place

    return step


def _jump_if(place: int, below: slice) -> Step:
    if below.start == below.stop:
        return lambda stack, _: place if stack.pop() else None

    def step(stack: list[int], _: list[int]) -> int | None:
        if not stack.pop():
            return None
        del stack[below]
        return place

    return step


def _jump_unless(place: int) -> Step:
    return lambda stack, _: None if stack.pop() else place


def _jump_by_index(places: list[int], below: list[slice]) -> Step:
    last = len(places) - 1

    def step(stack: list[int], _: list[int]) -> int:
        choice = min(stack.pop(), last)
        del stack[below[choice]]
        return places[choice]

    return step


def _unreachable(_: list[int], __: list[int]) -> None:
    raise Trap(TrapKind.UNREACHABLE)


def _end_of_function(_: list[int], __: list[int]) -> int:
    return RETURN


class Preparation:
    """The walk over one body."""

    def __init__(self, instance: ModuleInstance, type: FuncType) -> None:
        self.instance = instance
        self.types = instance.module.types
        self.steps: list[Step] = []
        self.height = 0
        self.labels = [_Label(type, 0, None)]
        self.behind: list[int] = []  # for every instruction the place of the step behind it, -1 where none runs
        self.dead = 0  # blocks opened in unreachable code, plus one; 0 in reachable code

    def walk(self, instrs: list[Instr]) -> None:
        for instr in instrs:
            if self.dead:
                self._skip(instr)
            else:
                self._instr(instr)
            self.behind.append(-1 if self.dead else len(self.steps))

    def _skip(self, instr: Instr) -> None:
        if instr.op in BLOCKS:
            self.dead += 1
        elif instr.op is END and self.dead > 1:
            self.dead -= 1
        elif self.dead == 1 and (instr.op is END or instr.op is ELSE):
            self.dead = 0
            _CONTROL[instr.op.name](self, instr)

    def _instr(self, instr: Instr) -> None:
        row = instr.op
        control = _CONTROL_BY_INDEX[row.index]
        if control is not None:
            control(self, instr)
            return
        maker = _MAKER_BY_INDEX[row.index]
        effect = _EFFECT_BY_INDEX[row.index]
        assert maker is not None
        assert effect is not None
        self.steps.append(maker(instr, self.instance))
        self.height += effect

    # --- blocks

    def block(self, instr: Instr) -> None:
        self._open(instr, None)

    def loop(self, instr: Instr) -> None:
        self._open(instr, len(self.steps))

    def if_(self, instr: Instr) -> None:
        self.height -= 1
        self._open(instr, None)
        self.labels[-1].otherwise = self._later(_jump_unless)

    def _open(self, instr: Instr, start: int | None) -> None:
        type = block_type(instr.immediates[0], self.types)
        self.labels.append(_Label(type, self.height - len(type.params), start))

    def else_(self, _: Instr) -> None:
        label = self.labels[-1]
        label.fixups.append(self._later(_jump))
        assert label.otherwise is not None
        label.otherwise(len(self.steps))
        label.otherwise = None
        self.height = label.height + len(label.type.params)

    def end(self, _: Instr) -> None:
        label = self.labels.pop()
        if label.otherwise is not None:
            label.fixups.append(label.otherwise)
        for fixup in label.fixups:
            fixup(len(self.steps))
        self.height = label.height + len(label.type.results)
        if not self.labels:
            self.steps.append(_end_of_function)

    # --- branches

    def _later(self, make: Callable[[int], Step]) -> Fixup:
        """Leaves room for a step that is made when its target is known."""
        at = len(self.steps)
        self.steps.append(_unreachable)

        def fixup(place: int) -> None:
            self.steps[at] = make(place)

        return fixup

    @staticmethod
    def _resolve(label: _Label, fixup: Fixup) -> None:
        if label.start is None:
            label.fixups.append(fixup)
        else:
            fixup(label.start)

    def _below(self, label: _Label) -> slice:
        """What a branch drops: all between the label's height and the values it carries."""
        return slice(label.height, self.height - label.carried)

    def _branch(self, label: _Label) -> None:
        below = self._below(label)
        keep = below.start == below.stop
        self._resolve(label, self._later(_jump if keep else lambda place: _jump_dropping(place, below)))
        self.dead = 1

    def br(self, instr: Instr) -> None:
        self._branch(self.labels[-1 - instr.immediates[0]])

    def return_(self, _: Instr) -> None:
        self._branch(self.labels[0])

    def br_if(self, instr: Instr) -> None:
        self.height -= 1
        label = self.labels[-1 - instr.immediates[0]]
        below = self._below(label)
        self._resolve(label, self._later(lambda place: _jump_if(place, below)))

    def br_table(self, instr: Instr) -> None:
        self.height -= 1
        labels = [self.labels[-1 - depth] for depth in instr.immediates]
        places = [0] * len(labels)
        self.steps.append(_jump_by_index(places, [self._below(label) for label in labels]))
        for index, label in enumerate(labels):
            self._resolve(label, _place_setter(places, index))
        self.dead = 1

    def unreachable(self, _: Instr) -> None:
        self.steps.append(_unreachable)
        self.dead = 1

    # --- calls

    def call(self, instr: Instr) -> None:
        function = self.instance.functions[instr.immediates[0]]
        self.steps.append(lambda _, __: function)
        self.height += len(function.type.results) - len(function.type.params)

    def call_indirect(self, instr: Instr) -> None:
        """spec: `exec-call-indirect`."""
        type = self.types[instr.immediates[0]]
        elements = self.instance.tables[instr.immediates[1]].elements
        functions = self.instance.world.functions

        def step(stack: list[int], _: list[int]) -> Function:
            index = stack.pop()
            if index >= len(elements):
                raise Trap(TrapKind.UNDEFINED_ELEMENT)
            address = elements[index]
            if address == NULL:
                raise Trap(TrapKind.UNINITIALIZED_ELEMENT)
            function = functions[address]
            if function.type != type:
                raise Trap(TrapKind.INDIRECT_MISMATCH)
            return function

        self.steps.append(step)
        self.height += len(type.results) - len(type.params) - 1


def _place_setter(places: list[int], index: int) -> Fixup:
    def fixup(place: int) -> None:
        places[index] = place

    return fixup


# fmt: off
_CONTROL: dict[str, Callable[[Preparation, Instr], None]] = {
    "block":         Preparation.block,
    "loop":          Preparation.loop,
    "if":            Preparation.if_,
    "else":          Preparation.else_,
    "end":           Preparation.end,
    "br":            Preparation.br,
    "br_if":         Preparation.br_if,
    "br_table":      Preparation.br_table,
    "return":        Preparation.return_,
    "unreachable":   Preparation.unreachable,
    "call":          Preparation.call,
    "call_indirect": Preparation.call_indirect,
}
_EFFECT_BY_RULE: dict[str, int] = {
    "drop": -1, "select": -2, "select t": -2,
    "local.get": 1, "local.set": -1, "local.tee": 0, "global.get": 1, "global.set": -1,
    "ref.null": 1, "ref.func": 1, "ref.is_null": 0,
    "table.get": 0, "table.set": -2, "table.grow": -1, "table.fill": -3,
}
# fmt: on
"""What the straight-line rows typed by rule do to the height of the stack."""


def _effect(row: Op) -> int:
    if row.params is None or row.results is None:
        return _EFFECT_BY_RULE[row.name]
    return len(row.results) - len(row.params)


_STRAIGHT = [op(name) for name in MAKERS]
bind({**MAKERS, **_CONTROL})  # together they cover the table
bind(_EFFECT_BY_RULE, [row for row in _STRAIGHT if not row.sig])
_CONTROL_BY_INDEX = bind(_CONTROL, map(op, _CONTROL))
_MAKER_BY_INDEX = bind(MAKERS, _STRAIGHT)
_EFFECT_BY_INDEX = bind({row.name: _effect(row) for row in _STRAIGHT}, _STRAIGHT)


Watch = Callable[[WasmFunction, list[int], list[Step]], list[Step]]
"""Gives the steps to run in place of a function's own, as somebody does who wants to see them run.

It is told for every instruction of the body the place of the step behind it, and -1 where running does not
get to from there: behind a jump and in dead code.
"""


def prepare(function: WasmFunction, watch: Watch | None = None) -> None:
    """Fills in what the machine needs to run a function."""
    preparation = Preparation(function.instance, function.type)
    preparation.walk(parse(function.code.body, function.code.offset))
    function.zeros = [NULL if type.is_ref else 0 for count, type in function.code.locals for _ in range(count)]
    steps = preparation.steps
    function.steps = steps if watch is None else watch(function, preparation.behind, steps)
