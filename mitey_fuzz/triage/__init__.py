"""Triage: the first wasm instruction whose effect differs, and who is wrong, found by tracing."""

from .cause import Cause
from .explain import explain

__all__ = ["Cause", "explain"]
