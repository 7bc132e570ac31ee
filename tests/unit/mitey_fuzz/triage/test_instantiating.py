"""Where engines differ before anything is called, what they differ about is named."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest

from jit.wasm.body import parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.module import Module
from jit.wasm.types import I32, Value
from mitey_fuzz.case import Call, Case, Companion
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Divergence, DivergenceKind
from mitey_fuzz.generate.script import definitions
from mitey_fuzz.triage import Cause, explain
from mitey_fuzz.triage.cause import Certainty, Effect
from oracles.interp import InterpEngine
from oracles.protocol import Engine, Outcome, Phase, Rejected, Snapshot
from support.liar import Liar
from support.wat import case


def refusing(is_bad: Callable[[Module], bool], phase: Phase = Phase.VALIDATE) -> Liar:
    """An engine that takes valid modules only where they are not bad, too."""

    def refuse(wasm: bytes) -> Outcome | None:
        return Rejected(phase, "it is bad") if is_bad(decode(wasm, WASM_2)) else None

    return Liar(refuse=refuse, inner=InterpEngine(WASM_2))


def has(name: str) -> Callable[[Module], bool]:
    """Whether a module has an instruction of this name."""
    return lambda module: any(instr.op.name == name for code in module.codes for instr in parse(code.body))


def explained(
    made: Case, subject: Engine, oracle: Engine, kind: DivergenceKind = DivergenceKind.ACCEPTANCE
) -> Cause | None:
    made = replace(made, imports=definitions(decode(made.wasm, WASM_2)))
    found = differ.run(
        made, differ.oracle(oracle), [differ.subject(subject)], deadline_s=1.0, watch=lambda _: nullcontext()
    )
    assert isinstance(found, Divergence)
    assert found.kind is kind
    return explain(made, found, (subject, oracle), 1.0)


TEXTS = {
    "alone": '(func (export "f") (result i32) (i32.popcnt (i32.const 7)))',
    "in the second function, twice": """(func (export "f") (result i32) (i32.const 7))
        (func (param i32) (result i32) (i32.add (i32.popcnt (local.get 0)) (i32.popcnt (i32.const 1))))""",
    "in an arm": """(func (export "f") (result i32)
        (if (result i32) (i32.const 1) (then (i32.popcnt (i32.const 3))) (else (i32.const 2))))""",
    "beside an import": """(import "host" "f" (func)) (func (export "f") (call 0) (drop (i32.popcnt (i32.const 3))))
        (start 1)""",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_first_instruction_that_one_engine_refuses_is_named(text: str) -> None:
    made = case(text, "f")
    found = explained(made, refusing(has("i32.popcnt")), InterpEngine(WASM_2))
    assert found is not None
    assert (found.mnemonic, found.effect, found.certainty) == ("i32.popcnt", Effect.REFUSED, Certainty.OBSERVED)
    assert found.offset == made.wasm.index(b"\x69", made.wasm.index(b"\x0a"))
    assert (found.expected, found.actual) == ("accepted", "invalid: it is bad")
    assert (found.culprit, found.right, found.wrong) == ("liar", ("interp",), ("liar",))


def test_what_is_accepted_and_should_not_be_is_named_too() -> None:
    found = explained(case(TEXTS["alone"], "f"), InterpEngine(WASM_2), refusing(has("i32.popcnt")))
    assert found is not None
    assert (found.mnemonic, found.effect, found.culprit) == ("i32.popcnt", Effect.ACCEPTED, "interp")
    assert (found.expected, found.actual) == ("invalid: it is bad", "accepted")


PARTS: dict[str, tuple[str, Callable[[Module], bool]]] = {
    "export 1": ('(func (export "f")) (func (export "bad"))', lambda m: any(e.name == "bad" for e in m.exports)),
    "data 1": ('(memory 1) (data (i32.const 0) "") (data (i32.const 1) "")', lambda m: len(m.datas) > 1),
    "elem 0": ('(table 1 funcref) (func (export "f")) (elem (i32.const 0) 0)', lambda m: bool(m.elems)),
    "global 2": ("(global i32 (i32.const 1))" * 4, lambda m: len(m.globals) > 2),
    "func 1": ('(func (export "f")) (func (param i32))', lambda m: any(type.params for type in m.func_types)),
    "global 1": ('(import "m" "g" (global i32)) (global i32 (i32.const 1))', lambda m: bool(m.globals)),
    "func 2": (
        """(import "m" "f" (func)) (import "m" "g" (func)) (func (param i32)) (func)""",
        lambda m: bool(m.functions),
    ),
    "memory 0": ('(memory 7) (data (i32.const 0) "")', lambda m: bool(m.memories)),
    "table 1": ('(table 1 funcref) (table 1 externref) (func (export "f"))', lambda m: len(m.table_types) > 1),
    "start 0": ('(func (export "f")) (start 0)', lambda m: m.start is not None),
    "custom 0": ('(func (export "f")) (@custom "bad" "")', lambda m: bool(m.customs)),
    "type 2": ("(type (func)) (type (func (param i32))) (type (func (result i32)))", lambda m: len(m.types) > 2),
}


@pytest.mark.parametrize(("named", "given"), PARTS.items(), ids=PARTS)
def test_what_is_refused_outside_of_bodies_is_named(named: str, given: tuple[str, Callable[[Module], bool]]) -> None:
    text, is_bad = given
    found = explained(case(text), refusing(is_bad), InterpEngine(WASM_2))
    assert found is not None
    assert (found.instruction, found.mnemonic, found.place) == (named, named.split()[0], "the module")


LINKED = """(import "c0" "f" (func)) (import "c0" "t" (table 1 3 funcref)) (import "c0" "m" (memory 1))
    (func (export "g") (drop (i32.popcnt (i32.const 1))))"""
COMPANION = """(func (export "f")) (table (export "t") 1 3 funcref) (memory (export "m") 1)"""


def test_of_imports_the_one_that_does_not_link_is_named() -> None:
    made = replace(case(LINKED, "g"), companions=(Companion("c0", case(COMPANION).wasm),))
    no_tables = refusing(lambda m: any(entry.name == "t" for entry in m.imports), Phase.LINK)
    found = explained(made, no_tables, InterpEngine(WASM_2))
    assert found is not None
    assert (found.mnemonic, found.instruction) == ("import.table", 'import 1 ("c0" "t")')
    assert found.actual == "unlinkable: it is bad"


def test_what_is_refused_in_a_companion_is_named_with_its_module() -> None:
    made = replace(case(LINKED, "g"), companions=(Companion("c0", case(COMPANION).wasm),))
    found = explained(made, refusing(lambda m: any(e.name == "m" for e in m.exports)), InterpEngine(WASM_2))
    assert found is not None
    assert (found.mnemonic, found.instruction) == ("export", "export 2 of c0")


def test_a_phase_is_part_of_what_they_disagree_about() -> None:
    """One refuses the memory when it links, the other refuses the instruction when it validates."""
    made = replace(case(LINKED, "g"), companions=(Companion("c0", case(COMPANION).wasm),))
    linking = refusing(lambda m: any(entry.name == "m" for entry in m.imports), Phase.LINK)
    found = explained(made, refusing(has("i32.popcnt")), replace(linking, name="another"))
    assert found is not None
    assert (found.mnemonic, found.effect) == ("i32.popcnt", Effect.REFUSED)


def test_what_only_the_bytes_of_a_module_show_has_no_cause() -> None:
    """A section's size may be written longer than it need be; what is cut is written anew."""
    wasm = case('(func (export "f"))', "f").wasm
    assert wasm[8:10] == b"\x01\x04"
    longer = wasm[:8] + b"\x01\x84\x00" + wasm[10:]
    refuses = Liar(
        refuse=lambda wasm: Rejected(Phase.VALIDATE, "no") if wasm == longer else None, inner=InterpEngine(WASM_2)
    )
    assert explained(Case(longer, (Call("f"),)), refuses, InterpEngine(WASM_2)) is None


