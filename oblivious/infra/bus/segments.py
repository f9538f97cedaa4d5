"""The files of one journal: `000001.log`, `000002.log` ..., each made in full before its first record."""

import os
from pathlib import Path

_SUFFIX = ".log"


def path_of(folder: Path, segment: int) -> Path:
    """Return where a segment lies."""
    return folder / f"{segment:06d}{_SUFFIX}"


def segments_in(folder: Path) -> list[int]:
    """Return the segments' numbers in order, also those that hold nothing yet.

    Raises:
        FileNotFoundError: the journal is gone.
    """
    return sorted(int(path.stem) for path in folder.iterdir() if _is_segment(path))


def make(folder: Path, segment: int, size: int) -> int:
    """Make a segment of `size` bytes that the disk has already given; return it opened for writing.

    Raises:
        OSError: the disk has no room, or cannot be written.
    """
    path = path_of(folder, segment)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError:
        os.close(descriptor)
        path.unlink(missing_ok=True)
        raise
    return descriptor


def is_begun(folder: Path, segment: int) -> bool:
    """Say whether the segment exists and holds something."""
    try:
        with path_of(folder, segment).open("rb", buffering=0) as file:
            return any(file.read(4))
    except FileNotFoundError:
        return False


def bytes_on_disk(folder: Path) -> int:
    """Return what the journal's segments take on disk; 0 for a journal that is gone."""
    try:
        return sum(path.stat().st_size for path in folder.iterdir() if _is_segment(path))
    except FileNotFoundError:
        return 0


def _is_segment(path: Path) -> bool:
    return path.suffix == _SUFFIX and path.stem.isdecimal()
