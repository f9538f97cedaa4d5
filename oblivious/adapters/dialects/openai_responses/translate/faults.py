"""Errors in the middle of a stream."""

from typing import Any

import msgspec

from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.dialects.openai_responses.stream import failure_of
from oblivious.adapters.dialects.openai_responses.usage import Response
from oblivious.adapters.lenient import Json, is_object
from oblivious.contracts.errors import UpstreamError

_ERROR = "error"
_TOLD = ("message", "type", "param", "code")


def failure_in(response: Response | None, event: Json) -> UpstreamError:
    """Judge a response that failed; some have their error beside them, or instead of them (Perplexity)."""
    if response is not None and response.error:
        return failure_of(response, _body(response.error))
    return fault_in(event) or judged(Words(message="the response failed"))


def fault_in(event: Json) -> UpstreamError | None:
    """Judge an error event, or an error that came instead of an event; None if it says of none."""
    words = words_of(event)
    if words is None:
        if event.get("type") != _ERROR:
            return None
        words = Words(message="the provider failed while it answered")
    inner = event.get(_ERROR)
    body = _body(inner if is_object(inner) else event)
    return judged(words._replace(kind="") if words.kind == _ERROR else words, body=body)


def _body(error: Any) -> bytes | None:
    """Return the error as the body of an answer would have it."""
    if not is_object(error):
        return None
    kept = {name: error[name] for name in _TOLD if name in error and (name, error[name]) != ("type", _ERROR)}
    return msgspec.json.encode({_ERROR: kept})