def changing(blur: Callable[[Snapshot], Snapshot]) -> Liar:
    """An engine that shows another state."""
    return Liar(blur=blur, inner=InterpEngine(WASM_2))


def element_lost(snapshot: Snapshot) -> Snapshot:
    """Its second function is nowhere in tables."""
    rows = tuple((n, tuple("null" if token == "func:1" else token for token in row)) for n, row in snapshot.tables)
    return replace(snapshot, tables=rows)


def byte_lost(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, memories=tuple((name, m.replace(b"!", b"?")) for name, m in snapshot.memories))


def global_lost(snapshot: Snapshot) -> Snapshot:
    cells = tuple((name, Value(I32, 0) if value.bits == 7 else value) for name, value in snapshot.globals)
    return replace(snapshot, globals=cells)


STATE = """(func $f (export "f")) (func $g (export "g")) (table (export "t") 4 funcref) (memory (export "m") 1)
    (global (export "a") i32 (i32.const 3)) (global (export "b") i32 (i32.const 7))
    (elem (i32.const 0) $f) (elem (i32.const 2) $g $f) (data (i32.const 8) "hello") (data (i32.const 20) "world!")"""


@pytest.mark.parametrize(
    ("blur", "named", "effect"),
    [
        (element_lost, "elem 1", Effect.TABLE),
        (byte_lost, "data 1", Effect.MEMORY),
        (global_lost, "global 1", Effect.GLOBAL),
    ],
)
def test_what_a_segment_or_global_comes_to_is_named(
    blur: Callable[[Snapshot], Snapshot], named: str, effect: Effect
) -> None:
    found = explained(case(STATE), changing(blur), InterpEngine(WASM_2), DivergenceKind.STATE)
    assert found is not None
    assert (found.instruction, found.effect, found.certainty) == (named, effect, Certainty.OBSERVED)
    assert (found.right, found.wrong) == (("interp",), ("liar",))


