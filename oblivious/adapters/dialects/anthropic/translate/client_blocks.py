"""One open block of a client's stream, as bytes."""

from collections.abc import Iterator

import msgspec

from oblivious.adapters.chat.arguments import wrapped
from oblivious.adapters.chat.parts import Citation, Part, Reasoning, ToolCall
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.anthropic.translate.citations import write_citation
from oblivious.adapters.dialects.anthropic.translate.origins import carrier, hidden, signature_of
from oblivious.adapters.lenient import Json

_START = b'event: content_block_start\ndata: {"type":"content_block_start","index":%d,"content_block":%b}\n\n'
_DELTA = (
    b'event: content_block_delta\ndata: {"type":"content_block_delta","index":%d,"delta":{"type":"%b","%b":'
)
_DELTA_END = b"}}\n\n"
_STOP = b'event: content_block_stop\ndata: {"type":"content_block_stop","index":%d}\n\n'

_TEXT = (b"text_delta", b"text")
_THINKING = (b"thinking_delta", b"thinking")
_SIGNATURE = (b"signature_delta", b"signature")
_INPUT = (b"input_json_delta", b"partial_json")
_CITATION = (b"citations_delta", b"citation")

_encode = msgspec.json.encode


class ClientBlock:
    """A part on its way to the client; it begins when there is something to say.

    The state of a part is kept until then: it may have to go before the part. So a call waits for a second
    piece of its arguments, since some upstreams tell the state of a call right behind the first. The state of
    a text that comes too late for that waits for another block to follow: Claude Code takes the last block of
    a message for its result, and finds none in a thought (2.1, seen 2026-11-27).

    Attributes:
        late: the state of a text, here or before, that no block has followed yet.
    """

    __slots__ = (
        "_calls",
        "_custom",
        "_delta",
        "_empty",
        "_head",
        "_index",
        "_kept",
        "_numbers",
        "_state",
        "_thinks",
        "late",
    )

    def __init__(self, part: Part, numbers: Iterator[int], late: State | None = None) -> None:
        """`numbers` gives the index of each block that begins."""
        self._numbers = numbers
        self.late = late
        self._index = -1
        self._head = b""
        self._state = part.state
        self._thinks = isinstance(part, Reasoning)
        self._calls = isinstance(part, ToolCall)
        self._custom = isinstance(part, ToolCall) and part.custom
        self._kept: list[str] | None = [] if self._calls else None
        self._empty, self._delta = _shape_of(part)

    def grow(self, text: str) -> bytes:
        """Return what gives the client more of the part's text."""
        if self._kept is None:
            return self._grown(text)
        self._kept.append(text)
        return b"" if self._custom or len(self._kept) == 1 else self._release()

    def cite(self, citation: Citation) -> bytes:
        """Return what gives the client a citation, if this dialect has words for it."""
        written = write_citation(citation)
        if written is None:
            return b""
        start = b"" if self._head else self._begin()
        return start + _delta(self._index, _CITATION, written)

    def sign(self, state: State) -> None:
        """Keep the state until its place comes."""
        self._state = state

    def close(self) -> bytes:
        """Return what ends the block, nothing if there never was anything in it."""
        grown = self._release()
        if self._head:
            return grown + self._end()
        if self._calls:
            return self._begin() + self._end()
        return (
            b"" if self._state is None else self._before() + whole(next(self._numbers), hidden(self._state))
        )

    def _grown(self, text: str) -> bytes:
        start = b"" if self._head else self._begin()
        return start + self._head + _encode(text) + _DELTA_END

    def _release(self) -> bytes:
        """Return what was kept; free text is wrapped when all of it is there."""
        if self._kept is None:
            return b""
        text, self._kept = "".join(self._kept), None
        if self._custom:
            return self._grown(_encode(wrapped(text)).decode())
        return self._grown(text) if text else b""

    def _begin(self) -> bytes:
        before = self._before()
        if self._state is not None and not self._thinks:
            before += whole(next(self._numbers), carrier(self._state, before=True))
            self._state = None
        self._index = next(self._numbers)
        self._head = _DELTA % (self._index, *self._delta)
        return before + _START % (self._index, _encode(self._empty))

    def _end(self) -> bytes:
        stop = _STOP % self._index
        if self._state is None:
            return stop
        if self._thinks:
            return _delta(self._index, _SIGNATURE, signature_of(self._state)) + stop
        if not self._calls:
            self.late = self._state
            return stop
        return stop + whole(next(self._numbers), carrier(self._state, before=False))

    def _before(self) -> bytes:
        late, self.late = self.late, None
        return carried_late(late, self._numbers)


def carried_late(late: State | None, numbers: Iterator[int]) -> bytes:
    """Return the thought that carries the state of the text before it; nothing where there is none."""
    return b"" if late is None else whole(next(numbers), carrier(late, before=False))


def _shape_of(part: Part) -> tuple[Json, tuple[bytes, bytes]]:
    """Return how a block starts, and how its deltas are called."""
    if isinstance(part, ToolCall):
        return {"type": "tool_use", "id": part.id, "name": part.name, "input": {}}, _INPUT
    if isinstance(part, Reasoning):
        return {"type": "thinking", "thinking": "", "signature": ""}, _THINKING
    return {"type": "text", "text": ""}, _TEXT


def whole(index: int, block: Json) -> bytes:
    """Return a block that comes in one piece; what SDKs only read from deltas comes in some."""
    told = b""
    if block.get("type") == "thinking":
        told = _delta(index, _SIGNATURE, block["signature"])
        block = {**block, "signature": ""}
    elif block.get("type") == "server_tool_use" and block.get("input"):
        told = _delta(index, _INPUT, _encode(block["input"]).decode())
        block = {**block, "input": {}}
    return _START % (index, _encode(block)) + told + _STOP % index


def _delta(index: int, kind: tuple[bytes, bytes], value: object) -> bytes:
    return _DELTA % (index, *kind) + _encode(value) + _DELTA_END
