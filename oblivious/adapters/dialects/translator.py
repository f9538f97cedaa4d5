"""Translate a stream on its way to the client: what a scanner is for streams that keep their dialect."""

from collections.abc import Iterable

import msgspec

from oblivious.adapters import sse
from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Counted,
    Ended,
    Failed,
    Grown,
    Opened,
)
from oblivious.adapters.chat.owners import event_signed_off, state_in
from oblivious.adapters.chat.parts import ToolCall
from oblivious.adapters.chat.state import blob_key
from oblivious.adapters.dialects.scanner import is_whole
from oblivious.adapters.dialects.translate import Decoder, Encoder
from oblivious.adapters.estimate import tokens_in
from oblivious.contracts.errors import UpstreamError
from oblivious.contracts.usage import Usage


def wordless(error: UpstreamError) -> UpstreamError:
    """Return an error without the provider's own body, which is in no dialect that the client reads."""
    error.body = None
    return error


class Translator:
    """Bytes of one dialect in, bytes of another out; one for each attempt.

    With an `account` the states in the stream come to name it.

    Attributes:
        begun: an event has come, though it may say nothing yet.
        committed: the upstream has said something; until then another channel may be tried.
        error: what the upstream said went wrong.
        ended: the stream came to its proper end.
        bindings: keys that must lead back to the same upstream account.
    """

    __slots__ = (
        "_account",
        "_complete",
        "_decoder",
        "_encoder",
        "_framer",
        "_said",
        "_usage",
        "begun",
        "bindings",
        "committed",
        "ended",
        "error",
    )

    def __init__(self, decoder: Decoder, encoder: Encoder, account: str = "") -> None:
        self._account = account
        self._decoder = decoder
        self._encoder = encoder
        self._framer = sse.Framer()
        self._said = 0
        self._usage: Usage | None = None
        self._complete = False
        self.begun = False
        self.committed = False
        self.ended = False
        self.error: UpstreamError | None = None
        self.bindings: tuple[str, ...] = ()

    @property
    def usage(self) -> Usage | None:
        """The upstream's own numbers; where only a part of them came, the output is an estimate."""
        usage = self._usage
        if usage is None or self._complete:
            return usage
        output = max(usage.output_tokens, self.delivered_tokens())
        return msgspec.structs.replace(usage, output_tokens=output, estimated=True)

    def feed(self, chunk: bytes) -> bytes:
        """Return what goes to the client now, b"" if no event is complete yet.

        Raises:
            Garbled: the stream has no events in it, only bytes without end.
        """
        if self.error is not None or self.ended:
            return b""
        return self._events(self._framer.push(chunk))

    def finish(self) -> bytes:
        """Return what is still to be said at the end of the upstream's bytes; half an event is dropped."""
        if self.error is not None or self.ended:
            return b""
        rest = self._framer.rest()
        out = self._events(rest) if is_whole(rest) else b""
        return out + self._told(self._decoder.finish())

    def failed(self, event: bytes) -> bytes:
        """Return an error event as it follows what was said so far: as it is."""
        return event

    def delivered_tokens(self) -> int:
        """Estimate the tokens of the text that was fed."""
        return tokens_in(self._said)

    def _events(self, block: bytes) -> bytes:
        out: list[bytes] = []
        self.begun = self.begun or sse.FIELD in block
        for event in sse.events(block):
            data = sse.data_of(event)
            if data is None and event.lstrip().startswith(b"{") and not self.committed:
                data = event.strip()  # an error may come as bare JSON although a stream was promised
            if data is not None and self.error is None and not self.ended:
                out.append(self._told(self._decoder.feed(data)))
        return b"".join(out)

    def _told(self, events: Iterable[ChatEvent]) -> bytes:
        out: list[bytes] = []
        for event in events:
            self._note(event)
            if self.error is not None:
                break
            out.append(self._encoder.feed(self._signed_off(event) if self._account else event))
        return b"".join(out)

    def _signed_off(self, event: ChatEvent) -> ChatEvent:
        """Return the event with the account's name on its state, which must come back to it."""
        state = state_in(event)
        if state is None:
            return event
        self.bindings = (*self.bindings, blob_key(state.data))
        return event_signed_off(event, self._account)

    def _note(self, event: ChatEvent) -> None:
        if isinstance(event, Grown):
            self.committed = True
            self._said += len(event.text.encode("utf-8", "replace"))
        elif isinstance(event, Counted):
            self._usage, self._complete = event.usage, event.complete
        elif isinstance(event, Failed):
            self.error = wordless(event.error)
        elif isinstance(event, Opened):
            self.committed = self.committed or isinstance(event.value, ToolCall)
        elif not isinstance(event, Begun):
            self.committed = True
            self.ended = isinstance(event, Ended)
