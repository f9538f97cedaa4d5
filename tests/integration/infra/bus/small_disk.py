"""A disk that is quickly full."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[None]:
    """Mount a disk of `size` bytes; skip where that is forbidden."""
    place.mkdir()
    mount = ["/bin/mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603 - nobody else's words
        pytest.skip("no disk may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["/bin/umount", "--lazy", str(place)], check=True)  # noqa: S603 - the same


def free_bytes(place: Path) -> int:
    """Return how much still fits on the disk."""
    disk = os.statvfs(place)
    return disk.f_bavail * disk.f_frsize
