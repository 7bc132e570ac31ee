"""`mitey-fuzz minimize`: a module of anybody's, shrunk by a command of anybody's; and stored findings."""

import os
import select
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from jit.wasm.decode import decode
from jit.wasm.features import WASM_2
from jit.wasm.text import to_wat
from mitey_fuzz.case import Case
from mitey_fuzz.cli.predicate import FIRST_DEADLINE_S, Predicate, how_many
from support.cli import mitey_fuzz
from support.wat import wasm

BIG = """(module
    (memory (export "m") 2) (data (i32.const 8) "hello")
    (func $helper (param i32) (result i32) (i32.rotl (local.get 0) (i32.const 3)))
    (func (export "main") (param i32) (result i32)
      (if (local.get 0) (then (drop (call $helper (i32.const 5)))))
      (i32.add (call $helper (local.get 0)) (i32.const 9))))"""

HAS_ROTL = "import sys; sys.exit(b'\\x77' not in open(sys.argv[1], 'rb').read()[8:])"
"""A predicate: the module has the byte of i32.rotl."""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "interesting.py"
    path.write_text(HAS_ROTL)
    return path


def test_a_module_is_shrunk_by_a_command(tmp_path: Path, script: Path) -> None:
    module = tmp_path / "big.wat"
    module.write_text(BIG)
    ran = mitey_fuzz("minimize", module, "--predicate", f"{sys.executable} {script}", cwd=tmp_path)
    assert ran.status == 0, ran.err
    small = (tmp_path / "big.min.wasm").read_bytes()
    assert ran.out.startswith(f"big.min.wasm: {len(wasm(BIG))} -> {len(small)} bytes")
    assert "i32.rotl" in to_wat(decode(small, WASM_2))
    assert len(small) <= 36


def test_braces_say_where_the_path_goes_and_a_file_where_the_result_goes(tmp_path: Path, script: Path) -> None:
    module = tmp_path / "big.wasm"
    module.write_bytes(wasm(BIG))
    out = tmp_path / "small.wasm"
    command = f"{sys.executable} {script} {{}} ignored"
    out.write_bytes(b"of an earlier run")
    ran = mitey_fuzz("minimize", module, "-o", out, "--predicate", command)
    assert ran.status == 0, ran.err
    assert len(out.read_bytes()) <= 36
    assert mitey_fuzz("minimize", module, "-o", tmp_path, "--predicate", command).status == 2
    assert mitey_fuzz("minimize", module, "-o", tmp_path / "nowhere" / "x", "--predicate", command).status == 2


def test_a_dash_is_stdout(tmp_path: Path, script: Path) -> None:
    module = tmp_path / "big.wasm"
    module.write_bytes(wasm(BIG))
    words = [
        sys.executable,
        "-m",
        "mitey_fuzz",
        "minimize",
        module,
        "-o",
        "-",
        "--predicate",
        f"{sys.executable} {script}",
    ]
    ran = subprocess.run(words, capture_output=True, check=True)
    assert ran.stdout.startswith(b"\0asm")
    assert len(ran.stdout) <= 36
    assert ran.stderr.startswith(b"-: ")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("false", "the predicate does not hold"),
        ("no-such-command-anywhere", "the predicate cannot be run"),
    ],
)
def test_a_predicate_that_cannot_be_used_is_refused(tmp_path: Path, command: str, told: str) -> None:
    module = tmp_path / "big.wasm"
    module.write_bytes(wasm(BIG))
    ran = mitey_fuzz("minimize", module, "--predicate", command, cwd=tmp_path)
    assert ran.status == 2
    assert told in ran.err
    assert list(tmp_path.iterdir()) == [module]


