"""Reads a journal's records from its files, also while they are being written."""

import os
from pathlib import Path

import msgspec
import structlog

from oblivious.contracts.events import Record
from oblivious.infra.bus.framing import Stop, bytes_of_frame, next_frame, split
from oblivious.infra.bus.segments import is_begun, path_of

_CHUNK_BYTES = 256 * 1024
_log = structlog.get_logger(__name__)
_decoder = msgspec.json.Decoder[Record](Record)


class Tail:
    """A place in a journal, from the beginning of a segment onwards. Everything here blocks on the disk.

    What ends the last segment is a record that was being written, now or when the writer died. Damage
    anywhere else is counted and said aloud, and reading goes on behind it.

    Attributes:
        segment: the one that is read.
        at_end: when the last read looked, nothing further was written.
        segment_done: all of this segment was read and the next one is begun.
        damaged: places where records were lost.
    """

    def __init__(self, folder: Path, segment: int) -> None:
        self.segment = segment
        self.at_end = False
        self.segment_done = False
        self.damaged = 0
        self._folder = folder
        self._offset = 0
        self._descriptor = -1

    def read(self, *, dead: bool) -> list[Record]:
        """Return the next records of this segment; `dead` says that nobody writes any more.

        Raises:
            OSError: a file cannot be read.
        """
        # Asked before reading: a writer that has moved on comes back to this segment no more.
        passed = is_begun(self._folder, self.segment + 1)
        self.at_end = False
        bodies, used = self._next_bodies()
        self._offset += used
        if not bodies:
            self._look_behind(passed=passed, dead=dead)
        return [record for body in bodies if (record := self._decoded(body)) is not None]

    def advance(self) -> None:
        """Go on with the next segment."""
        self.close()
        self.segment += 1
        self._offset = 0
        self.segment_done = False

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _next_bodies(self) -> tuple[list[bytes], int]:
        buffer = self._bytes(_CHUNK_BYTES)
        bodies, used, stop = split(buffer)
        if bodies or stop is not Stop.CUT or len(buffer) < _CHUNK_BYTES:
            return bodies, used
        return split(self._bytes(bytes_of_frame(buffer, 0)))[:2]

    def _look_behind(self, *, passed: bool, dead: bool) -> None:
        """Decide what it means that no record lies here: the end, or damage."""
        if not (passed or dead):
            self.at_end = True
            return
        rest = self._rest()
        found = next_frame(rest, 0)
        if found is not None:
            self._tell_damage(found)
            self._offset += found
            return
        torn = len(rest.rstrip(b"\0"))
        if torn and passed:
            self._tell_damage(torn)
        elif torn:
            _log.warning("journal_torn", journal=self._folder.name, segment=self.segment, bytes=torn)
        self.segment_done = passed
        self.at_end = not passed

    def _decoded(self, body: bytes) -> Record | None:
        try:
            record: Record = _decoder.decode(body)
        except msgspec.DecodeError as error:
            self._tell_damage(len(body), str(error))
            return None
        return record

    def _tell_damage(self, count: int, error: str = "") -> None:
        self.damaged += 1
        place = {"journal": self._folder.name, "segment": self.segment, "offset": self._offset}
        _log.error("journal_damaged", **place, bytes_lost=count, error=error)

    def _bytes(self, count: int) -> bytes:
        if self._descriptor < 0 and not self._opened():
            return b""
        return os.pread(self._descriptor, count, self._offset)

    def _rest(self) -> bytes:
        if self._descriptor < 0:
            return b""
        return self._bytes(max(0, os.fstat(self._descriptor).st_size - self._offset))

    def _opened(self) -> bool:
        """Open the segment; False if its journal has only just been made and holds none yet."""
        try:
            self._descriptor = os.open(path_of(self._folder, self.segment), os.O_RDONLY)
        except FileNotFoundError:
            return False
        return True
