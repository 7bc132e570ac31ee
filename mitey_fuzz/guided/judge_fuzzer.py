"""A fuzzer in the shape that OSS-Fuzz and ClusterFuzzLite expect: modules judged by both back ends and wasmtime.

    python -m mitey_fuzz.guided.judge_fuzzer SEEDS -max_total_time=60

takes libFuzzer's arguments.  An input is a module's bytes, and so is an artifact: a divergence leaves `crash-<sha1>`,
which the same command runs again.  The seed corpus is what `mitey-fuzz corpus --export SEEDS` writes; zipped as
`judge_fuzzer_seed_corpus.zip` it lies where ClusterFuzzLite looks for it.
"""

import sys

from mitey_fuzz.guided.instrument import instrumented

with instrumented():
    from mitey_fuzz import engines
    from mitey_fuzz.campaign.panel import Panel
    from mitey_fuzz.compare.verdict import Divergence
    from mitey_fuzz.guided.libfuzzer import cell_counters, drive
    from mitey_fuzz.guided.target import Target
    from mitey_fuzz.store.crashes import Setup

SUBJECTS = ("jit:minimal", "jit:baseline")
ORACLES = ("wasmtime",)
DEADLINE_S = 2.0


class Diverged(Exception):
    """The engines differ on an input: what libFuzzer is to report as a crash."""


def main() -> None:
    """Fuzzes until libFuzzer ends the process."""
    features = engines.common_features((*SUBJECTS, *ORACLES))
    panel = Panel(Setup(SUBJECTS, ORACLES, str(features)), deadline_s=DEADLINE_S)
    target = Target(panel, features, cell_counters())

    def test_one_input(wasm: bytes) -> None:
        verdict = target(wasm).verdict
        if isinstance(verdict, Divergence):
            raise Diverged(f"{verdict.subject} differs from {verdict.oracle}: {verdict.detail}")

    drive(sys.argv, test_one_input, features)


if __name__ == "__main__":
    main()
