"""One journal as the shipper sees it: followed while its worker lives, adopted when it is dead."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog

from oblivious.contracts.events import SETTLED, Outcome
from oblivious.infra.bus.checkpoint import (
    CheckpointLost,
    forget_carried,
    read_carried,
    read_delivered,
    write_carried,
    write_delivered,
)
from oblivious.infra.bus.join import Carried
from oblivious.infra.bus.liveness import Claim
from oblivious.infra.bus.protocols import Price
from oblivious.infra.bus.reader import JournalReader
from oblivious.infra.bus.reserve import Reserve
from oblivious.infra.bus.segments import bytes_on_disk, path_of, segments_in

_log = structlog.get_logger(__name__)

GONE = ".gone-"
"""What the name of a journal begins with while it is being removed."""


class Follower:
    """Reads outcomes, remembers which are delivered, and removes what is settled. Everything blocks.

    Attributes:
        pending: outcomes that were read and are not delivered yet.
        delivered: all up to this number are.
        settled_to: all up to this number are settled, as far as we were told.
    """

    def __init__(self, folder: Path, price: Price, reserve: Reserve) -> None:
        self.journal = folder.name
        self.pending: list[Outcome] = []
        self.delivered = read_delivered(folder)
        self.settled_to = 0
        self._folder = folder
        self._price = price
        self._reserve = reserve
        self._ended = False
        self._claim: Claim | None = None
        first, carried = self._resume_at()
        self._begins = {first: carried.number}
        self._reader = JournalReader(folder, first, carried, self._on_segment)

    @property
    def is_dead(self) -> bool:
        """Whether the journal's worker is dead and the journal ours."""
        return self._claim is not None

    @property
    def is_behind(self) -> bool:
        """Whether there may be more to read or deliver right now."""
        at_end = self._ended if self.is_dead else self._reader.at_end
        return bool(self.pending) or not at_end

    @property
    def is_finished(self) -> bool:
        """Whether nothing of a dead journal is needed any more."""
        return self.is_dead and not self.is_behind and self._safe_to() >= self._reader.number

    @property
    def waiting(self) -> int:
        """Outcomes that were read and are not settled, as far as we were told."""
        return max(0, self._reader.number - self.settled_to)

    @property
    def losses(self) -> int:
        """Places where records were lost to damage."""
        return self._reader.losses

    @property
    def bytes_on_disk(self) -> int:
        """What the journal takes."""
        return bytes_on_disk(self._folder)

    def adopt_if_dead(self) -> None:
        """Claim the journal if its worker is dead."""
        if self._claim is None:
            self._claim = Claim.take(self._folder)

    def read(self) -> list[Outcome]:
        """Return what is to be delivered next; the same again until it is confirmed.

        Raises:
            OSError: a file cannot be read.
        """
        if not self.pending and not self._ended:
            outcomes = self._reader.read_dead(self._price) if self.is_dead else self._reader.read()
            # Interrupted ones are few, and their numbers may have been others' before a power loss.
            self.pending = [o for o in outcomes if o.number > self.delivered or o.status != SETTLED]
            self._ended = self.is_dead and self._reader.at_end
        return self.pending

    def confirm(self) -> None:
        """Remember that all pending outcomes are delivered."""
        self.delivered = max(self.delivered, self.pending[-1].number)
        self.pending = []
        self._write("what is delivered", lambda: write_delivered(self._folder, self.delivered))

    def remove_needless(self) -> None:
        """Remove the segments before the last one that begins with everything settled."""
        reached = [segment for segment, number in self._begins.items() if number <= self._safe_to()]
        if not reached:
            return
        current = max(reached)
        self._begins = {segment: number for segment, number in self._begins.items() if segment >= current}
        self._remove_before(current)
        # The journal's next segment comes first: who may not write is of no use to anybody.
        self._reserve.take(leaving=path_of(self._folder, current).stat().st_size)

    def remove(self) -> None:
        """Remove the whole journal, in one step for whoever looks on, and let go of it in any case.

        Raises:
            OSError: some of it is still there.
        """
        try:
            gone = self._folder.with_name(GONE + self.journal)
            self._folder.rename(gone)
            shutil.rmtree(gone)
        finally:
            self.release()

    def release(self) -> None:
        """Let go of the journal; it can be followed anew."""
        self._reader.close()
        if self._claim is not None:
            self._claim.release()

    def reread(self) -> Iterator[list[Outcome]]:
        """Yield all outcomes that the journal still holds, beside the reading that goes on."""
        reader = JournalReader.from_start(self._folder)
        try:
            while not reader.at_end:
                yield reader.read_dead(self._price) if self.is_dead else reader.read()
        finally:
            reader.close()

    def _safe_to(self) -> int:
        return min(self.delivered, self.settled_to)

    def _resume_at(self) -> tuple[int, Carried]:
        """Choose the last segment before which everything is delivered.

        Raises:
            CheckpointLost: what the first segment takes for granted cannot be read.
        """
        first, *later = segments_in(self._folder) or [1]
        for segment in reversed(later):
            try:
                carried = read_carried(self._folder, segment)
            except CheckpointLost:
                continue
            if carried.number <= self.delivered:
                return segment, carried
        return first, read_carried(self._folder, first)

    def _on_segment(self, segment: int, carried: Carried) -> None:
        if self._write("what is open", lambda: write_carried(self._folder, segment, carried)):
            self._begins[segment] = carried.number

    def _write(self, what: str, write: Callable[[], None]) -> bool:
        """Remember something for the next shipper; say whether that was possible.

        Without it the next one delivers more than it must, or segments are removed later: no reason to stop.
        """
        try:
            self._reserve.rather_than_fail(write)
        except OSError as error:
            _log.warning("shipper_cannot_remember", journal=self.journal, what=what, error=str(error))
            return False
        return True

    def _remove_before(self, segment: int) -> None:
        for earlier in segments_in(self._folder):
            if earlier < segment:
                path_of(self._folder, earlier).unlink(missing_ok=True)
                forget_carried(self._folder, earlier)
