"""A command in a child process, and the messages of `oracles.wire` that go to and fro.

What is asked has a limit, past which the child is killed with all that it started; so is one that breaks the protocol.
What the messages are about is not known here.
"""

import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from . import wire
from .wire import Message

_PATIENCE_S = 2.0
_STDERR_TAIL = 4000
_CHUNK = 1 << 20
_SHOWN = 60


class EngineLost(RuntimeError):
    """The child died, or does not speak the protocol; the message says how and holds the end of its stderr."""


class EngineLate(EngineLost):
    """There was no answer within `limit_s` to what no module's code can delay: the machine is busy, or the child is."""

    def __init__(self, asked: object, limit_s: float) -> None:
        super().__init__(f"the engine's process did not answer {asked} within {limit_s} s")
        self.limit_s = limit_s


class Misused(Exception):
    """The child says that a request cannot be meant.  One that can be and is answered so finds the child wrong."""

    def __str__(self) -> str:
        return str(self.args[0])  # a `KeyError` would put it in quotes


class MisusedKey(Misused, KeyError):
    """It does not know a name or a number that it was given."""


class MisusedValue(Misused, ValueError):
    """It does not take what it was given."""


class Late(Exception):
    """The limit passed before there was an answer."""


class Child:
    """A running command and its pipes.  `alive` turns false once and for all."""

    def __init__(self, command: Sequence[str]) -> None:
        self._stderr, path = tempfile.mkstemp()
        os.unlink(path)  # only the descriptor is wanted
        environment = os.environ | {"PYTHONPATH": _python_path()}
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env=environment,
                start_new_session=True,  # Ctrl-C is the parent's business
                bufsize=0,
            )
        except OSError as error:
            os.close(self._stderr)
            raise EngineLost(f"cannot start {command[0]}: {error}") from error
        assert self._process.stdin is not None and self._process.stdout is not None
        self._input = self._process.stdin.fileno()
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._input, False)
        os.set_blocking(self._output, False)
        self.alive = True

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, request: Message, limit_s: float) -> Message:
        """Sends a request and waits for the reply; `Misused`; `EngineLost` or `Late`, after which the child is gone."""
        until = monotonic() + limit_s
        try:
            self._send(wire.pack(request), until)
            with self.understood():
                reply = wire.unpack(self._hear(until))
                misuse = _misuse(reply)
        except (BrokenPipeError, EOFError) as error:
            raise EngineLost(self._obituary()) from error
        except Late:
            self.kill()
            raise
        if misuse is not None:
            raise misuse
        return reply

    @contextmanager
    def understood(self) -> Iterator[None]:
        """While this lasts the child's words are read; where they make no sense it is killed, and `EngineLost`."""
        try:
            yield
        except wire.MessageError as error:
            self.kill()
            raise EngineLost(f"the engine's process broke the protocol: {error}") from error

    def _send(self, message: bytes, until: float) -> None:
        rest = memoryview(message)
        while rest:
            self._wait(self._input, select.POLLOUT, until)
            rest = rest[os.write(self._input, rest) :]

    def _hear(self, until: float) -> bytes:
        """A message's body; `MessageError` at once for what is none, since it may be shorter than it says."""
        head = self._receive(wire.LENGTH_BYTES, until)
        length = int.from_bytes(head, "little")
        first = self._receive(min(length, 1), until) if length <= wire.MOST_BYTES else b""
        if first != b"{":
            found = head + first + self._at_hand()
            raise wire.MessageError(f"expected a message and nothing else on standard output, found {found!r}")
        return first + self._receive(length - 1, until)

    def _at_hand(self) -> bytes:
        """More of what the child wrote, for people, without waiting for it."""
        try:
            return os.read(self._output, _SHOWN)
        except BlockingIOError:
            return b""

    def _receive(self, count: int, until: float) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            self._wait(self._output, select.POLLIN, until)
            part = os.read(self._output, min(count - len(parts), _CHUNK))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    @staticmethod
    def _wait(fd: int, event: int, until: float) -> None:
        poll = select.poll()
        poll.register(fd, event)
        if not poll.poll(max(0.0, until - monotonic()) * 1000):
            raise Late

    def _obituary(self) -> str:
        """How the child ended, with the end of what it said."""
        self._end(_PATIENCE_S)
        code = self._process.returncode
        how = f"status {code}" if code >= 0 else signal.Signals(-code).name
        said = self._said()
        return f"the engine's process ended with {how}" + (f"\n{said}" if said else "")

    def _said(self) -> str:
        start = max(0, os.fstat(self._stderr).st_size - _STDERR_TAIL)
        return os.pread(self._stderr, _STDERR_TAIL, start).decode("utf-8", "replace").strip()

    def kill(self) -> None:
        """Ends the child, and whoever it started."""
        _kill(self._process)
        self._end(_PATIENCE_S)

    def _end(self, patience_s: float) -> None:
        """Closes the pipes, upon which a child ends by itself; kills one that has not done so in `patience_s`."""
        if not self.alive:
            return
        self.alive = False
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            _kill(self._process)
            self._process.wait()

    def close(self) -> None:
        """Ends the child and forgets what it said.  Closing twice is harmless."""
        self._end(_PATIENCE_S)
        if self._stderr >= 0:
            os.close(self._stderr)
            self._stderr = -1


def _misuse(reply: Message) -> Misused | None:
    if "misuse" not in reply:
        return None
    kind = MisusedKey if wire.text(reply, "misuse") == "key" else MisusedValue
    return kind(f"the engine's process calls this misuse: {wire.text(reply, 'message')}")


def _kill(leader: subprocess.Popen[bytes]) -> None:
    """Kills the leader of a session and all in its group: a command may be a script around an engine."""
    if leader.returncode is None:  # else its number may be somebody else's by now
        with suppress(ProcessLookupError):
            os.killpg(leader.pid, signal.SIGKILL)


def _python_path() -> str:
    """Where the child finds these packages, whether installed or not."""
    root = str(Path(__file__).resolve().parents[1])
    inherited = os.environ.get("PYTHONPATH")
    return root if not inherited else os.pathsep.join([root, inherited])


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ran to its end: its status (below zero a signal's number), what it printed, and its stderr."""

    status: int
    output: str
    said: str


def finish(command: Sequence[str], limit_s: float) -> Ended:
    """Runs a command that reads nothing to its end; `EngineLost` when it cannot start, `Late` when the limit passes."""
    pipe = subprocess.PIPE
    try:
        leader = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, start_new_session=True)
    except OSError as error:
        raise EngineLost(f"cannot start {command[0]}: {error}") from error
    with leader:
        try:
            output, said = leader.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            raise Late from None
        finally:
            _kill(leader)
    return Ended(leader.returncode, output.decode("utf-8", "replace"), said.decode("utf-8", "replace"))
