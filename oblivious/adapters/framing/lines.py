"""JSON values, one a line: how Ollama streams."""

from oblivious.adapters.sse import LARGEST_EVENT
from oblivious.contracts.errors import Garbled


class Lines:
    """Makes an event of every line that is not blank."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = b""

    def push(self, chunk: bytes) -> bytes:
        """Return the lines that are complete as events.

        Raises:
            Garbled: a line is larger than any event may be.
        """
        *lines, self._held = (self._held + chunk).split(b"\n")
        if len(self._held) > LARGEST_EVENT:
            raise Garbled("the provider sent a line that does not end")
        return b"".join(map(_event, lines))

    def rest(self) -> bytes:
        """Return the last line, which need not be ended."""
        held, self._held = self._held, b""
        return _event(held)


def _event(line: bytes) -> bytes:
    line = line.strip()
    return b"data: %b\n\n" % line if line else b""
