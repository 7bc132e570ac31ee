"""Planting a source fault: the module is imported anew with it, everything that uses the module too."""

import subprocess
import sys

SCRIPT = """
import jit.abi
from jit.runtime import vmctx
assert jit.abi.SLOT == 8
from mitey_fuzz.selftest import patch
patch.plant("jit.abi", "SLOT = 8", "SLOT = 16")
import jit.abi as planted
from jit.backend.baseline import calls
print(jit.abi.SLOT, planted.SLOT, calls.SLOT, planted.__file__ == jit.abi.__file__)
"""


def test_whoever_imports_a_module_with_a_fault_has_the_fault() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.stdout.split() == ["8", "16", "16", "True"]
