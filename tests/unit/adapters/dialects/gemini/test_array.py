"""A stream as one JSON array: whatever happens, what the client gets is JSON."""

import json
from typing import Any

import pytest

from oblivious.adapters.dialects.face import NO_EDITS
from oblivious.adapters.dialects.gemini.array import GeminiArray
from oblivious.adapters.dialects.gemini.endpoints import ACTIONS
from oblivious.adapters.dialects.passing import Stream
from oblivious.contracts.errors import BrokeOff
from tests.fakes.events import data

_FACE = GeminiArray()
_WORD = {"candidates": [{"content": {"parts": [{"text": "Hel"}], "role": "model"}, "index": 0}]}
_LAST = {"candidates": [{"content": {"parts": [{"text": "lo"}]}, "finishReason": "STOP", "index": 0}]}
_ERROR = BrokeOff("cut")


@pytest.fixture
def stream() -> Stream:
    """Of a client that wants an array."""
    endpoint = ACTIONS["streamGenerateContent"].endpoint
    envelope = _FACE.envelope_at(endpoint, b'{"contents": [{}]}', "m", stream=True)
    return _FACE.framed(_FACE.scanner(envelope, NO_EDITS))


def failed(stream: Stream) -> bytes:
    return stream.failed(_FACE.error_event(_ERROR, "r1"))


def test_events_become_items(stream: Stream) -> None:
    """And the end of the stream closes the array."""
    down = stream.feed(data(_WORD)) + stream.feed(data(_LAST)) + stream.finish()

    assert json.loads(down) == [_WORD, _LAST]


@pytest.mark.parametrize(
    ("said", "items"),
    [
        pytest.param(b"", [], id="before the first item"),
        pytest.param(b": thinking\n\n", [], id="after a comment"),
        pytest.param(data(_WORD), [_WORD], id="after an item"),
        pytest.param(data(_WORD, _WORD), [_WORD, _WORD], id="after two"),
        pytest.param(data(_WORD) + b"data: {half", [_WORD], id="within another"),
    ],
)
def test_an_error_is_the_last_item(stream: Stream, said: bytes, items: list[Any]) -> None:
    """Wherever the stream breaks off."""
    down = stream.feed(said) + _FACE.ping + failed(stream)
    *before, last = json.loads(down)

    assert before == items
    assert last["error"]["code"] == 502
