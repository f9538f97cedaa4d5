"""A disk that is quickly full."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from oblivious.infra.bus.reserve import free_bytes


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


def use_up(file: Path) -> None:
    """Let a file take what is left of its disk, although others try to get a part of it meanwhile."""
    with file.open("wb", buffering=0) as out:
        while free := free_bytes(file.parent):
            with suppress(OSError):
                out.write(bytes(free))
