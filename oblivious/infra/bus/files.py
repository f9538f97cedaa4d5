"""Small files that are replaced whole, so that a reader sees the old or the new one and never a part."""

import os
from pathlib import Path


def replace(path: Path, content: bytes, *, durable: bool) -> None:
    """Put `content` in the file's place; `durable` waits until a power loss cannot undo it.

    Raises:
        OSError: the old content is still there.
    """
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    beside.replace(path)
    if durable:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
