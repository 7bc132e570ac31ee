"""Scripts of the core test suite: text in, commands out.

A script is a list of modules, calls and assertions (spec repository: `interpreter/README.md`, "Scripts").  What a
command means is `run`'s; nothing here runs anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from jit.wasm.types import F32, F64, Value
from oracles.protocol import Phase

from .sexpr import Atom, Form, Node, ScriptError, Source, Text, plain
from .values import AnyNan, OneOf, Pattern, UnknownValue, constant, expected


@dataclass(frozen=True, slots=True)
class TextModule:
    """A module in the text format.  `quoted` ones are written as strings: what they test is a parser of that format."""

    line: int
    name: str
    source: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class BinaryModule:
    """A module as bytes."""

    line: int
    name: str
    wasm: bytes


ModuleSource = TextModule | BinaryModule
"""`name` is the script's name for the module, or nothing."""


@dataclass(frozen=True, slots=True)
class Invoke:
    """Calls an export of the module named, or of the last one."""

    module: str
    export: str
    args: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Get:
    """Reads an exported global."""

    module: str
    export: str


Action = Invoke | Get


@dataclass(frozen=True, slots=True)
class Define:
    """Instantiates a module."""

    line: int
    module: ModuleSource


@dataclass(frozen=True, slots=True)
class Register:
    """Makes a module's exports importable under a name."""

    line: int
    name: str
    module: str


@dataclass(frozen=True, slots=True)
class Perform:
    """Does something whose result does not matter."""

    line: int
    action: Action


@dataclass(frozen=True, slots=True)
class AssertReturn:
    line: int
    action: Action
    results: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class AssertTrap:
    """An action, or the instantiation of a module, traps."""

    line: int
    action: Action | ModuleSource
    message: str


@dataclass(frozen=True, slots=True)
class AssertExhaustion:
    """The call stack does not suffice."""

    line: int
    action: Action
    message: str


@dataclass(frozen=True, slots=True)
class AssertRejected:
    """A module is refused."""

    line: int
    phase: Phase
    module: ModuleSource
    message: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A command for a proposal beyond what the engines' protocol can express."""

    line: int
    what: str


Assertion = AssertReturn | AssertTrap | AssertExhaustion | AssertRejected
Command = Define | Register | Perform | Assertion | Unsupported

_FIELDS = frozenset(
    ["type", "import", "func", "table", "memory", "global", "export", "start", "elem", "data", "tag", "rec"]
)
_REFUSALS = {
    "assert_malformed": Phase.DECODE,
    "assert_invalid": Phase.VALIDATE,
    "assert_unlinkable": Phase.LINK,
}


def read(text: str) -> tuple[Command, ...]:
    """All commands of a script.  Raises `ScriptError` for what is no script."""
    source = Source(text)
    commands: list[Command] = []
    fields: list[Form] = []
    for form in source.forms():
        if form.head in _FIELDS:
            fields.append(form)
            continue
        commands += _inline(source, fields)
        fields.clear()
        try:
            commands.append(_command(source, form))
        except UnknownValue as error:
            commands.append(Unsupported(source.line(form.offset), str(error)))
        except ScriptError as error:
            raise ScriptError(f"line {source.line(form.offset)}: {error}") from error
    return (*commands, *_inline(source, fields))


def describe(command: Command) -> str:
    """A command in a few words, for reports."""
    match command:
        case AssertReturn(action=action):
            return f"assert_return {_describe_action(action)}"
        case AssertTrap(action=Invoke() | Get() as action):
            return f"assert_trap {_describe_action(action)}"
        case AssertTrap():
            return "assert_trap (module)"
        case AssertExhaustion(action=action):
            return f"assert_exhaustion {_describe_action(action)}"
        case AssertRejected(phase=phase):
            return f"assert_{phase.value} (module)"
        case Define(module=module):
            return f"module {module.name}".rstrip()
        case Register(name=name):
            return f"register {name!r}"
        case Perform(action=action):
            return _describe_action(action)
        case Unsupported(what=what):
            return what
        case _:
            assert_never(command)


