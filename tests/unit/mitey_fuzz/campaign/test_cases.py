"""Which case has which number: by profile, the same for the same seed, from the corpus where there is one."""

from collections import Counter
from pathlib import Path

import pytest

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2, Features
from jit.wasm.types import EXTERNREF, NULL, Value
from jit.wasm.validate import validate
from mitey_fuzz.campaign.cases import PROFILES, make
from mitey_fuzz.case import Case
from mitey_fuzz.generate.single import singles
from mitey_fuzz.store.corpus import Entry, load

CORPUS = load(Path(__file__).parents[4] / "corpus", WASM_2)
BEHIND = len(CORPUS)


def is_valid(case: Case) -> bool:
    try:
        validate(decode(case.wasm, WASM_2), WASM_2)
    except WasmError:
        return False
    return True


@pytest.mark.parametrize(
    "without",
    ["-sign-extension", "-saturating-conversions", "-multi-value", "-simd", "-reference-types",
     "-reference-types-bulk-memory"],
)  # fmt: skip
def test_cases_need_no_more_than_the_features_asked_for(without: str) -> None:
    features = Features.parse("wasm-2.0" + without)
    numbered = [make(9, number, features, ()) for number in range(300)]
    made = [each.case for each in numbered if not each.profile.startswith(("damaged", "misapplied"))]
    for case in (*made, *(case for _, case in singles(features))):
        for wasm in case.modules:
            validate(decode(wasm, features), features)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_number_is_the_same_case_every_time(profile: str) -> None:
    for number in range(BEHIND, BEHIND + 10):
        one = make(5, number, WASM_2, CORPUS, profile=profile)
        assert make(5, number, WASM_2, CORPUS, profile=profile) == one
        assert make(6, number, WASM_2, CORPUS, profile=profile).case.digest() != one.case.digest()


def test_the_corpus_comes_first() -> None:
    names = [make(1, number, WASM_2, CORPUS).profile for number in range(BEHIND)]
    assert names == [f"corpus {entry.name}" for entry in CORPUS]


def test_most_cases_are_generated_and_some_single_recombined_or_damaged() -> None:
    kinds = Counter(make(2, number, WASM_2, CORPUS).profile.split()[0] for number in range(BEHIND, BEHIND + 400))
    assert 15 <= kinds["damaged"] <= 50
    assert 8 <= kinds["misapplied"] <= 40
    assert 8 <= kinds["recombined"] <= 60
    assert 5 <= kinds["single"] <= 60
    assert kinds.total() - kinds["damaged"] - kinds["recombined"] - kinds["single"] > 280


def test_one_case_in_six_is_linked() -> None:
    made = [make(2, number, WASM_2, ()) for number in range(400)]
    linked = [numbered for numbered in made if numbered.profile.startswith("linked")]
    assert 40 <= len(linked) <= 90
    assert all(numbered.case.companions or numbered.case.calls_back for numbered in linked)
    importing = [numbered for numbered in made if numbered.profile in ("importing", "fallen")]
    assert 8 <= len(importing) <= 25
    assert sum(bool(n.case.companions or n.case.calls_back) for n in made) == len(linked) + len(importing)


def test_engines_that_cannot_call_back_change_linked_cases_alone() -> None:
    for number in range(60):
        able, unable = (make(2, number, WASM_2, (), calls_back=can) for can in (True, False))
        assert not unable.case.calls_back
        assert (able == unable) == (not able.profile.startswith("linked"))


def test_engines_that_take_no_host_references_are_given_nulls_and_nothing_else_changes() -> None:
    changed = 0
    for number in range(200):
        able, unable = (make(2, number, WASM_2, CORPUS, host_references=can).case for can in (True, False))
        assert (able.modules, able.imports) == (unable.modules, unable.imports)
        assert [call.export for call in able.script] == [call.export for call in unable.script]
        given, taken = ([arg for call in case.script for arg in call.args] for case in (able, unable))
        assert taken == [Value(EXTERNREF, NULL) if arg.type is EXTERNREF else arg for arg in given]
        changed += given != taken
    assert changed > 5


def test_without_a_corpus_nothing_is_recombined() -> None:
    assert make(1, 3, WASM_2, (), profile="recombined").profile != "recombined"


def test_recombined_cases_are_valid_and_call_something() -> None:
    cases = [make(3, number, WASM_2, CORPUS, profile="recombined").case for number in range(BEHIND, BEHIND + 60)]
    assert all(map(is_valid, cases))
    assert all(case.script for case in cases)
    originals = {make(3, number, WASM_2, CORPUS).case.wasm for number in range(BEHIND)}
    assert sum(case.wasm in originals for case in cases) < 10  # a mutation may find nothing to change


def test_another_profile_does_not_begin_with_the_corpus() -> None:
    assert {make(1, number, WASM_2, CORPUS, profile="recombined").profile for number in range(5)} == {"recombined"}


def test_donors_are_recombined_and_have_no_numbers_of_their_own() -> None:
    donors = CORPUS[:3]
    assert [make(1, number, WASM_2, (), donors=donors) for number in range(4, 8)] == [
        make(1, number, WASM_2, donors) for number in range(4, 8)
    ]
    kinds = [make(1, number, WASM_2, (), profile="recombined", donors=donors).profile for number in range(3)]
    assert kinds == ["recombined"] * 3
    assert not make(1, 0, WASM_2, (), donors=donors).profile.startswith("corpus")


def test_large_modules_are_not_recombined() -> None:
    large = Entry("large", b"\0asm\1\0\0\0" + b"\0\xff\xff\x03" + b"\1x" + bytes(0xFFFD))
    assert make(1, 1, WASM_2, (large,), profile="recombined").profile != "recombined"


def test_damaged_cases_are_refused_mostly_and_call_nothing() -> None:
    cases = [make(4, number, WASM_2, (), profile="invalid").case for number in range(60)]
    assert 30 < sum(not is_valid(case) for case in cases) < 60
    assert not any(case.script for case in cases)
