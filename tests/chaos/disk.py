"""A disk that is soon full."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SIZE = "2752k"
"""Two segments of a journal, and the least that the shipper keeps in reserve."""


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Mount a small disk there for as long as the block lasts; do nothing if we may not."""
    folder.mkdir(parents=True)
    mounted = _succeeds("mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder))
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - our own mount


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - see above
    except FileNotFoundError:
        return False
