"""Hypothesis strategies for WebAssembly: values, functions, modules, scripts for them, and whole cases.

For property tests of anything that takes WebAssembly.  Everything drawn is valid and ends on all inputs, though it may
trap; failures shrink to fewer and simpler instructions.  Hypothesis draws slowly: for tests, not for campaigns.

    @given(st.data())
    def test_my_engine_runs_whatever_is_valid(data):
        module = data.draw(modules())
        for call in data.draw(scripts(module)):
            ...

`values`, `functions`, `modules` and `scripts` are built from Hypothesis' own strategies, whose structure it shrinks by;
`cases` are the campaign's generator, driven by Hypothesis: they hold everything a campaign does, and shrink slowly.
"""

from .cases import HypothesisChoices, cases, small
from .modules import functions, modules, scripts, values

__all__ = ["HypothesisChoices", "cases", "functions", "modules", "scripts", "small", "values"]
