"""Ids that sort by time and cost nothing to make."""

import os
import time
from itertools import count

_process = os.urandom(6).hex()
_COUNTER = count()
_COUNTER_SPAN = 1 << 32


def _after_fork() -> None:
    global _process  # noqa: PLW0603 - a forked worker must not share its parent's ids
    _process = os.urandom(6).hex()


os.register_at_fork(after_in_child=_after_fork)


def new_id() -> str:
    """Return 32 hexadecimal characters: milliseconds since 1970, the process, a counter.

    Ids of one process never repeat; those of two processes differ by 48 random bits. They sort by the
    millisecond in which they were made.
    """
    return f"{time.time_ns() // 1_000_000:012x}{_process}{next(_COUNTER) % _COUNTER_SPAN:08x}"


def attempt_id(exchange_id: str, number: int) -> str:
    """Name the `number`-th attempt (from 1) of an exchange; it goes upstream as `x-request-id`."""
    return f"{exchange_id}-{number}"
