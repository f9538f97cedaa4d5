"""A file that keeps room on the disk for what must be written before anything can be removed."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

_SIZES = (4 * 1024 * 1024, 512 * 1024, 64 * 1024)


class Reserve:
    """Room that is given up when the disk is full, and taken again when there is some."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self, leaving: int = 0) -> None:
        """Take room if none is taken, as much as the disk has beyond the `leaving` bytes that others need."""
        for size in _SIZES:
            if self._path.exists():
                return
            if free_bytes(self._path.parent) >= size + leaving:
                with contextlib.suppress(OSError):
                    self._fill(size)

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

    def _fill(self, size: int) -> None:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError:
            self._path.unlink()
            raise
        finally:
            os.close(descriptor)


def free_bytes(folder: Path) -> int:
    """Return how much still fits on a folder's disk."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
