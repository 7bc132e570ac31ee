"""The first signal to end is remembered, the second interrupts, and afterwards all is as it was."""

import multiprocessing
import os
import signal
import threading

import pytest

from mitey_fuzz.campaign.stopping import Stopping, deafen, held

SIGNALS = pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])


@SIGNALS
def test_the_first_signal_interrupts_nothing(ending: signal.Signals) -> None:
    before = signal.getsignal(ending)
    with Stopping() as stopping:
        assert not stopping.asked
        os.kill(os.getpid(), ending)
        assert stopping.asked
    assert signal.getsignal(ending) is before


@SIGNALS
def test_the_second_signal_interrupts(ending: signal.Signals) -> None:
    before = signal.getsignal(ending)
    with pytest.raises(KeyboardInterrupt), Stopping():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), ending)
    assert signal.getsignal(ending) is before


def test_in_another_thread_signals_are_not_touched() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def enter() -> None:
        with Stopping() as stopping:
            seen.append((signal.getsignal(signal.SIGINT), stopping.asked))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == [(before, False)]


@SIGNALS
def test_a_worker_hears_nothing_from_its_first_moment_on(ending: signal.Signals) -> None:
    process = multiprocessing.get_context("spawn").Process(target=deafen)
    with held():
        process.start()
        assert process.pid is not None
        os.kill(process.pid, ending)  # long before the new Python has come to `deafen`
    process.join()
    assert process.exitcode == 0


@SIGNALS
def test_what_is_sent_while_signals_are_held_back_is_not_lost(ending: signal.Signals) -> None:
    with Stopping() as stopping:
        with held():
            signal.pthread_kill(threading.get_ident(), ending)  # to this thread: another would hear of it at any time
        assert stopping.asked
