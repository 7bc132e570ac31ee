"""What running a suite gives: one check for each assertion, and the sums over them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passed:
    pass


@dataclass(frozen=True, slots=True)
class Failed:
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Skipped:
    reason: str


Mark = Passed | Failed | Skipped


@dataclass(frozen=True, slots=True)
class Check:
    """An assertion and how it went; also another command, when that failed."""

    line: int
    assertion: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class ScriptResult:
    """`script` is the path below the suite's directory."""

    script: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> int:
        return sum(isinstance(check.mark, Passed) for check in self.checks)

    @property
    def failed(self) -> int:
        return sum(isinstance(check.mark, Failed) for check in self.checks)

    @property
    def skipped(self) -> Counter[str]:
        """How many were skipped, by reason."""
        return Counter(check.mark.reason for check in self.checks if isinstance(check.mark, Skipped))


@dataclass(frozen=True, slots=True)
class Failure:
    script: str
    line: int
    assertion: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """Every assertion is passed, failed or skipped."""

    engine: str
    features: str
    scripts: tuple[ScriptResult, ...]

    @property
    def assertions(self) -> int:
        return sum(len(script.checks) for script in self.scripts)

    @property
    def passed(self) -> int:
        return sum(script.passed for script in self.scripts)

    @property
    def failed(self) -> int:
        return sum(script.failed for script in self.scripts)

    @property
    def skipped(self) -> Counter[str]:
        """How many were skipped, by reason."""
        return sum((script.skipped for script in self.scripts), Counter())

    @property
    def failures(self) -> tuple[Failure, ...]:
        """In the order of scripts and lines."""
        return tuple(
            Failure(script.script, check.line, check.assertion, check.mark.expected, check.mark.actual)
            for script in self.scripts
            for check in script.checks
            if isinstance(check.mark, Failed)
        )

    def as_json(self) -> Mapping[str, object]:
        """What `conform --json` writes."""
        return {
            "engine": self.engine,
            "features": self.features,
            "scripts": len(self.scripts),
            "assertions": self.assertions,
            "passed": self.passed,
            "failed": self.failed,
            "skipped": dict(sorted(self.skipped.items())),
            "failures": [
                {
                    "script": failure.script,
                    "line": failure.line,
                    "assertion": failure.assertion,
                    "expected": failure.expected,
                    "actual": failure.actual,
                }
                for failure in self.failures
            ],
        }
