"""Fuzzing guided by libFuzzer: by the compiler's own branches, and by the states in which it met each instruction.

`target` runs one module, `mutator` makes the next; `child` is the process that libFuzzer drives in a campaign, `worker`
the one that listens to it; `judge_fuzzer` is the same target alone.  Only `instrument` and `counters` know atheris.
"""
