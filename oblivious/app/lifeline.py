"""A child that must not outlive its parent."""

import asyncio
import ctypes
import os
import signal
import sys

SERVER_PID = "OBLIVIOUS_SERVER_PID"
"""Names the server to its children; handed down, no setting of an operator's."""

ORPHANED = signal.SIGUSR1
"""Says that the parent is gone to a child that drains first; one that is not up yet dies of it."""

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent_pid: int, sent: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel send us a signal when our parent is gone, however it went.

    It comes several times: the threads of a dying process are each other's heirs. Without this a server
    killed with -9 leaves workers that go on serving its port.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, sent)
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), sent)


def drain_once(seconds: int) -> None:
    """Have this worker told once to drain, by its server or by its server's death; call it on the loop.

    Granian's worker stops for good, with Python's lock in its hand, at the third signal that tells it to
    drain, be it SIGTERM or Ctrl-C (2.8.7: a channel for one word that nobody reads any more). So it takes
    SIGTERM alone: from the server, which sends it once, or from here. An orphan that has not drained after
    `seconds` is ended by the kernel.
    """
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, _leave_it)
    loop.add_signal_handler(ORPHANED, _drain_as_orphan, seconds)


def _drain_as_orphan(seconds: int) -> None:
    """Drain, unless an alarm says that we do: signals that came together all run the handler of then."""
    if not signal.getitimer(signal.ITIMER_REAL)[0]:
        signal.alarm(seconds)
        os.kill(os.getpid(), signal.SIGTERM)


def _leave_it() -> None:
    """The server tells us what to do about it."""