def test_a_start_function_that_comes_too_early_is_named() -> None:
    """It would read what segments write, were these there: watched as a call, it does."""
    text = """(memory (export "m") 1) (data (i32.const 0) "!")
        (start $f) (func $f (i32.store8 (i32.const 8) (i32.load8_u (i32.const 0))))"""

    def early(snapshot: Snapshot) -> Snapshot:
        first = tuple((name, m[:8] + b"\0" + m[9:]) for name, m in snapshot.memories)
        return replace(snapshot, memories=first)

    has_start = Liar(inner=InterpEngine(WASM_2))
    real = has_start.refuse

    def note(wasm: bytes) -> Outcome | None:
        has_start.blur = early if decode(wasm, WASM_2).start is not None else (lambda snapshot: snapshot)
        return real(wasm)

    has_start.refuse = note
    found = explained(case(text), has_start, InterpEngine(WASM_2), DivergenceKind.STATE)
    assert found is not None
    assert (found.mnemonic, found.instruction, found.effect) == ("start", "start 0", Effect.MEMORY)


def test_of_many_functions_and_instructions_few_are_tried() -> None:
    tried = 0

    def is_bad(module: Module) -> bool:
        nonlocal tried
        tried += 1
        return has("i32.popcnt")(module)

    long = "(drop (i32.const 1))" * 200
    text = f'(func (export "f")) {"(func)" * 200} (func {long} (drop (i32.popcnt (i32.const 1))) {long})'
    found = explained(case(text, "f"), refusing(is_bad), InterpEngine(WASM_2))
    assert found is not None
    assert (found.mnemonic, found.function) == ("i32.popcnt", 201)
    assert tried < 80
