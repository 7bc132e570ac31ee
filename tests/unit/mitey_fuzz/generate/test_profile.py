"""Swarm testing: what profiles leave out is left out, what they ask for is there."""

from statistics import median

import pytest

from jit.wasm.body import Instr, block_type, parse
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.module import Module
from jit.wasm.types import TrapKind
from mitey_fuzz.choices import ReplayChoices, SeededChoices
from mitey_fuzz.generate import Profile, boundless, deep, generate, swarm, wide
from mitey_fuzz.generate.weights import STEP_WEIGHTS
from oracles.protocol import Returned, Trapped
from oracles.wasmtime import WasmtimeEngine
from support.executed import run

Modules = list[tuple[Module, list[list[Instr]]]]
FEATURES = WASM_2


def bodies(module: Module) -> list[list[Instr]]:
    return [parse(code.body) for code in module.codes]


@pytest.fixture(scope="module")
def modules() -> Modules:
    """Modules and their bodies, each of its own profile."""
    made = []
    for seed in range(200):
        choices = SeededChoices(seed)
        module = decode(generate(choices, swarm(choices, FEATURES)).wasm, FEATURES)
        made.append((module, bodies(module)))
    return made


def test_profiles_stay_within_the_features_asked_for() -> None:
    drawn = {swarm(SeededChoices(seed), FEATURES).features for seed in range(100)}
    assert all(features.names <= FEATURES.names for features in drawn)
    assert len(drawn) > 5


def test_profiles_differ_in_what_they_leave_out() -> None:
    left_out = {
        name for seed in range(100) for name, factor in swarm(SeededChoices(seed), FEATURES).steps if not factor
    }
    assert left_out == set(STEP_WEIGHTS)


def test_the_simplest_profile_is_tiny_and_even() -> None:
    profile = swarm(ReplayChoices(()), FEATURES)
    assert profile.instructions == 4
    assert profile.functions == 1
    assert profile.steps == ()


def test_a_step_of_weight_zero_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for elsewhere in (boundless, deep, wide):  # what calls without a step
        monkeypatch.setattr(elsewhere, "ONE_IN", 1 << 30)
    steps = ("loop", "call", "call_indirect", "kept", "turned", "call written")  # the last make loops and calls, too
    profile = Profile(features=FEATURES, steps=tuple((step, 0) for step in steps))
    names = set()
    for seed in range(30):
        module = decode(generate(SeededChoices(seed), profile).wasm, FEATURES)
        names |= {instr.op.name for body in bodies(module) for instr in body}
    assert "block" in names
    assert not names & {"loop", "call", "call_indirect"}


def test_modules_are_a_few_hundred_instructions_and_widely_spread(modules: Modules) -> None:
    sizes = [sum(map(len, found)) for _, found in modules]
    assert 300 <= median(sizes) <= 450
    assert min(sizes) < 30
    assert max(sizes) > 2_000


def test_without_wild_operands_hardly_a_call_traps() -> None:
    """What is left: quotients that overflow, memories without a page, dropped segments, recursion that goes on."""
    oracle = WasmtimeEngine(FEATURES)
    outcomes = [
        outcome
        for seed in range(100)
        for outcome in run(generate(SeededChoices(seed), Profile(features=FEATURES, wild=0)), oracle)
    ]
    oracle.close()
    kinds = {outcome.kind for outcome in outcomes if isinstance(outcome, Trapped)}
    assert kinds <= {TrapKind.OVERFLOW, TrapKind.OOB_MEMORY, TrapKind.OOB_TABLE, TrapKind.UNREACHABLE}
    assert sum(isinstance(outcome, Returned) for outcome in outcomes) > 0.96 * len(outcomes)


def test_blocks_of_every_kind_take_and_give_several_values(modules: Modules) -> None:
    widest = {"block": (0, 0), "loop": (0, 0), "if": (0, 0)}
    for module, found in modules:
        for instr in (instr for body in found for instr in body if instr.op.name in widest):
            type = block_type(instr.immediates[0], module.types)
            params, results = widest[instr.op.name]
            widest[instr.op.name] = max(params, len(type.params)), max(results, len(type.results))
    assert all(params >= 4 and results >= 4 for params, results in widest.values())


def test_some_functions_have_more_parameters_results_and_locals_than_registers(modules: Modules) -> None:
    types = [type for module, _ in modules for type in module.func_types]
    assert max(len(type.params) for type in types) > 13
    assert max(len(type.results) for type in types) > 13
    assert max(sum(count for count, _ in code.locals) for module, _ in modules for code in module.codes) > 500


def test_calls_go_back_and_forth_to_the_function_itself_and_out(modules: Modules) -> None:
    kinds = set()
    for module, found in modules:
        for caller, body in enumerate(found, module.imported_funcs):
            for callee in (instr.immediates[0] for instr in body if instr.op.name == "call"):
                own = (callee > caller) - (callee < caller)
                kinds.add("host" if callee < module.imported_funcs else ("itself", "forward", "backward")[own])
    assert kinds == {"backward", "itself", "forward", "host"}
