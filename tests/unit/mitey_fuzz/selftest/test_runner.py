"""The runner: every trial in a process of its own, whatever becomes of it."""

import pytest

from jit.backend.mutants import dumps
from mitey_fuzz.selftest.catalogue import machine
from mitey_fuzz.selftest.record import Died, Failed, Found, Minimized, Named, Task
from mitey_fuzz.selftest.runner import Result, Runner


def task(*, inject: str | None = None, patch: tuple[str, str, str] | None = None) -> Task:
    return Task(
        subjects=("jit:minimal",),
        oracles=("interp",),
        features="wasm-1.0",
        inject=inject,
        patch=patch,
        corpus=(),
        seed=1,
        budget_s=30.0,
        minimize_s=30.0,
        deadline_s=2.0,
    )


CONTROL = "jit.backend.minimal.control"
KILLED = "import os; os.kill(os.getpid(), 9)"
TASKS = [
    ("mutant", task(inject=dumps(machine()["if-inverted"]))),
    ("source", task(patch=(CONTROL, "    opened.arity = opened.params\n", ""))),
    ("death", task(patch=(CONTROL, "    opened.arity = opened.params\n", "    import os\n    os._exit(7)\n"))),
    ("killed", task(patch=(CONTROL, "    opened.arity = opened.params\n", f"    {KILLED}\n"))),
    ("ended", task(patch=(CONTROL, "    opened.arity = opened.params\n", "    import os\n    os._exit(1)\n"))),
    ("broken", task(patch=(CONTROL, "def nop(", "def nap("))),
]


@pytest.mark.slow
def test_trials_end_as_their_faults_do() -> None:
    told: list[Result] = []
    results = Runner(TASKS, 2, told.append).run()
    assert [result.id for result in results] == ["mutant", "source", "death", "killed", "ended", "broken"]
    assert sorted(told, key=str) == sorted(results, key=str)
    mutant, source, death, killed, ended, broken = (result.search for result in results)
    assert isinstance(mutant, Found) and isinstance(results[0].minimized, Minimized)
    assert isinstance(results[0].named, Named) and results[0].named.is_right
    assert isinstance(source, Found) and isinstance(results[1].minimized, Minimized)
    assert "loop" in results[1].minimized.wat
    assert isinstance(results[1].named, Named) and results[1].named.is_right is None
    assert isinstance(death, Died) and death.how == "exit status 7" and results[2].is_found
    assert isinstance(killed, Failed) and "was killed" in killed.traceback
    assert isinstance(ended, Failed) and "could not start" in ended.traceback
    assert isinstance(broken, Failed) and "nop" in broken.traceback
    assert not any(result.is_found for result in results[3:])
