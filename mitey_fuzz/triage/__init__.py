"""Triage: the first wasm instruction whose effect differs, and who is wrong, found by tracing."""

from .cause import Cause
from .explain import Stopped, explain

__all__ = ["Cause", "Stopped", "explain"]
