"""How good generated code is: the arm64 instructions it executes on kernels of our own, counted one by one.

The figures are exact and the same on every machine, so a difference of one instruction is a change of the code.  The
kernels are the `.wat` files of `kernels/`: each exports `run`, which takes nothing and returns a checksum.  They are no
part of the corpus, for a campaign has no use for long loops.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from statistics import geometric_mean

from capstone import CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, Cs
from wasmtime import wat2wasm

from jit.wasm.types import Value
from oracles.protocol import Outcome, Returned

from .. import subject
from ..subject_names import on_host

EMULATOR = "emulator"
"""The host that can count."""
DEADLINE_S = 60.0
"""For one run of a kernel, counting included."""

KINDS = ("loads", "stores", "moves", "branches", "others")
_OF_MNEMONIC = {
    "loads": ("ld",),
    "stores": ("st",),
    "moves": ("mov", "fmov", "umov", "smov"),
    "branches": ("b", "b.", "bl", "br", "blr", "cb", "tb", "ret"),
}
"""What mnemonics of a kind begin with; those of branches but `b.`, `cb` and `tb` are whole."""
_WHOLE = frozenset(("b", "bl", "br", "blr", "ret"))


def kernels() -> dict[str, bytes]:
    """The kernels by name, as binary modules."""
    files = sorted((resources.files(__package__) / "kernels").iterdir(), key=lambda file: file.name)
    return {file.name.removesuffix(".wat"): bytes(wat2wasm(file.read_bytes())) for file in files}


@dataclass(frozen=True, slots=True)
class Executed:
    """One kernel on one subject.

    result        what `run` returned
    instructions  arm64 instructions executed, the entry from the host included
    code_bytes    size of the module's functions; handlers and stubs that modules share are not counted
    kinds         the instructions by `KINDS`
    """

    result: Value
    instructions: int
    code_bytes: int
    kinds: Mapping[str, int]


Figures = Mapping[str, Mapping[str, Executed]]
"""By subject, then by kernel."""


def measure(subjects: Sequence[str], modules: Mapping[str, bytes]) -> Figures:
    """Runs the kernels on every subject, emulated: with its probes of stores, which other hosts do without.

    `ValueError` for a name that is no subject, or asks for a host that cannot count.
    """
    return {name: {kernel: _run(name, kernel, wasm) for kernel, wasm in modules.items()} for name in subjects}


def _run(name: str, kernel: str, wasm: bytes) -> Executed:
    engine = subject.create(on_host(name, EMULATOR))
    try:
        code_bytes = sum(len(compiled.code) for compiled in engine.code(wasm).values())
        instance = engine.open().instantiate(wasm, deadline_s=DEADLINE_S)
        assert not isinstance(instance, Outcome), (kernel, name, instance)
        with engine.executed() as words:
            outcome = instance.call("run", (), deadline_s=DEADLINE_S)
    finally:
        engine.close()
    assert isinstance(outcome, Returned), (kernel, name, outcome)
    (result,) = outcome.values
    return Executed(result, words.total(), code_bytes, _by_kind(words))


def _by_kind(words: Counter[int]) -> dict[str, int]:
    disassembler = Cs(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN)
    kinds = dict.fromkeys(KINDS, 0)
    for word, times in words.items():
        (row,) = disassembler.disasm_lite(word.to_bytes(4, "little"), 0)
        kinds[_kind(row[2])] += times
    return kinds


def _kind(mnemonic: str) -> str:
    for kind, beginnings in _OF_MNEMONIC.items():
        if mnemonic in beginnings or mnemonic.startswith(tuple(b for b in beginnings if b not in _WHOLE)):
            return kind
    return "others"


def _instructions(runs: Mapping[str, Executed]) -> float:
    return geometric_mean(run.instructions for run in runs.values())


def _code_bytes(runs: Mapping[str, Executed]) -> float:
    return geometric_mean(run.code_bytes for run in runs.values())


def as_json(figures: Figures) -> dict[str, object]:
    """By subject: the geometric means, and each kernel's figures."""
    return {
        name: {
            "geomean_instructions": _instructions(runs),
            "geomean_code_bytes": _code_bytes(runs),
            "kernels": {
                kernel: {
                    "instructions": run.instructions,
                    "code_bytes": run.code_bytes,
                    **run.kinds,
                    "result": f"{run.result.bits:#x}",
                }
                for kernel, run in runs.items()
            },
        }
        for name, runs in figures.items()
    }


def to_text(figures: Figures) -> str:
    """A table for each subject."""
    lines: list[str] = []
    for name, runs in figures.items():
        lines.append(f"{name:14} {'executed':>10} {'bytes':>7}  " + " ".join(f"{kind:>9}" for kind in KINDS))
        for kernel, run in runs.items():
            shares = " ".join(f"{run.kinds[kind] / run.instructions:>9.1%}" for kind in KINDS)
            lines.append(f"  {kernel:12} {run.instructions:>10,} {run.code_bytes:>7,}  {shares}")
        lines.append(f"  {'geomean':12} {_instructions(runs):>10,.0f} {_code_bytes(runs):>7,.0f}")
    return "\n".join(lines)
