"""Reads a journal, alive or dead, as outcomes."""

from collections.abc import Callable
from pathlib import Path
from typing import Self

from oblivious.contracts.events import Outcome
from oblivious.infra.bus.checkpoint import read_carried
from oblivious.infra.bus.join import Carried, Joiner
from oblivious.infra.bus.protocols import Price
from oblivious.infra.bus.segments import segments_in
from oblivious.infra.bus.tail import Tail

OnSegment = Callable[[int, Carried], None]
"""Told of each segment that begins and of what is open then."""


class JournalReader:
    """Reads `folder` from the beginning of a segment; holds only exchanges that have not ended."""

    def __init__(self, folder: Path, segment: int, carried: Carried, on_segment: OnSegment) -> None:
        self._tail = Tail(folder, segment)
        self._joiner = Joiner(folder.name, carried)
        self._on_segment = on_segment

    @classmethod
    def from_start(cls, folder: Path) -> Self:
        """Read everything that the folder still holds.

        Raises:
            FileNotFoundError: the journal is gone.
            CheckpointLost: what its first segment takes for granted cannot be read.
        """
        first = next(iter(segments_in(folder)), 1)
        return cls(folder, first, read_carried(folder, first), lambda _segment, _carried: None)

    @property
    def number(self) -> int:
        """The number of the last outcome read."""
        return self._joiner.number

    @property
    def at_end(self) -> bool:
        """Whether the last read found nothing that it left unread."""
        return self._tail.at_end

    @property
    def losses(self) -> int:
        """Places where the files are damaged, and ends whose beginning was lost there."""
        return self._tail.damaged + self._joiner.orphans

    def read(self) -> list[Outcome]:
        """Return what a live journal holds beyond the last read, at most some hundred kilobytes of it.

        Raises:
            OSError: a file cannot be read.
        """
        return self._read(dead=False)

    def read_dead(self, price: Price) -> list[Outcome]:
        """Do the same with a journal that nobody writes any more; last come its interrupted exchanges."""
        outcomes = self._read(dead=True)
        if self._tail.at_end:
            outcomes += self._joiner.interrupt(price)
        return outcomes

    def close(self) -> None:
        """Let go of the files."""
        self._tail.close()

    def _read(self, *, dead: bool) -> list[Outcome]:
        outcomes = [
            outcome
            for record in self._tail.read(dead=dead)
            if (outcome := self._joiner.feed(record)) is not None
        ]
        if self._tail.segment_done:
            self._tail.advance()
            self._on_segment(self._tail.segment, self._joiner.carried())
        return outcomes