def _describe_action(action: Action) -> str:
    where = f"{action.module} " if action.module else ""
    match action:
        case Invoke(export=export, args=args):
            return f"(invoke {where}{export!r}{''.join(f' {value}' for value in args)})"
        case Get(export=export):
            return f"(get {where}{export!r})"
        case _:
            assert_never(action)


def _inline(source: Source, fields: list[Form]) -> list[Command]:
    """Module fields at top level, without a `(module …)` around them, as the module they are."""
    if not fields:
        return []
    line = source.line(fields[0].offset)
    text = plain(source, fields[0].offset, fields[-1].end)
    return [Define(line, TextModule(line, "", f"(module {text})"))]


def _command(source: Source, form: Form) -> Command:
    line = source.line(form.offset)
    head, rest = form.head, form.items[1:]
    match head, rest:
        case "module", [Atom(text="definition" | "instance" as kind), *_]:
            return Unsupported(line, f"module {kind}")
        case "module", _:
            return Define(line, _module(source, form))
        case "register", [Text(value=name), *names]:
            return Register(line, name.decode(), _name(names))
        case "invoke" | "get", _:
            return Perform(line, _action(form))
        case "assert_return", [Form() as action, *results]:
            return AssertReturn(line, _action(action), tuple(expected(result) for result in results))
        case "assert_return_canonical_nan" | "assert_return_arithmetic_nan", [Form() as action]:
            # As the scripts of 1.0 have it: the type goes without saying, so either will do.
            arithmetic = head == "assert_return_arithmetic_nan"
            return AssertReturn(line, _action(action), (OneOf((AnyNan(F32, arithmetic), AnyNan(F64, arithmetic))),))
        case "assert_trap", [Form(head="module") as module, Text(value=message)]:
            return AssertTrap(line, _module(source, module), message.decode())
        case "assert_trap", [Form() as action, Text(value=message)]:
            return AssertTrap(line, _action(action), message.decode())
        case "assert_exhaustion", [Form() as action, Text(value=message)]:
            return AssertExhaustion(line, _action(action), message.decode())
        case (("assert_malformed" | "assert_invalid" | "assert_unlinkable"), [Form() as module, Text(value=message)]):
            return AssertRejected(line, _REFUSALS[head], _module(source, module), message.decode())
        case _ if head.startswith(("assert_", "module", "thread", "wait")):
            return Unsupported(line, head)
        case _:
            raise ScriptError(f"({head} …) is no command")


def _module(source: Source, form: Form) -> ModuleSource:
    line = source.line(form.offset)
    rest = form.items[1:]
    name = rest[0].text if rest and isinstance(rest[0], Atom) and rest[0].text.startswith("$") else ""
    rest = rest[bool(name) :]
    strings = b"".join(item.value for item in rest if isinstance(item, Text))
    match rest:
        case [Atom(text="binary"), *_]:
            return BinaryModule(line, name, strings)
        case [Atom(text="quote"), *_]:
            return TextModule(line, name, f"(module {strings.decode(errors='surrogateescape')})", quoted=True)
        case _:
            return TextModule(line, name, plain(source, form.offset, form.end))


def _action(form: Form) -> Action:
    rest = form.items[1:]
    name = rest[0].text if rest and isinstance(rest[0], Atom) else ""
    match form.head, rest[bool(name) :]:
        case "invoke", [Text(value=export), *args]:
            return Invoke(name, export.decode(), tuple(constant(arg) for arg in args))
        case "get", [Text(value=export)]:
            return Get(name, export.decode())
        case _:
            raise ScriptError(f"({form.head} …) is no action")


def _name(items: Sequence[Node]) -> str:
    match items:
        case [Atom(text=name)]:
            return name
        case []:
            return ""
        case _:
            raise ScriptError("expected at most one module name")
