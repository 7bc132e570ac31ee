"""The minimizer: from a case that diverges to the smallest that diverges in the same way."""

from .guesses import Judge
from .schedule import Ended, Minimum, minimize

__all__ = ["Ended", "Judge", "Minimum", "minimize"]
