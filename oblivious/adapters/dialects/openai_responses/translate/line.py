"""Parts one after the other: what comes for a later one waits until those before it are complete."""

from collections.abc import Iterator

from oblivious.adapters.chat.events import Cited, Closed, Given, Grown, Opened, Signed

PartEvent = Opened | Grown | Signed | Cited | Closed | Given
PARTS = (Opened, Grown, Signed, Cited, Closed, Given)
"""Its members, for `isinstance`."""


class Line:
    """Puts the events of parts in order; what waits is bounded by what the model may say.

    Attributes:
        open: the number of the part that is being told, None between two.
    """

    __slots__ = ("_waiting", "open")

    def __init__(self) -> None:
        self.open: int | None = None
        self._waiting: dict[int, list[PartEvent]] = {}

    def push(self, event: PartEvent) -> Iterator[PartEvent]:
        """Yield what can be told now."""
        if event.part == self.open:
            yield event
            if isinstance(event, Closed):
                yield from self._next()
        elif self.open is None and isinstance(event, Opened | Given):
            self.open = event.part if isinstance(event, Opened) else None
            yield event
        elif event.part in self._waiting or isinstance(event, Opened | Given):
            self._waiting.setdefault(event.part, []).append(event)

    def drain(self) -> Iterator[PartEvent]:
        """Yield all that is left, with what nobody closed closed."""
        while self.open is not None:
            yield from self.push(Closed(0, self.open))

    def _next(self) -> Iterator[PartEvent]:
        self.open = None
        while self.open is None and self._waiting:
            part = next(iter(self._waiting))
            events = self._waiting.pop(part)
            yield from events
            self.open = None if isinstance(events[-1], Closed | Given) else part
