"""Waiting for something to come true, with a deadline."""

import socket
import time
from collections.abc import Callable

_LOOK_EVERY_S = 0.05


def wait_until(holds: Callable[[], bool], seconds: float = 60, every: float = _LOOK_EVERY_S) -> None:
    """Wait until `holds()` is true.

    Raises:
        TimeoutError: it was not in time.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:.0f} s: {holds}")
        time.sleep(every)


def answers_on(port: int) -> bool:
    """Say whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