@pytest.mark.parametrize(("command", "told"), [("'", "No closing quotation"), ("", "the predicate is empty")])
def test_a_predicate_that_is_no_command_is_refused(command: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Predicate(command, 1.0)


def test_a_directory_is_no_module_for_a_predicate(tmp_path: Path) -> None:
    ran = mitey_fuzz("minimize", tmp_path, "--predicate", "true", cwd=tmp_path)
    assert ran.status == 2
    assert "name a .wasm or .wat file" in ran.err


def test_a_command_that_does_not_answer_in_time_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    started = tmp_path / "pid"
    script = tmp_path / "slow.sh"
    script.write_text(f"sleep 1000 & echo $! > {started}; wait")
    with Predicate(f"sh {script}", 0.5) as predicate:
        assert not predicate.holds(Case(wasm(BIG), ()))
        assert predicate.late == 1
    with suppress(ProcessLookupError):
        ended = os.pidfd_open(int(started.read_text()))  # can be read once the process is dead, if nobody's child
        assert select.select([ended], [], [], 60)[0], "it still runs"
        os.close(ended)


def test_any_number_of_commands_at_once_gives_the_same_module(tmp_path: Path, script: Path) -> None:
    module = tmp_path / "big.wat"
    module.write_text(BIG)
    told = []
    for workers in (1, 3):
        out = tmp_path / f"{workers}.wasm"
        command = f"{sys.executable} {script}"
        ran = mitey_fuzz("minimize", module, "-o", out, "--predicate", command, "--workers", workers)
        assert ran.status == 0, ran.err
        told.append((out.read_bytes(), ran.out.partition(":")[2]))
    assert told[0] == told[1]


def test_commands_at_once_have_candidates_of_their_own_and_those_nobody_asks_for_are_ended(tmp_path: Path) -> None:
    started, told = tmp_path / "pid", tmp_path / "told"
    os.mkfifo(told)
    script = tmp_path / "script.sh"
    waits = f"read pid < {told}; echo $pid > {started}; exit 0"
    script.write_text(
        f'case "$(cat "$1")" in (no) exit 1;; (yes) exit 0;; (waits) {waits};; esac; echo $$ > {told}; exec sleep 1000'
    )
    with Predicate(f"sh {script}", 600.0, width=4) as predicate:
        with closing(predicate.answers([Case(wasm, ()) for wasm in (b"no", b"waits", b"slow", b"no")])) as answers:
            assert [next(answers), next(answers)] == [False, True]
        assert list(predicate.answers([Case(b"yes", ()), Case(b"no", ())])) == [True, False]
        assert predicate.late == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


def test_a_command_that_is_late_beside_others_is_asked_once_more_alone(tmp_path: Path) -> None:
    """The second of three is late the first time."""
    ran = tmp_path / "ran"
    script = tmp_path / "late.sh"
    script.write_text(f'[ "$(cat "$1")" = yes ] && exit 0; [ -e {ran} ] && exit 0; touch {ran}; exec sleep 1000')
    with Predicate(f"sh {script}", 4.0, width=3) as predicate:
        assert list(predicate.answers([Case(wasm, ()) for wasm in (b"yes", b"late", b"yes")])) == [True, True, True]
        assert predicate.late == 0


def test_a_command_that_cannot_run_beside_itself_is_run_alone(tmp_path: Path) -> None:
    """In the second place it always says yes, in the first only of what is interesting."""
    script = tmp_path / "alone.sh"
    script.write_text(f'case "$(basename "$(dirname "$1")")" in (0) {sys.executable} {tmp_path}/real.py "$1";; esac')
    (tmp_path / "real.py").write_text(HAS_ROTL)
    module = tmp_path / "big.wasm"
    module.write_bytes(wasm(BIG))
    ran = mitey_fuzz("minimize", module, "--predicate", f"sh {script}", "--workers", 2, cwd=tmp_path)
    assert ran.status == 0
    assert "one by one" in ran.err
    assert "i32.rotl" in to_wat(decode((tmp_path / "big.min.wasm").read_bytes(), WASM_2))


def test_a_link_and_a_pipe_stay_what_they_are(tmp_path: Path, script: Path) -> None:
    module = tmp_path / "big.wasm"
    module.write_bytes(wasm(BIG))
    link = tmp_path / "link.wasm"
    link.symlink_to("target.wasm")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    for name in ("link.wasm", "pipe"):
        ran = mitey_fuzz("minimize", module, "-o", tmp_path / name, "--predicate", f"{sys.executable} {script}")
        assert ran.status == 0, ran.err
    assert link.is_symlink()
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "target.wasm").read_bytes() == os.read(reader, 1 << 16)
    os.close(reader)


