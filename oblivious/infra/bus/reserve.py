"""A file that keeps room on the disk for what must be written before anything can be removed."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

RESERVE_BYTES = 4 * 1024 * 1024


class Reserve:
    """Room that is given up when the disk is full, and taken again when there is some."""

    def __init__(self, path: Path, size: int = RESERVE_BYTES) -> None:
        self._path = path
        self._size = size

    def take(self) -> None:
        """Take the room if it is not taken and the disk has it."""
        if self._path.exists():
            return
        with contextlib.suppress(OSError):
            self._fill()

    def rather_than_fail(self, write: Callable[[], None]) -> None:
        """Call `write`; if that fails give the room up and call it once more.

        Raises:
            OSError: it failed again.
        """
        try:
            write()
        except OSError:
            self._path.unlink(missing_ok=True)
            write()

    def _fill(self) -> None:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, self._size)
        except OSError:
            self._path.unlink()
            raise
        finally:
            os.close(descriptor)
