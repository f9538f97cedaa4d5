"""A child that must not outlive its parent."""

import ctypes
import os
import signal
import sys

SERVER_PID = "OBLIVIOUS_SERVER_PID"
"""Names the server to its children; handed down, no setting of an operator's."""

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent_pid: int) -> None:
    """Have the kernel send us SIGTERM when our parent is gone, however it went.

    Without this a server killed with -9 leaves workers that go on serving its port.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGTERM)
