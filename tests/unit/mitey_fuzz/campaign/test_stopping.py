"""The first signal to end is remembered, the second interrupts, and afterwards all is as it was."""

import os
import signal
import threading

import pytest

from mitey_fuzz.campaign.stopping import Stopping

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
