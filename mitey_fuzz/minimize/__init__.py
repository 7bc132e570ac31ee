"""The minimizer: from a case that diverges to the smallest that diverges in the same way."""

from .guesses import Judge
from .schedule import MOST_CANDIDATES, Ended, Minimum, minimize

__all__ = ["MOST_CANDIDATES", "Ended", "Judge", "Minimum", "minimize"]
