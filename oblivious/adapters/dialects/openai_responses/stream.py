"""The stream of the Responses API: named events, one of three at the end, no `[DONE]`."""

from typing import Any

import msgspec

from oblivious.adapters.dialects.edits import with_model
from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.dialects.openai_responses.bindings import Item
from oblivious.adapters.dialects.openai_responses.usage import Response, bindings_of, blobs_of, read_usage
from oblivious.adapters.lenient import BROKEN, decoded, is_object, part
from oblivious.contracts.errors import Garbled, UpstreamError
from oblivious.contracts.usage import Usage

_PREAMBLE = frozenset(
    {
        "response.created",
        "response.queued",
        "response.in_progress",
        "response.content_part.added",
        "response.reasoning_summary_part.added",
        "keepalive",
        "ping",
    }
)
_ITEM_ADDED = "response.output_item.added"
_OPENINGS = frozenset({"message", "reasoning"})
"""Items that say nothing when they begin."""
_ENDS = frozenset({"response.completed", "response.incomplete"})
_ITEM_DONE = "response.output_item.done"
_FAILED = "response.failed"
_ERROR = "error"
_AUDIO = "audio.delta"


class Event(msgspec.Struct):
    """What is read of an event."""

    type: Any = None
    delta: Any = None
    response: msgspec.Raw = msgspec.Raw(b"null")
    item: msgspec.Raw = msgspec.Raw(b"null")


_event = msgspec.json.Decoder(Event).decode
_response = msgspec.json.Decoder(Response).decode
_item = msgspec.json.Decoder(Item).decode


class ResponsesReader:
    """Reads events; remembers what binds, and names the model as the client did."""

    __slots__ = ("_model", "bindings", "committed", "counted", "ended", "error", "usage", "watchful")

    needles = (b'"response"', b'"error"', b'"encrypted_content"')
    """Events of the whole response, errors, and encrypted reasoning."""
    alias = None

    def __init__(self, *, model: bytes | None) -> None:
        self._model = model
        self.watchful = True
        self.committed = False
        self.counted = True
        self.ended = False
        self.error: UpstreamError | None = None
        self.usage: Usage | None = None
        self.bindings: dict[str, None] = {}

    def read(self, data: bytes) -> bytes | None:
        """Read one event."""
        try:
            event = _event(data)
        except BROKEN:
            return self._nonsense(data)
        kind = event.type if isinstance(event.type, str) else ""
        if not kind and (words_of(decoded(data)) is not None or not self.committed):
            return self._untyped(data)
        response = self._noted(event.response)
        if kind in (_ERROR, _FAILED):
            self.error = _fault(response if kind == _FAILED else None, data)
            return None
        if kind == _ITEM_DONE:
            self._note_item(event.item)
        if not self.committed and _speaks(kind, event):
            self.committed = True
            self.watchful = False
        self.ended = self.ended or (kind in _ENDS and response is not None)
        if response is None or self._model is None:
            return data
        return with_model(data, self._model, inside="response")

    def text_bytes(self, data: bytes) -> int:
        """Count deltas; what events repeat when a part is done counts once."""
        try:
            event = _event(data)
        except BROKEN:
            return 0
        if isinstance(event.delta, str) and not str(event.type).endswith(_AUDIO):
            return len(event.delta.encode("utf-8", "replace"))
        return 0

    def _noted(self, raw: msgspec.Raw) -> Response | None:
        try:
            response = _response(raw)
        except BROKEN:
            return None
        usage = read_usage(response)
        if usage is not None:
            self.usage = usage
        self.bindings.update(dict.fromkeys(bindings_of(response)))
        return response

    def _note_item(self, raw: msgspec.Raw) -> None:
        try:
            self.bindings.update(dict.fromkeys(blobs_of(_item(raw))))
        except BROKEN:
            return

    def _untyped(self, data: bytes) -> bytes | None:
        """Read an event without a type: an error, as a proxy may write it, or garbage."""
        if words_of(decoded(data)) is None:
            return self._nonsense(data)
        self.error = _fault(None, data)
        return None

    def _nonsense(self, data: bytes) -> bytes | None:
        """Some imitators end with `[DONE]`; anything else is garbage, hidden while it can be."""
        if self.committed or data.startswith(b"[DONE]"):
            return data
        self.error = Garbled("the provider sent an event that is not JSON")
        return None


def _speaks(kind: str, event: Event) -> bool:
    """Whether an event says more than that somebody is about to speak."""
    if kind == _ITEM_ADDED:
        return part(decoded(event.item)).get("type") not in _OPENINGS
    return kind not in _PREAMBLE


def failure_of(response: Response, body: bytes | None = None) -> UpstreamError:
    """Judge a response that says it failed."""
    return judged(words_of({"error": response.error}) or Words(message="the response failed"), body=body)


def _fault(response: Response | None, data: bytes) -> UpstreamError:
    """Judge an error, or a response that failed; Perplexity's has none, and the error beside its type."""
    if response is not None and response.error:
        return failure_of(response, _as_error(response.error))
    event = decoded(data)
    words = words_of(event) or Words(message="the provider failed while it answered")
    return judged(words._replace(kind="") if words.kind == _ERROR else words, body=_as_error(_inner(event)))


def _inner(event: Any) -> Any:
    inner = part(event).get("error")
    return inner if is_object(inner) else event


def _as_error(error: Any) -> bytes | None:
    """Return the error as the body of an answer would have it."""
    if not is_object(error):
        return None
    kept = {name: error[name] for name in ("message", "type", "param", "code") if name in error}
    if kept.get("type") == _ERROR:
        del kept["type"]
    return msgspec.json.encode({"error": kept})
