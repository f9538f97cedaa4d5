"""Where a worker writes down what must not be forgotten, before anything else happens to it."""

import asyncio
import errno
import os
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Self

import msgspec
import structlog

from oblivious.contracts.events import Progress, Record
from oblivious.infra.bus.framing import HEADER_BYTES, MAX_BODY_BYTES, checksum, pack_header
from oblivious.infra.bus.liveness import Claim
from oblivious.infra.bus.upkeep import Segment, Upkeep

Go = Callable[[BaseException | None], None]
"""Called with None once what was appended is written, or with the error if it could not be."""

RESERVE_BYTES = 2048
"""Twice what an exchange in flight may still have to write: some attempts and its end.

Twice, because the records of one loop turn are not divided between two segments, so that up to a turn's
length stays unused at the end of the first one.
"""

_RETRY_SECONDS = 0.1
_log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode


class Journal:
    """One worker's journal; everything but `close` must be called on its loop.

    Records are encoded at once and written together when the loop's turn ends. What cannot be written is kept
    in its order and tried again until it can; meanwhile `has_room` says no.
    """

    def __init__(self, claim: Claim, upkeep: Upkeep, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._claim = claim
        self._upkeep = upkeep
        self._current = upkeep.start()
        self._turn_limit = min(self._current.size, MAX_BODY_BYTES)
        self._turn = bytearray()
        self._earlier: deque[bytearray] = deque()
        self._waiting: list[Go] = []
        self._scheduled = False
        self._trouble: OSError | None = None
        self._closed = False
        self._retry: asyncio.TimerHandle | None = None

    @classmethod
    def open(
        cls,
        root: Path,
        boot_id: str,
        *,
        segment_bytes: int = 16 * 1024 * 1024,
        cap_bytes: int = 1024 * 1024 * 1024,
        fsync_ms: int = 200,
        loop: asyncio.AbstractEventLoop,
    ) -> Self:
        """Make, claim and open `root/<boot_id>/`.

        Raises:
            OSError: the folder exists, or the disk has no room for a first segment.
        """
        claim = _claimed_folder(root, boot_id)
        upkeep = Upkeep(root / boot_id, segment_bytes=segment_bytes, cap_bytes=cap_bytes, fsync_ms=fsync_ms)
        return cls(claim, upkeep, loop)

    @property
    def unwritten_bytes(self) -> int:
        """Bytes that were appended and are not written yet; they stay when the disk is full."""
        return len(self._turn) + sum(map(len, self._earlier))

    @property
    def room_bytes(self) -> int:
        """Bytes that can be written before another segment must be made."""
        spare = self._upkeep.spare
        return self._current.left + (spare.size if spare else 0) - self.unwritten_bytes

    def has_room(self, in_flight: int) -> bool:
        """Say whether one more exchange may be taken in beside the `in_flight` that must still be ended."""
        if self._trouble is not None or self._upkeep.unsynced is not None:
            return False
        return self.room_bytes >= (in_flight + 2) * RESERVE_BYTES

    def append(self, record: Record) -> None:
        """Encode the record at once; it is written when the loop's turn ends.

        A `Progress` is left out when there is room only for what must be written.

        Raises:
            ValueError: the record is longer than a segment takes.
        """
        if type(record) is Progress and not self.has_room(len(record.streams)):
            return
        body = _encode(record)
        length = len(body)
        turn = self._turn
        if len(turn) + length + HEADER_BYTES > self._turn_limit:
            turn = self._next_turn(length)
        turn += pack_header(length, checksum(body))
        turn += body
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._write)

    def after_write(self, go: Go) -> None:
        """Call `go(None)` once everything appended so far is written, or `go(error)` if it was not.

        After an error the records are still kept, and written when there is room; their exchanges must be
        ended like all others. `go` is never called before this returns.
        """
        self._waiting.append(go)
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._write)

    async def close(self) -> None:
        """Write and sync everything, then let go of the journal; nothing may be appended afterwards.

        A second call does nothing.

        Raises:
            OSError: something could not be written and is lost with this process.
        """
        if self._closed:
            return
        self._closed = True
        self._write()
        if self._retry is not None:
            self._retry.cancel()
        await asyncio.to_thread(self._upkeep.finish)
        self._claim.release()
        self._earlier.clear()
        self._turn = bytearray()
        trouble = self._trouble or self._upkeep.unsynced
        if trouble is not None:
            raise OSError(errno.EIO, f"the journal's end could not be written: {trouble}")

    def _next_turn(self, length: int) -> bytearray:
        if length + HEADER_BYTES > self._turn_limit:
            raise ValueError(f"a record of {length} bytes is longer than {self._turn_limit} bytes")
        self._earlier.append(self._turn)
        self._turn = bytearray()
        return self._turn

    def _write(self) -> None:
        self._scheduled = False
        trouble = self._written()
        if trouble is not None or self._trouble is not None:
            self._note(trouble)
        waiting, self._waiting = self._waiting, []
        for go in waiting:
            self._tell(go, trouble)

    def _tell(self, go: Go, trouble: OSError | None) -> None:
        try:
            go(trouble)
        except Exception as error:  # noqa: BLE001 - one's fault must not keep all who come after it waiting
            self._loop.call_exception_handler({"message": "after_write's callback", "exception": error})

    def _note(self, trouble: OSError | None) -> None:
        """Log when writing begins to fail and when it works again; try again until then."""
        if self._trouble is None:
            _log.error("journal_not_written", error=str(trouble))
        elif trouble is None:
            _log.warning("journal_written_again")
        self._trouble = trouble
        if trouble is not None and self._retry is None:
            self._retry = self._loop.call_later(_RETRY_SECONDS, self._write_again)

    def _write_again(self) -> None:
        self._retry = None
        self._write()

    def _written(self) -> OSError | None:
        """Write all that is kept, in its order; return what it ran into."""
        try:
            while self._earlier:
                self._put(self._earlier[0])
                self._earlier.popleft()
            if self._turn:
                self._put(self._turn)
                self._turn = bytearray()
        except OSError as error:
            return error
        return None

    def _put(self, frames: bytearray) -> None:
        current = self._current
        if len(frames) > current.left:
            current = self._move_on()
        # At its place, not at the file's: what a failed write left behind is written over by the next one.
        count = os.pwrite(current.descriptor, frames, current.written)
        if count < len(frames):
            raise OSError(errno.ENOSPC, f"only {count} of {len(frames)} bytes were written")
        current.written += count
        self._upkeep.wrote()

    def _move_on(self) -> Segment:
        following = self._upkeep.move_on()
        if following is None:
            raise OSError(errno.ENOSPC, "the next segment is not ready")
        self._current = following
        return following


def _claimed_folder(root: Path, boot_id: str) -> Claim:
    """Make the folder under a hidden name and claim it before anybody can take it for a dead one's."""
    hidden = root / f".new-{boot_id}"
    hidden.mkdir(parents=True)
    claim = Claim.take(hidden)
    if claim is None:
        raise FileExistsError(errno.EEXIST, "another process made the same journal", str(hidden))
    hidden.rename(root / boot_id)
    return claim