def test_a_command_that_goes_away_leaves_the_best_until_then(tmp_path: Path) -> None:
    """It says yes four times and removes itself."""
    module = tmp_path / "big.wasm"
    module.write_bytes(wasm(BIG))
    command = tmp_path / "brief"
    command.write_text(f"#!/bin/sh\necho >> {tmp_path}/times\n[ $(wc -l < {tmp_path}/times) -lt 4 ] || rm $0\n")
    command.chmod(0o755)
    ran = mitey_fuzz("minimize", module, "-o", tmp_path / "small.wasm", "--predicate", command, "--workers", 1)
    assert ran.status == 0
    assert "the predicate can be run no more" in ran.err
    assert 0 < len((tmp_path / "small.wasm").read_bytes()) < len(wasm(BIG))


def test_who_interrupts_it_has_the_best_until_then(tmp_path: Path) -> None:
    """The command itself interrupts the third time that it is asked, and says yes."""
    module = tmp_path / "big.wasm"
    module.write_bytes(wasm(BIG))
    command = tmp_path / "interrupts.py"
    command.write_text(
        "import os, pathlib, signal\n"
        f"times = pathlib.Path({str(tmp_path / 'times')!r})\n"
        "times.touch(); times.write_text(times.read_text() + '.')\n"
        "if len(times.read_text()) == 3: os.kill(os.getppid(), signal.SIGINT)\n"
    )
    words = (sys.executable, "-m", "mitey_fuzz", "minimize", module, "-o", tmp_path / "small.wasm", "--workers", "1")
    ran = subprocess.run([*words, "--predicate", f"{sys.executable} {command}"], capture_output=True, text=True)
    assert ran.returncode == 0
    assert "stopped" in ran.stderr
    assert 0 < len((tmp_path / "small.wasm").read_bytes()) < len(wasm(BIG))


def test_what_is_no_module_is_shrunk_as_bytes_and_read_again(tmp_path: Path) -> None:
    module = tmp_path / "odd.wasm"
    module.write_bytes(b"\0asm\1\0\0\0\x77\x12")
    script = tmp_path / "keeps.py"
    script.write_text("import sys; sys.exit(b'\\x12' not in open(sys.argv[1], 'rb').read())")
    ran = mitey_fuzz("minimize", module, "--predicate", f"{sys.executable} {script}", cwd=tmp_path)
    assert "cannot be read as WebAssembly 2.0" in ran.err
    assert (tmp_path / "odd.min.wasm").read_bytes() == b"\x12"
    again = mitey_fuzz("minimize", "odd.min.wasm", "--predicate", f"{sys.executable} {script}", cwd=tmp_path)
    assert again.status == 0, again.err


@pytest.mark.parametrize(
    ("said_s", "took_s", "deadline_s"), [(None, 0.01, 2.0), (None, 0.2, 2.0), (None, 3.0, 30.0), (7.0, 0.01, 7.0)]
)
def test_a_command_may_take_some_times_as_long_as_it_did_first_unless_somebody_says_how_long(
    said_s: float | None, took_s: float, deadline_s: float
) -> None:
    with Predicate("true", said_s) as predicate:
        assert predicate.deadline_s == (said_s or FIRST_DEADLINE_S)
        predicate.first_took(took_s)
        assert predicate.deadline_s == deadline_s


@pytest.mark.parametrize(("took_s", "workers"), [(0.01, 1), (1.0, os.cpu_count())])
def test_commands_that_take_long_are_run_at_once(took_s: float, workers: int) -> None:
    assert how_many(took_s) == workers
