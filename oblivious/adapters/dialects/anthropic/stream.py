"""The stream of messages: named events from `message_start` to `message_stop`."""

from oblivious.adapters.dialects.anthropic.bindings import container_of
from oblivious.adapters.dialects.anthropic.usage import billed, latest
from oblivious.adapters.dialects.edits import with_model
from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.estimate import text_in
from oblivious.adapters.lenient import Json, object_in, part
from oblivious.contracts.errors import Garbled, UpstreamError
from oblivious.contracts.usage import Usage

TEXT = frozenset({"text", "thinking", "partial_json"})
"""Members of deltas that hold what a model wrote."""

_START = "message_start"
_DELTA = "message_delta"
_STOP = "message_stop"
_BLOCK_START = "content_block_start"
_ERROR = "error"
_PREAMBLE = frozenset({_START, "ping"})
_OPENINGS = frozenset({"text", "thinking"})


class MessagesReader:
    """Reads events; keeps the latest of each count, and names the model as the client did.

    Of a conversation that is kept the message itself is a binding: the next request goes on from it.
    """

    __slots__ = (
        "_counts",
        "_model",
        "_threaded",
        "bindings",
        "committed",
        "counted",
        "ended",
        "error",
        "watchful",
    )

    needles = (b"message_", b'"error"')
    """Events of the whole message, and errors."""
    alias = None

    def __init__(self, *, model: bytes | None, threaded: bool = False) -> None:
        self._model = model
        self._threaded = threaded
        self.watchful = True
        self._counts: Json = {}
        self.committed = False
        self.counted = False
        self.ended = False
        self.error: UpstreamError | None = None
        self.bindings: dict[str, None] = {}

    @property
    def usage(self) -> Usage | None:
        """The latest of each count."""
        return billed(self._counts)

    def read(self, data: bytes) -> bytes | None:
        """Read one event."""
        event = object_in(data)
        if event is None:
            return self._nonsense(data)
        kind = event.get("type")
        if kind == _ERROR or (not kind and words_of(event) is not None):
            self.error = judged(
                words_of(event) or Words(message="the provider failed while it answered"), body=data
            )
            return None
        if not self.committed:
            if not kind or kind == _STOP:
                return self._nonsense(data)
            self.committed = _speaks(kind, event)
            self.watchful = not self.committed
        self._note(kind, event)
        if kind != _START or self._model is None:
            return data
        return with_model(data, self._model, inside="message")

    def text_bytes(self, data: bytes) -> int:
        """Count what the deltas of an event carry."""
        event = object_in(data)
        return text_in(event.get("delta"), TEXT) if event is not None else 0

    def _note(self, kind: object, event: Json) -> None:
        if kind == _START:
            message = part(event.get("message"))
            latest(self._counts, message.get("usage"))
            self.bindings.update(dict.fromkeys(container_of(message.get("container"))))
            if self._threaded:
                self.bindings.update(dict.fromkeys(container_of(message)))
        elif kind == _DELTA:
            latest(self._counts, event.get("usage"))
            self.counted = self.counted or bool(part(event.get("usage")))
            self.bindings.update(dict.fromkeys(container_of(part(event.get("delta")).get("container"))))
        elif kind == _STOP:
            self.ended = True

    def _nonsense(self, data: bytes) -> bytes | None:
        """Before the commit point it is a failure to hide; after it the client may make sense of it."""
        if self.committed:
            return data
        self.error = Garbled("the provider sent an event that makes no sense there")
        return None


def _speaks(kind: object, event: Json) -> bool:
    """Whether an event says more than that somebody is about to speak."""
    if kind == _BLOCK_START:
        return part(event.get("content_block")).get("type") not in _OPENINGS
    if kind == _START:
        return bool(part(event.get("message")).get("content"))
    return kind not in _PREAMBLE
