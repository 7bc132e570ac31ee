"""A fuzzer in the shape that OSS-Fuzz and ClusterFuzzLite expect: modules judged by both back ends and wasmtime.

    python -m mitey_fuzz.guided.judge_fuzzer SEEDS -max_total_time=60

takes libFuzzer's arguments.  An input is a module's bytes, and so is an artifact: a divergence leaves `crash-<sha1>`,
which the same command runs again.  Bugs that are known are passed over: those of the `triage.toml` (see `store.known`)
in the directory that `MITEY_CRASHES` names, by default the one in which this program lies, but for marks that have
expired there.  `.clusterfuzzlite/build.sh` says what else lies there.
"""

import os
import sys
from pathlib import Path

from mitey_fuzz.guided.instrument import instrumented

with instrumented():
    from mitey_fuzz import engines
    from mitey_fuzz.campaign.panel import Panel
    from mitey_fuzz.guided.diverged import reporting
    from mitey_fuzz.guided.libfuzzer import cell_counters, drive
    from mitey_fuzz.guided.target import Target
    from mitey_fuzz.store import known
    from mitey_fuzz.store.crashes import Setup

SUBJECTS = ("jit:minimal", "jit:baseline")
ORACLES = ("wasmtime",)
DEADLINE_S = 2.0


def main() -> None:
    """Fuzzes until libFuzzer ends the process."""
    features = engines.common_features((*SUBJECTS, *ORACLES))
    panel = Panel(Setup(SUBJECTS, ORACLES, str(features)), deadline_s=DEADLINE_S)
    crashes = Path(os.environ.get("MITEY_CRASHES") or Path(sys.argv[0]).parent)
    report = reporting(Target(panel, features, cell_counters()), known.read(crashes), crashes)
    drive(sys.argv, report, features)


if __name__ == "__main__":
    main()
