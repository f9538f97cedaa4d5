"""The processes below a process, held by descriptors that cannot come to mean another process."""

import os
import select
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """Return a process descriptor for each living child, grandchild and so on of `pid`."""
    held: list[int] = []
    for child in below(pid):
        with suppress(ProcessLookupError):
            held.append(os.pidfd_open(child))
    return held


def kill_and_wait(processes: Iterable[int], seconds: float) -> None:
    """Kill -9 every process of these descriptors, wait until they are gone, and close the descriptors.

    Raises:
        TimeoutError: one was still there after `seconds`.
    """
    for descriptor in processes:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        readable, _, _ = select.select([descriptor], [], [], seconds)
        os.close(descriptor)
        if not readable:
            raise TimeoutError("a process outlived kill -9")


def below(pid: int) -> Iterator[int]:
    """Yield the number of each living child, grandchild and so on of `pid`."""
    # A process may end between two looks; then it has no children left to name.
    with suppress(OSError):
        for listing in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in map(int, listing.read_text().split()):
                yield child
                yield from below(child)
