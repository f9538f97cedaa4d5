"""What a journal's own thread does, so that its loop never waits for a disk: sync, and make room ahead."""

import errno
import os
import threading
from collections import deque
from pathlib import Path

import msgspec
import structlog

from oblivious.infra.bus.segments import make, segments_in

_log = structlog.get_logger(__name__)


class Segment(msgspec.Struct):
    """A preallocated file: its descriptor and how far it is written, in bytes."""

    descriptor: int
    size: int
    written: int = 0

    @property
    def left(self) -> int:
        """Bytes that still fit."""
        return self.size - self.written


class Upkeep:
    """Syncs what was written and keeps one segment ready, within `cap_bytes` on disk.

    Attributes:
        spare: the segment that comes after the current one; None until it is ready.
        unsynced: what the last sync ran into; None if all went well.
    """

    def __init__(
        self,
        folder: Path,
        *,
        segment_bytes: int,
        cap_bytes: int,
        fsync_ms: int,
    ) -> None:
        self.spare: Segment | None = None
        self.unsynced: OSError | None = None
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._cap_bytes = cap_bytes
        self._interval_seconds = fsync_ms / 1000
        self._last_made = 0
        self._current = -1
        self._full: deque[int] = deque()
        self._dirty = False
        self._awake = threading.Event()
        self._ending = False
        self._no_room = False
        self._thread = threading.Thread(target=self._run, name="journal-upkeep", daemon=True)

    def start(self) -> Segment:
        """Make the first segment here and now, then go on in the thread.

        Raises:
            OSError: the disk has no room for it.
        """
        first = self._make()
        self._current = first.descriptor
        self._awake.set()
        self._thread.start()
        return first

    def wrote(self) -> None:
        """Have the current segment synced with the next round."""
        self._dirty = True

    def move_on(self) -> Segment | None:
        """Hand out the spare as the current segment, and have the full one synced and closed.

        None if the spare is not ready; it comes as soon as there is room.
        """
        spare = self.spare
        if spare is None:
            return None
        self.spare = None
        self._full.append(self._current)
        self._current = spare.descriptor
        self._awake.set()
        return spare

    def finish(self) -> None:
        """Sync everything, end the thread and close the files; blocks for as long as the disk takes."""
        self._ending = True
        self._awake.set()
        self._thread.join()
        os.close(self._current)
        if self.spare is not None:
            os.close(self.spare.descriptor)

    def _run(self) -> None:
        while not self._ending:
            self._awake.wait(self._interval_seconds)
            self._awake.clear()
            if self.spare is None:
                self._prepare()
            self._sync()
        self._sync()

    def _prepare(self) -> None:
        try:
            self.spare = self._make()
        except OSError as error:
            if not self._no_room:
                _log.error("journal_has_no_room", journal=self._folder.name, error=str(error))
            self._no_room = True
            return
        if self._no_room:
            _log.warning("journal_has_room_again", journal=self._folder.name)
        self._no_room = False

    def _make(self) -> Segment:
        existing = len(segments_in(self._folder))
        if (existing + 1) * self._segment_bytes > self._cap_bytes:
            raise OSError(errno.EDQUOT, f"the journal has reached its {self._cap_bytes} bytes")
        descriptor = make(self._folder, self._last_made + 1, self._segment_bytes)
        self._last_made += 1
        return Segment(descriptor, self._segment_bytes)

    def _sync(self) -> None:
        trouble = None
        while self._full:
            descriptor = self._full.popleft()
            trouble = _synced(descriptor) or trouble
            os.close(descriptor)
            self._dirty = True
        if not self._dirty:
            return
        self._dirty = False
        trouble = _synced(self._current) or trouble
        if trouble is not None and self.unsynced is None:
            _log.error("journal_not_synced", journal=self._folder.name, error=str(trouble))
        self.unsynced = trouble


def _synced(descriptor: int) -> OSError | None:
    try:
        os.fdatasync(descriptor)
    except OSError as error:
        return error
    return None
