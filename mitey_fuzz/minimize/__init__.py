"""The minimizer: from a case that diverges to the smallest that diverges in the same way."""

from .schedule import minimize

__all__ = ["minimize"]
