"""The catalogue: how much there is of what, and which files are read as what."""

from pathlib import Path

import pytest

from jit.backend.mutants import Mutant, MutantError
from mitey_fuzz.selftest import catalogue, sources
from mitey_fuzz.selftest.sources import SourceError, SourceFault

MUTANT = '[[mutant]]\nid = "m"\nwhy = "w"\nmask = 0xff\nmatch = 1\nxor = 2\n'
SOURCE = '[[source]]\nid = "s"\nwhy = "w"\nmodule = "jit.abi"\nold = "a"\nnew = "b"\n'


def test_there_are_faults_enough_at_both_levels_and_of_both_back_ends() -> None:
    machine, source = catalogue.machine(), catalogue.source()
    assert len(machine) >= 120 and len(source) >= 30 and len(catalogue.vector()) >= 30
    for backend in ("minimal", "baseline"):
        assert sum(mutant.concerns(backend) for mutant in machine.values()) >= 120
        assert any(fault.backend == (backend,) for fault in source.values())


def test_vectors_are_left_out_where_there_are_none() -> None:
    without, all_of_them = catalogue.shipped(has_vectors=False), catalogue.shipped(has_vectors=True)
    assert all_of_them.keys() - without.keys() == catalogue.vector().keys()


def test_every_source_fault_fits_the_source() -> None:
    for fault in catalogue.source().values():
        sources.check(fault)


def test_no_fault_is_planted_that_is_proven_to_show_nothing() -> None:
    assert catalogue.unobservable().keys().isdisjoint(catalogue.shipped(has_vectors=True))


def test_a_file_of_either_kind_is_read(tmp_path: Path) -> None:
    path = tmp_path / "f.toml"
    path.write_text(MUTANT)
    assert isinstance(catalogue.read(path)["m"], Mutant)
    path.write_text(SOURCE)
    assert isinstance(catalogue.read(path)["s"], SourceFault)


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", None), (b"\xff", MutantError), (b"x = 1", MutantError), (b"[[", MutantError), (b"source = 1", SourceError)],
)
def test_what_is_neither_is_refused(tmp_path: Path, content: bytes, error: type[ValueError] | None) -> None:
    path = tmp_path / "f.toml"
    path.write_bytes(content)
    if error is None:
        assert catalogue.read(path) == {}
        return
    with pytest.raises(error):
        catalogue.read(path)
