"""Look through a stream on its way to the client, without unpacking what does not matter."""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from oblivious.adapters import sse
from oblivious.adapters.estimate import tokens_in
from oblivious.adapters.lenient import decoded
from oblivious.contracts.errors import UpstreamError
from oblivious.contracts.usage import Usage

_SAMPLE_BYTES = 4 * 1024
_BURST_BYTES = 32 * 1024
_LINE_BYTES = 512


class EventReader(Protocol):
    """What a dialect knows of its events; one instance a stream.

    Attributes:
        committed: a content event has been seen.
        ended: the dialect's success terminator was the last thing said.
        error: an error event was seen; it and all that follows are kept back.
        usage: what the upstream counted so far.
        counted: `usage` is complete; until then its output is a placeholder.
        bindings: keys that must lead back to this upstream account, in the order they were seen.
        watchful: every event may matter now; else only those in which one of the `needles` stands.
        needles: words, of which an event that changes anything has at least one.
        alias: how an event begins that names the model, and how the client should get that; None while it
            is unknown, or there is nothing to change.
    """

    watchful: bool
    committed: bool
    ended: bool
    error: UpstreamError | None
    counted: bool
    bindings: dict[str, None]

    @property
    def usage(self) -> Usage | None: ...  # noqa: D102 - told above
    @property
    def needles(self) -> tuple[bytes, ...]: ...  # noqa: D102 - told above
    @property
    def alias(self) -> tuple[bytes, bytes] | None: ...  # noqa: D102 - told above

    def read(self, data: bytes) -> bytes | None:
        """Take note of an event; return its data as the client should get it, None to keep it back."""
        ...

    def text_bytes(self, data: bytes) -> int:
        """Return how many bytes of answer, in text, an event carries."""
        ...


