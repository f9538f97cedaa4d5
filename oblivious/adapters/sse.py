"""Server-sent events: cut a byte stream where events end, and read one event.

Line ends may be LF, CRLF or CR, mixed. An event ends with a blank line; blank lines between events mean
nothing. A CR that ends a chunk is held back until the next byte tells whether it is half of a CRLF.
"""

import re
from itertools import pairwise

from oblivious.contracts.errors import Garbled

LARGEST_EVENT = 32 * 1024 * 1024
"""Bytes of one event; what is larger is no event."""

WHOLE = (b"\n\n", b"\r\n\r\n")
"""Bytes after which nothing is unfinished, whatever came before."""

FIELD = b"data:"
"""What stands in every event; comments that only keep the line alive have none."""

_BOM = b"\xef\xbb\xbf"
_BLANK = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n|\Z))")


class Framer:
    """Hold back the beginning of an event until its end has come."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held = bytearray()

    def push(self, chunk: bytes) -> bytes:
        """Return all events that are now complete, b"" if none is; whole chunks come back as they are.

        Raises:
            Garbled: an event is larger than `LARGEST_EVENT`.
        """
        held = self.held
        if not held:
            if chunk.endswith(WHOLE):
                return chunk
            cut = _last_end(chunk, 0)
            held += chunk[cut:]
            done = chunk[:cut]
        else:
            seen = max(0, len(held) - 3)
            held += chunk
            cut = _last_end(held, seen)
            done = bytes(held[:cut])
            del held[:cut]
        if len(held) > LARGEST_EVENT:
            raise Garbled("the provider sent an event that does not end")
        return done

    def rest(self) -> bytes:
        """Return what is still held back, at the end of the stream."""
        rest = bytes(self.held)
        self.held.clear()
        return rest


def events(block: bytes) -> list[bytes]:
    """Cut a block into its events; joined they are the block again."""
    returns = block.count(b"\r")
    if not returns:
        return _split(block, b"\n\n")
    if returns == block.count(b"\r\n") == block.count(b"\n"):
        return _split(block, b"\r\n\r\n")
    ends = [found.end() for found in _BLANK.finditer(block)]
    cuts = [0, *ends, len(block)]
    return [block[a:b] for a, b in pairwise(cuts) if a != b]


def _split(block: bytes, blank: bytes) -> list[bytes]:
    pieces = block.split(blank)
    unfinished = pieces.pop()
    whole = [piece + blank for piece in pieces]
    return [*whole, unfinished] if unfinished else whole


def data_of(event: bytes) -> bytes | None:
    """Return the event's data, its lines joined; None where it has no data line."""
    if event.startswith(b"data: ") and event.find(b"\n") == len(event) - 2 and b"\r" not in event:
        return event[6:-2]
    data: list[bytes] = []
    for line in event.removeprefix(_BOM).splitlines():
        field, _, value = line.partition(b":")
        if field == b"data":
            data.append(value.removeprefix(b" "))
    return b"\n".join(data) if data else None


def rewritten(event: bytes, data: bytes, new: bytes) -> bytes:
    """Return the event with `new` (one line) in place of its data, everything else as it was."""
    if data in event:
        return event.replace(data, new, 1)
    lines = event.removeprefix(_BOM).splitlines()
    others = [line for line in lines if line and line.partition(b":")[0] != b"data"]
    return stray(event) + b"".join(line + b"\n" for line in others) + b"data: " + new + b"\n\n"


def stray(event: bytes) -> bytes:
    """Return the blank lines before the event: they belong to nobody and stay when it goes."""
    return event[: len(event) - len(event.lstrip(b"\r\n"))]


def end_of_event(block: bytes, begin: int) -> int:
    """Return the offset behind the event that begins there, in a block whose line ends are all LF."""
    blank = block.find(b"\n\n", begin)
    return blank + 2 if blank >= 0 else len(block)


class Finder:
    """Finds the events of a block that hold one of some words; its line ends are all LF.

    Each word is looked for once along the whole block, however many of the others are found.
    """

    __slots__ = ("_block", "_found", "_needles")

    def __init__(self, block: bytes, needles: tuple[bytes, ...]) -> None:
        self._block = block
        self._needles = needles
        self._found = [-1] * len(needles)

    def event_after(self, at: int) -> int:
        """Return where the first such event begins, at or behind `at` (an event's beginning), or the end."""
        block, found = self._block, self._found
        size = nearest = len(block)
        for place, needle in enumerate(self._needles):
            if found[place] < at:
                seen = block.find(needle, at)
                found[place] = seen if seen >= 0 else size
            nearest = min(nearest, found[place])
        if nearest == size:
            return size
        blank = block.rfind(b"\n\n", at, nearest)
        return blank + 2 if blank >= 0 else at


def _last_end(data: bytes | bytearray, since: int) -> int:
    """Return the offset behind the last blank line that ends at or after `since`, 0 if there is none."""
    if data.find(b"\r", since) < 0:
        blank = data.rfind(b"\n\n", since)
        return blank + 2 if blank >= 0 else 0
    end = 0
    for found in _BLANK.finditer(data, since):
        end = found.end()
    return end
