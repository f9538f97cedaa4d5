"""Answers in the other form than the client wants: a stream made whole, and a whole answer made a stream.

Some providers stream whatever is asked (models that can do nothing else), some never do, and some proxies
between lose the wish on its way (2026-11). Clients read only what they asked for.
"""

from collections.abc import Iterator

import msgspec

from oblivious.adapters.chat.events import ChatEvent, Failed
from oblivious.adapters.chat.folding import Folding
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.telling import told
from oblivious.adapters.dialects.face import Answer
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.dialects.translate import UpstreamFace
from oblivious.adapters.dialects.translator import Translator
from oblivious.adapters.dialects.ways import TranslatedWay
from oblivious.adapters.framing.unframed import Unframed
from oblivious.adapters.lenient import BROKEN
from oblivious.contracts.errors import BrokeOff, Garbled, UpstreamError

MOST_BYTES = 128 * 1024 * 1024
"""Of an answer; what is larger is none."""

_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Gathering:
    """A stream that becomes one whole answer."""

    __slots__ = ("_folding", "_way", "stream")

    def __init__(self, way: TranslatedWay) -> None:
        self._way = way
        self._folding = Folding()
        self.stream: Stream = Translator(way.upstream.decoder(way.upstream_plan), self._folding, way.account)

    def whole(self) -> tuple[Answer, bytes]:
        """Return what the stream said, once it has ended, and the answer for the client."""
        stream = self.stream
        if stream.error is not None:
            return Answer(error=stream.error), b""
        if not stream.ended:
            return Answer(error=BrokeOff("the provider closed the stream before its end")), b""
        response = self._folding.response(stream.usage)
        if not response.choices:
            return Answer(error=Garbled("the provider's stream holds no answer")), b""
        body = self._way.client.write_response(response, self._way.client_plan)
        return Answer(stream.usage, stream.bindings), body


def retold(way: TranslatedWay) -> Stream:
    """Return a stream for the client that is fed the bytes of a whole answer."""
    translator = Translator(
        _WholeDecoder(way.upstream, way.upstream_plan), way.client.encoder(way.client_plan), way.account
    )
    return Unframed(way.client_face.framed(translator), _OneEvent())


class _WholeDecoder:
    """Takes a whole answer for the only event of a stream."""

    def __init__(self, upstream: UpstreamFace, plan: UpstreamPlan) -> None:
        self._upstream = upstream
        self._plan = plan

    def feed(self, data: bytes) -> Iterator[ChatEvent]:
        """Read the answer; an array is a stream already, as Gemini writes it where no events are wanted."""
        if data.lstrip().startswith(b"["):
            yield from self._items(data)
            return
        response = self._upstream.read_response(data, self._plan)
        if isinstance(response, UpstreamError):
            yield Failed(response)
        else:
            yield from told(response)

    def _items(self, data: bytes) -> Iterator[ChatEvent]:
        try:
            items = _list(data)
        except BROKEN:
            yield Failed(Garbled("the provider's answer is not JSON"))
            return
        decoder = self._upstream.decoder(self._plan)
        for item in items:
            yield from decoder.feed(bytes(item))
        yield from decoder.finish()

    def finish(self) -> Iterator[ChatEvent]:
        """Say nothing."""
        return iter(())


class _OneEvent:
    """Holds a body back until it is whole, and makes it one event."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._size = 0

    def push(self, chunk: bytes) -> bytes:
        """Keep a piece of the body.

        Raises:
            Garbled: it is larger than any answer may be.
        """
        self._held.append(chunk)
        self._size += len(chunk)
        if self._size > MOST_BYTES:
            raise Garbled("the provider's answer is too large")
        return b""

    def rest(self) -> bytes:
        """Return the event; line ends mean nothing between the members of a body."""
        return b"data: " + b" ".join(b"".join(self._held).splitlines()) + b"\n\n"