class Scanner:
    """Bytes in, bytes out; one for each attempt.

    Chunks are cut at event ends, and only what may matter is taken out of them. A word that makes an event
    suspicious never decides anything: the event that holds it is decoded and judged.
    """

    __slots__ = ("_framer", "_reader", "_room", "_sample", "_share", "_weight", "begun")

    def __init__(self, reader: EventReader) -> None:
        self._reader = reader
        self._framer = sse.Framer()
        self.begun = False
        self._sample: list[bytes] = []
        self._room = _SAMPLE_BYTES
        self._share: float | None = None
        self._weight = 0

    @property
    def committed(self) -> bool:
        """A content event has been seen; until then another channel may be tried."""
        return self._reader.committed

    @property
    def error(self) -> UpstreamError | None:
        """What the upstream said went wrong; the event itself is kept back."""
        return self._reader.error

    @property
    def ended(self) -> bool:
        """The dialect's success terminator was seen."""
        return self._reader.ended

    @property
    def bindings(self) -> tuple[str, ...]:
        """Keys that must lead back to this upstream account."""
        return tuple(self._reader.bindings)

    @property
    def usage(self) -> Usage | None:
        """The upstream's own numbers; where only a part of them came, the output is an estimate."""
        usage = self._reader.usage
        if usage is None or self._reader.counted:
            return usage
        output = max(usage.output_tokens, self.delivered_tokens())
        return msgspec.structs.replace(usage, output_tokens=output, estimated=True)

    def feed(self, chunk: bytes) -> bytes:
        """Return what goes to the client now, b"" if no event is complete yet.

        Raises:
            Garbled: the stream has no events in it, only bytes without end.
        """
        framer = self._framer
        # Most chunks are whole events: they go through as the objects they are.
        block = chunk if not framer.held and chunk.endswith(sse.WHOLE) else framer.push(chunk)
        reader = self._reader
        if not block or reader.error is not None:
            return b""
        self.begun = self.begun or sse.FIELD in block
        if reader.watchful or any_in(reader.needles, block):
            return self._taken_apart(block)
        self._weigh(block)
        return self._renamed(block)

    def finish(self) -> bytes:
        """Return what was held back, at the end of the upstream's bytes.

        A last event without its blank line counts if it is whole. Half an event is dropped, and a whole one
        is completed unless it ends the stream, so that an error event can follow.
        """
        rest = self._framer.rest()
        if self._reader.error is not None:
            return b""
        if not is_whole(rest):
            return sse.stray(rest)
        out = self._taken_apart(rest)
        return out if self._reader.ended or not out.strip() else out.rstrip(b"\r\n") + b"\n\n"

    def failed(self, event: bytes) -> bytes:
        """Return an error event as it follows what was said so far: as it is."""
        return event

    def delivered_tokens(self) -> int:
        """Estimate the tokens of the text that was fed, by its share in the first of the bytes."""
        share = self._share
        if share is None:
            sample = b"".join(self._sample)
            share = self._text_bytes(sample) / (len(sample) or 1)
            if self._room <= 0:
                self._share = share
                self._sample = []
        return tokens_in(int(share * self._weight))

    def _taken_apart(self, block: bytes) -> bytes:
        reader = self._reader
        out: list[bytes] = []
        said: list[bytes] = []
        for piece, matters in self._pieces(block):
            if reader.error is not None:
                break
            new = self._judged(piece) if matters else self._renamed(piece)
            if reader.committed:
                said.append(new)
            out.append(new)
        if said:
            self._weigh(b"".join(said))
        return b"".join(out)

    def _pieces(self, block: bytes) -> Iterator[tuple[bytes, bool]]:
        """Yield each event that may matter, and what lies between two of them in one piece."""
        reader = self._reader
        if b"\r" in block:
            for event in sse.events(block):
                yield event, reader.watchful or any_in(reader.needles, event)
            return
        finder = sse.Finder(block, reader.needles)
        at, size = 0, len(block)
        while at < size:
            begin = at if reader.watchful else finder.event_after(at)
            if begin > at:
                yield block[at:begin], False
            at = sse.end_of_event(block, begin)
            if at > begin:
                yield block[begin:at], True

    def _renamed(self, block: bytes) -> bytes:
        """Name the model in a block of events as the client did: at one stroke where all begin alike."""
        alias = self._reader.alias
        if alias is None:
            return block
        old = b"data: " + alias[0]
        if b"\r" not in block and block.count(old) == block.count(b"\n\n"):
            return block.replace(old, b"data: " + alias[1])
        return b"".join([self._judged(event) for event in sse.events(block)])

    def _judged(self, event: bytes) -> bytes:
        data = sse.data_of(event)
        if data is None:
            # An error may come as bare JSON although a stream was promised.
            bare = event.strip()
            if not bare.startswith(b"{") or self._reader.committed:
                return event
            data = bare
        new = self._reader.read(data)
        if new is data:
            return event
        return sse.stray(event) if new is None else sse.rewritten(event, data, new)

    def _weigh(self, block: bytes) -> None:
        size = len(block)
        if size > _BURST_BYTES:
            # Many events at once, or one that is no text (an image): lines tell them apart.
            size = min(size, block.count(b"\n") * _LINE_BYTES)
        elif self._room > 0:
            self._sample.append(block)
            self._room -= size
        self._weight += size

    def _text_bytes(self, block: bytes) -> int:
        total = 0
        for event in sse.events(block):
            data = sse.data_of(event)
            if data is not None:
                total += self._reader.text_bytes(data)
        return total


def is_whole(rest: bytes) -> bool:
    """Whether a last event lacks only its blank line: its JSON is complete, or its line is."""
    data = sse.data_of(rest)
    if data is None and rest.lstrip().startswith(b"{"):
        data = rest
    if data is None or not data.lstrip().startswith(b"{"):
        return rest.endswith((b"\n", b"\r")) or data == b"[DONE]"
    return decoded(data) is not None


def any_in(needles: tuple[bytes, ...], text: bytes) -> bool:
    """Whether one of the needles stands in a text; a third faster than `any` over a generator."""
    for needle in needles:  # noqa: SIM110 - it is run for every piece of every stream
        if needle in text:
            return True
    return False
