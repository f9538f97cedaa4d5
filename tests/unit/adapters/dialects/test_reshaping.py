"""Whole answers that are told as streams, in the forms in which they come."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.dialects.reshaping import MOST_BYTES, retold
from oblivious.adapters.dialects.ways import TranslatedWay
from oblivious.adapters.registry import CLIENTS, FACES, UPSTREAMS
from oblivious.contracts.errors import Garbled, UpstreamError, UpstreamRateLimited
from oblivious.contracts.usage import Usage

_HEL = {"candidates": [{"content": {"role": "model", "parts": [{"text": "Hel"}]}, "index": 0}]}
_LO = {
    "candidates": [{"content": {"parts": [{"text": "lo"}]}, "finishReason": "STOP", "index": 0}],
    "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5},
}
_FAST = {"error": {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED"}}


def stream_of(upstream: str, client: str = "openai_chat") -> Stream:
    plan = ClientPlan(ChatRequest(origin=client, model="m", turns=()), exchange_id="x1")
    return retold(TranslatedWay(FACES[client], CLIENTS[client], plan, UPSTREAMS[upstream], UpstreamPlan()))


@pytest.mark.parametrize("layout", [{}, {"indent": 2}], ids=["on one line", "on many"])
@pytest.mark.parametrize("client", ["openai_chat", "gemini"])
def test_an_array_of_pieces_is_a_stream(client: str, layout: Any) -> None:
    """A proxy lost the wish for events on its way."""
    stream = stream_of("gemini", client)
    body = json.dumps([_HEL, _LO], **layout).replace("\n", "\r\n").encode()

    assert stream.feed(body[:20]) + stream.feed(body[20:]) == b""
    assert not stream.begun
    down = stream.finish()

    assert b'"Hel"' in down
    assert b'"lo"' in down
    assert (stream.ended, stream.error, stream.usage) == (True, None, Usage(3, 2))


@pytest.mark.parametrize(
    ("upstream", "body", "leaf"),
    [
        ("gemini", json.dumps([_FAST]).encode(), UpstreamRateLimited),
        ("gemini", json.dumps([_HEL, _FAST]).encode(), UpstreamRateLimited),
        ("openai_chat", json.dumps([_FAST]).encode(), UpstreamRateLimited),
        ("gemini", b"[{", Garbled),
        ("gemini", b"[5]", Garbled),
        ("anthropic", b"{", Garbled),
        ("anthropic", b"", Garbled),
    ],
)
def test_what_is_no_answer_is_an_error(upstream: str, body: bytes, leaf: type[UpstreamError]) -> None:
    """Before anything has gone out."""
    stream = stream_of(upstream)
    stream.feed(body)
    stream.finish()

    assert type(stream.error) is leaf
    assert not stream.ended


def test_half_an_array_has_no_end() -> None:
    """It broke off where nobody noticed."""
    stream = stream_of("gemini")
    stream.feed(json.dumps([_HEL]).encode())
    stream.finish()

    assert not stream.ended


def test_a_body_has_a_largest_size() -> None:
    """Beyond it nothing is kept."""
    stream = stream_of("openai_chat")
    piece = bytes(MOST_BYTES // 4)
    for _ in range(4):
        stream.feed(piece)

    with pytest.raises(Garbled):
        stream.feed(b"x")
