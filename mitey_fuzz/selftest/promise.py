"""What the project promises of its campaigns, and whether a self-test kept it.

The limits are those of a minute of one core for each fault, and they are of each level by itself.  What was not
measured breaks none: a file of faults that were never planted has no share.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """What a number of a level's summary may be: no less than `least`, no more than `most`, and less than `below`."""

    key: str
    least: float | None = None
    most: float | None = None
    below: float | None = None

    def breach(self, number: object) -> str | None:
        """What is wrong with the number, in words; None where it is within the limit or was not measured."""
        if not isinstance(number, int | float):
            return None
        if self.least is not None and number < self.least:
            return f"{self.key} is {number:.4g}, less than {self.least:g}"
        if self.most is not None and number > self.most:
            return f"{self.key} is {number:.4g}, more than {self.most:g}"
        if self.below is not None and number >= self.below:
            return f"{self.key} is {number:.4g}, not under {self.below:g}"
        return None


_OF_EVERY_LEVEL = (
    Limit("median_seconds", below=5),
    Limit("median_size", most=80),
    Limit("median_instructions", most=8),
    Limit("median_minimize", below=10),
)

PROMISED: dict[str, tuple[Limit, ...]] = {
    "machine": (Limit("share", least=0.97), *_OF_EVERY_LEVEL, Limit("share_right", least=0.95)),
    "source": (Limit("share", least=0.90), *_OF_EVERY_LEVEL),
}
"""By level.  Which instruction a source fault should be blamed on nobody can say, so no share of them is promised."""


def breaches(level: str, told: Mapping[str, object]) -> list[str]:
    """The limits of a level that its summary, by name, breaks; each in words."""
    found = (limit.breach(told[limit.key]) for limit in PROMISED[level])
    return [breach for breach in found if breach is not None]
