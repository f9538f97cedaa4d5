"""Which processes a server consists of, and what is done to them."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from tests.services.descendants import below

_ROLES = {"worker": b"spawn_main", "shipper": b"oblivious.app.child\0ship"}


def of_role(server: int, role: str) -> list[int]:
    """Return the `worker` or `shipper` processes that live below a server."""
    mark = _ROLES[role]
    return [pid for pid in below(server) if mark in _command(pid)]


def kill(pid: int) -> None:
    """Kill -9 one process; its children are on their own."""
    os.kill(pid, signal.SIGKILL)


def alive(pids: list[int]) -> list[int]:
    """Return those that still run; one that has ended and was not waited for does not."""
    return [pid for pid in pids if _state(pid) not in {"", "Z", "X"}]


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _state(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""
