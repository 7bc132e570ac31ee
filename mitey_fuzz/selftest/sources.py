"""Faults in the source of the subject: a stretch of one module's text that becomes another, read from a TOML file.

They are what mutants of machine code cannot be: a compiler that forgets something.  This module decides what such a
fault is and whether it still fits the source; `patch` plants it.

    [[source]]
    id = "spill-is-lost"
    why = "a register is given away, and what was in it is looked for in its slot, where nobody put it"
    module = "jit.backend.baseline.state"      # one of the subject's modules
    old = "move(asm, type, slot, place)"       # occurs exactly once in its text
    new = "pass"
    backend = ["baseline"]                     # optional: only these back ends show it
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import NoReturn

from jit.backend import fault_file

from ..sources_only import source_of

ROOTS = ("jit.backend", "jit.a64", "jit.runtime", "jit.abi")
"""What may be patched: the part of the subject that no oracle and nothing in the harness shares."""


class SourceError(ValueError):
    """A file of source faults that cannot be used, or a fault that does not fit the source; the message says why."""


@dataclass(frozen=True, slots=True)
class SourceFault:
    """One fault; the fields are those of the file.  An empty `backend` means all."""

    id: str
    why: str
    module: str
    old: str
    new: str
    backend: tuple[str, ...] = ()

    def applied(self, text: str) -> str:
        """The module's text with the fault in it.  Raises `SourceError` unless `old` occurs exactly once."""
        count = text.count(self.old)
        if count != 1:
            raise SourceError(
                f"{self.id}: its 'old' occurs {count} times in {self.module}, not once; "
                "the source has changed: write the fault anew against it, or take it out"
            )
        return text.replace(self.old, self.new)


def check(fault: SourceFault) -> None:
    """Raises `SourceError` unless the fault fits the source as it is and leaves a module that parses."""
    source = source_of(fault.module)
    if source is None:
        raise SourceError(f"{fault.id}: there is no module {fault.module}")
    text = fault.applied(source.read_text(encoding="utf-8"))
    try:
        compile(text, source, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise SourceError(f"{fault.id}: {fault.module} does not parse with it: {error}") from error


def load(path: Path) -> dict[str, SourceFault]:
    """The faults of a file by id, in the file's order.  Raises `SourceError`."""
    return loads(fault_file.read(path, SourceError), str(path))


def loads(text: str, source: str) -> dict[str, SourceFault]:
    """The faults of a TOML text by id, in its order; `source` is what errors call it.  Raises `SourceError`."""
    faults: dict[str, SourceFault] = {}
    for place, row in fault_file.tables(text, source, "source", SourceError):
        fault = _read(place, row)
        if fault.id in faults:
            raise SourceError(f"{place}: id {fault.id!r} is taken; ids are unique in a file")
        faults[fault.id] = fault
    return faults


def _read(place: str, row: dict[str, object]) -> SourceFault:
    known = [field.name for field in fields(SourceFault)]
    for key in row:
        if key not in known:
            _refuse(place, key, f"is no key of a source fault; the keys are {', '.join(known)}")
    id, why, module, old, new = (_text(place, row, key) for key in known[:5])
    if not any(module == root or module.startswith(f"{root}.") for root in ROOTS):
        _refuse(place, "module", f"is {module!r}; faults are planted below {', '.join(ROOTS)}")
    if old == new:
        _refuse(place, "new", "is the same as 'old', which changes nothing")
    return SourceFault(id, why, module, old, new, _back_ends(place, row))


def _text(place: str, row: dict[str, object], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not (value or key == "new"):
        _refuse(place, key, f"is {value!r}; every source fault has id, why, module, old and new, which are strings")
    return value


def _back_ends(place: str, row: dict[str, object]) -> tuple[str, ...]:
    names = row.get("backend", [])
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        _refuse(place, "backend", f"is {names!r}; give a list of names, or leave it out for all back ends")
    return tuple(names)


def _refuse(place: str, key: str, complaint: str) -> NoReturn:
    raise SourceError(f"{place}: {key!r} {complaint}")
