"""Published bugs, as campaigns against old releases of wasmtime found and minimized them.

Each must show on every installed release that has it and on no other; `MITEY_WASMTIME_RELEASES` says where releases are
(`support/releases.py`).  The releases named are those of the Python package in which it was seen to show.
"""

import re
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from jit.wasm.features import WASM_2
from mitey_fuzz.compare import differ
from mitey_fuzz.compare.verdict import Agreed, Divergence
from oracles import registry
from oracles.wasmtime import WasmtimeEngine
from support.releases import REASON, installed
from support.wat import case


@dataclass(frozen=True)
class Bug:
    """`since` is the first release with it, `fixed` the first without."""

    name: str
    since: tuple[int, int]
    fixed: tuple[int, int]
    wat: str
    call: str

    def is_in(self, version: tuple[int, int]) -> bool:
        return self.since <= version < self.fixed


BUGS = (
    Bug(
        "CVE-2022-31104, select of vectors",
        (0, 26),
        (0, 39),
        """(func (export "f") (result v128) (local v128)
          (local.set 0 (select (local.get 0) (v128.const i64x2 1 2) (i32.const 1))) (local.get 0))""",
        "f",
    ),
    Bug(
        "CVE-2022-31104, swizzle changes its operand",
        (0, 26),
        (0, 39),
        """(global (export "g") (mut i32) (i32.const 0))
        (func (export "f") (result v128) (local v128 v128 v128)
          (global.set 0 (i8x16.extract_lane_s 0 (i8x16.swizzle (local.get 1) (local.get 0)))) (local.get 2))""",
        "f",
    ),
    Bug(
        "CVE-2023-26489, a shift by three folded into a 64-bit address",
        (0, 37),
        (7, 0),
        """(memory 1) (func (export "f") (param i32) (result i32)
          (i32.load (i32.shl (i32.or (local.get 0) (i32.const 0x20000000)) (i32.const 3))))""",
        "f i32:0x40",
    ),
    Bug(
        "wasmtime issue 8112, a select that loads sixteen bytes instead of four",
        (0, 39),
        (1, 0),
        """(memory 1) (func (export "f") (result f32)
          (select (f32.load align=1 (i32.sub (i32.shl (i32.const 1) (i32.const 16)) (i32.const 6)))
            (f32.const 0) (i32.const 1)))""",
        "f",
    ),
    Bug(
        "CVE-2023-27477, shuffle of a vector with itself",
        (2, 0),
        (7, 0),
        """(func (export "f") (param v128) (result v128)
          (i8x16.shuffle 12 13 0 24 6 11 19 15 1 20 15 28 17 8 4 29 (local.get 0) (local.get 0)))""",
        "f v128:0x0f0e0d0c0b0a09080706050403020100",
    ),
    Bug(
        "CVE-2024-30266, a panic over a dropped segment of external references",
        (19, 0),
        (20, 0),
        """(table 5 10 externref) (elem $e externref (ref.null extern))
        (func (export "f") (elem.drop $e) (table.init $e (i32.const 0) (i32.const 0) (i32.const 0)))""",
        "f",
    ),
)


def _version(directory: Path) -> tuple[int, int]:
    (metadata,) = directory.glob("wasmtime-*.dist-info")
    major, minor = re.findall(r"\d+", metadata.name)[:2]
    return int(major), int(minor)


RELEASES = installed() or [pytest.param(None, marks=pytest.mark.skip(reason=REASON))]


@pytest.mark.slow
@pytest.mark.parametrize("directory", RELEASES, ids=str)
def test_published_bugs_show_on_releases_that_have_them_and_on_no_other(directory: Path) -> None:
    reference = WasmtimeEngine(WASM_2)
    subject = registry.create(f"wasmtime@{directory}", WASM_2)
    verdicts = {
        bug.name: differ.run(
            case(bug.wat, bug.call),
            differ.oracle(reference),
            [differ.subject(subject)],
            deadline_s=10,
            watch=lambda _stage: nullcontext(),
        )
        for bug in BUGS
    }
    subject.close()
    reference.close()
    assert all(isinstance(verdict, Agreed | Divergence) for verdict in verdicts.values())
    shown = [name for name, verdict in verdicts.items() if isinstance(verdict, Divergence)]
    assert shown == [bug.name for bug in BUGS if bug.is_in(_version(directory))]
