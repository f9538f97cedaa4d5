"""A stream as one JSON array: what Gemini answers where events were not asked for."""

from oblivious.adapters import sse
from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.dialects.gemini.endpoints import AS_EVENTS
from oblivious.adapters.dialects.gemini.face import Gemini
from oblivious.adapters.dialects.passing import Around, Stream

_TYPE = b"content-type"
_BETWEEN = b",\r\n"


class GeminiArray(Gemini):
    """The same dialect; the upstream is asked for events, and each becomes an item of the array."""

    ping = b"\r\n"
    stream_type = b"application/json"

    def query(self, query: bytes) -> bytes:
        """Return the query that goes up, which asks for events."""
        kept = super().query(query)
        return kept + b"&" + AS_EVENTS if kept else AS_EVENTS

    def framed(self, stream: Stream) -> Stream:
        """Return the stream as the client reads it."""
        return Array(stream)

    def response_headers(self, headers: Headers) -> Headers:
        """Return which of the provider's headers come down; its type is not the client's."""
        down = [header for header in super().response_headers(headers) if header[0] != _TYPE]
        return [*down, (_TYPE, self.stream_type)]


class Array(Around):
    """Writes the events of another stream as the items of one array."""

    __slots__ = ("_begun", "_closed")

    def __init__(self, events: Stream) -> None:
        super().__init__(events)
        self._begun = self._closed = False

    def feed(self, chunk: bytes) -> bytes:
        """See `Stream.feed`."""
        return self._items(self._stream.feed(chunk))

    def finish(self) -> bytes:
        """See `Stream.finish`."""
        return self._items(self._stream.finish())

    def failed(self, event: bytes) -> bytes:
        """Return an error event as the last item."""
        return self._listed(event) + b"]"

    def _items(self, block: bytes) -> bytes:
        out = self._listed(block)
        if self._stream.ended and not self._closed:
            self._closed = True
            out += b"]" if self._begun else b"[]"
        return out

    def _listed(self, block: bytes) -> bytes:
        out: list[bytes] = []
        for event in sse.events(block):
            data = sse.data_of(event)
            if data is not None:
                out += (_BETWEEN if self._begun else b"[", data)
                self._begun = True
        return b"".join(out)
