"""What all tests share: one profile for Hypothesis, the same examples every time and no clock."""

from hypothesis import settings

settings.register_profile("deterministic", deadline=None, derandomize=True)
settings.load_profile("deterministic")
