"""Whether a process lives, told by a lock that the kernel drops when it dies, however it dies."""

import fcntl
import os
from pathlib import Path
from typing import Self

_LOCK = "lock"


class Claim:
    """An exclusive lock on a folder, held until `release` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, folder: Path) -> Self | None:
        """Claim the folder; None if somebody alive holds it, in this process or another.

        Raises:
            FileNotFoundError: there is no such folder.
        """
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def release(self) -> None:
        """Let go; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
