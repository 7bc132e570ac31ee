"""What all tests share: one profile for Hypothesis, the same examples every time and no clock."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "deterministic", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("deterministic")
