"""Hypothesis strategies for WebAssembly: values, functions, modules, scripts for them, and whole cases.

For property tests of anything that takes WebAssembly.  Everything drawn is valid and ends on all inputs, though it may
trap; failures shrink to fewer and simpler instructions.  Hypothesis draws slowly: for tests, not for campaigns.

    @given(st.data())
    def test_my_engine_runs_whatever_is_valid(data):
        module = data.draw(modules())
        for call in data.draw(scripts(module)):
            ...

Every instruction of the features given may occur: each row of arithmetic and each access, at any alignment and at
offsets beyond memory; blocks, loops and conditionals with parameters and results; branches, forward to any label, with
what it carries, and back to loops; calls, direct and through a table; references, and all that writes, copies, fills,
grows and drops memory, tables and segments.  What does not occur: recursion, calls through tables that the code itself
writes, segments that do not fit, globals that begin with other than zero, imports but those that are given, custom
sections.  A module declares what its functions mention and no more, so nothing is left of what shrinking removed.

`values`, `functions`, `modules` and `scripts` are built from Hypothesis' own strategies, whose structure it shrinks by;
`cases` are the campaign's generator, driven by Hypothesis: they hold everything a campaign does, and shrink slowly.
"""

from .cases import HypothesisChoices, cases, small
from .modules import functions, modules, scripts, values

__all__ = ["HypothesisChoices", "cases", "functions", "modules", "scripts", "small", "values"]
