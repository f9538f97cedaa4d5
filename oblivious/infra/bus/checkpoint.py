"""What the shipper remembers of a journal beside the journal itself.

`delivered` holds the number up to which outcomes were delivered; without it, all are delivered again. Before
segment 7 `000007.carried` holds what is open when segment 7 begins, so that reading can begin there, earlier
segments can be deleted however long an exchange takes, and the numbers stay the same.
"""

import os
from pathlib import Path

import msgspec

from oblivious.infra.bus.files import replace
from oblivious.infra.bus.join import Carried

_DELIVERED = "delivered"
_SUFFIX = ".carried"


class CheckpointLost(Exception):
    """What was open when a segment began cannot be read, and the segments before it are gone."""


def read_delivered(folder: Path) -> int:
    """Return up to which number outcomes were delivered; 0 where that is not known."""
    try:
        return int((folder / _DELIVERED).read_bytes())
    except (FileNotFoundError, ValueError):
        return 0


def write_delivered(folder: Path, number: int) -> None:
    """Remember that outcomes were delivered up to `number`; a power loss may undo it.

    The file is written over in its place, so that a full disk cannot prevent it.
    """
    descriptor = os.open(folder / _DELIVERED, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(descriptor, b"%020d" % number, 0)
    finally:
        os.close(descriptor)


def read_carried(folder: Path, segment: int) -> Carried:
    """Return what is open when the segment begins.

    Raises:
        CheckpointLost: it is not there, or it is damaged.
    """
    if segment == 1:
        return Carried()
    try:
        return msgspec.json.decode(_carried_path(folder, segment).read_bytes(), type=Carried)
    except (FileNotFoundError, msgspec.DecodeError) as error:
        raise CheckpointLost(f"{_carried_path(folder, segment)}: {error}") from error


def write_carried(folder: Path, segment: int, carried: Carried) -> None:
    """Remember for good what is open when the segment begins."""
    replace(_carried_path(folder, segment), msgspec.json.encode(carried), durable=True)


def forget_carried(folder: Path, segment: int) -> None:
    """Remove what is remembered of a segment that is gone."""
    _carried_path(folder, segment).unlink(missing_ok=True)


def _carried_path(folder: Path, segment: int) -> Path:
    return folder / f"{segment:06d}{_SUFFIX}"
