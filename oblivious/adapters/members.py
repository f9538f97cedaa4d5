"""The top-level members of a JSON object, found and replaced without touching their neighbours' bytes."""

import mmap
import re
from collections.abc import Iterable, Iterator

import msgspec

Body = bytes | mmap.mmap
"""JSON text; large ones may lie in a file."""

Members = dict[str, msgspec.Raw]
"""Names in the order of the text, values undecoded; of a name given twice the last value."""

Cut = tuple[int, int, bytes]
"""Replace the bytes from start to end (offsets into the original) by these."""

_SHORTEST_MEMBER = len(b'"":0,')
_decode = msgspec.json.Decoder(Members).decode
_decode_name = msgspec.json.Decoder(str).decode
_NAME = re.compile(rb'[ \t\n\r]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t\n\r]*:[ \t\n\r]*', re.DOTALL)
_NEXT = re.compile(rb"[ \t\n\r]*([,}])")


class NotJson(ValueError):
    """The text is not JSON."""


class NotAnObject(ValueError):
    """The text is JSON, but no object."""


def members_of(text: Body | msgspec.Raw) -> Members:
    """Return the members of a JSON object.

    Raises:
        NotJson: with the decoder's words and the offset.
        NotAnObject: an array, a string, a number ...
    """
    try:
        return _decode(text)
    except msgspec.ValidationError as error:
        raise NotAnObject(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotJson(str(error)) from error
    except RecursionError as error:
        raise NotJson("JSON is nested too deeply") from error


def has_repeats(text: Body, members: Members) -> bool:
    """Whether a name stands twice in the object that `members` were read from.

    Compact text, as most clients write it, is told by its length alone: there is no room for another member.
    """
    compact = 1 + 4 * len(members) + len("".join(members)) + sum(map(len, members.values()))
    if len(text) - compact < _SHORTEST_MEMBER:
        return False
    found = list(_walk(text, members))
    return len(found) < len(members) or (bool(found) and found[-1][3] != b"}")


def replaced(text: Body, members: Members, name: str, value: bytes) -> Cut:
    """Return the cut that gives the member another value, or adds it after the last one.

    The object must not repeat a name.
    """
    if name in members:
        for found, start, end, _ in _walk(text, members):
            if found == name:
                return start, end, value
    brace = text.rfind(b"}")
    comma = b"," if members else b""
    return brace, brace, b'%b"%b":%b' % (comma, name.encode(), value)


def apply(text: Body, cuts: Iterable[Cut]) -> bytes:
    """Return the text with all cuts made; they must not overlap."""
    pieces: list[bytes] = []
    at = 0
    for start, end, value in sorted(cuts):
        pieces += (text[at:start], value)
        at = end
    pieces.append(text[at:])
    return b"".join(pieces)


def _walk(text: Body, members: Members) -> Iterator[tuple[str, int, int, bytes]]:
    """Yield name, start and end of each value and what follows it; stop where the text repeats a name."""
    at = text.find(b"{") + 1
    for name, raw in members.items():
        found = _NAME.match(text, at)
        if found is None or (
            found[1] != name.encode("utf-8", "surrogatepass") and _decode_name(b'"%b"' % found[1]) != name
        ):
            return
        start, end = found.end(), found.end() + len(raw)
        after = _NEXT.match(text, end)
        if after is None or text[start:end] != bytes(raw):
            return
        yield name, start, end, after[1]
        at = after.end()
