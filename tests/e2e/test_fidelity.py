"""What well-known clients send goes up as they wrote it, and what providers answer comes down as they did."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.raw_upstream import Link, answer, raw_upstream
from tests.fakes.waiting import PATIENCE_SECONDS
from tests.gateways.gateway import Gateway

_ALL = sorted((Path(__file__).parents[1] / "cassettes").glob("*.json"))
_READ = {"cursor_chat", "langchain_google", "vercel_google"}
"""Cursor's body is another endpoint's, and is read; Google's clients name the model in the path."""

_CASSETTES = [path for path in _ALL if path.stem not in _READ]
_OURS = {"host", "accept-encoding", "authorization", "x-api-key", "x-request-id", "content-length"}
_UPSTREAM_NAME = "another-name"


def _sse(*events: dict[str, Any], named: bool = True) -> bytes:
    lines = [f"event: {event['type']}\n" if named else "" for event in events]
    data = [f"data: {json.dumps(event, separators=(',', ':'))}\n\n" for event in events]
    return "".join(line + datum for line, datum in zip(lines, data, strict=True)).encode()


_CHAT = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": _UPSTREAM_NAME}
_CHOICE = {"index": 0, "delta": {"role": "assistant", "content": "Regen."}, "finish_reason": None}
_CHAT_USAGE = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11, "x": [1.50, None]}
_RESPONSE = {"id": "resp_1", "object": "response", "model": _UPSTREAM_NAME, "output": []}
_MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": _UPSTREAM_NAME, "content": []}
_WORD = {"type": "text_delta", "text": "h\u00e9"}

ANSWERS: dict[str, tuple[bytes, bytes]] = {
    "count_tokens": (b'{"input_tokens":9, "new": {"a": 1.0}}', b""),
    "messages": (
        _sse(
            {"type": "message_start", "message": {**_MESSAGE, "usage": {"input_tokens": 9}}},
            {"type": "ping"},
            {"type": "content_block_delta", "index": 0, "delta": _WORD},
            {"type": "something_new", "deep": {"er": []}},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
            {"type": "message_stop"},
        ),
        b"",
    ),
    "responses": (
        _sse(
            {"type": "response.created", "response": _RESPONSE},
            {"type": "response.output_text.delta", "delta": "h\u00e9", "logprobs": []},
            {"type": "response.something.new", "deep": {"er": []}},
            {
                "type": "response.completed",
                "response": {**_RESPONSE, "usage": {"input_tokens": 9, "output_tokens": 2}},
            },
        ),
        b"",
    ),
    "chat_completions": (
        _sse({**_CHAT, "choices": [_CHOICE], "obfuscation": "x"}, named=False),
        _sse({**_CHAT, "choices": [], "usage": _CHAT_USAGE}, named=False),
    ),
}
"""By endpoint: what the provider answers, and what only follows because we asked for it."""

_DONE = {"chat_completions": b"data: [DONE]\n\n"}


@pytest.fixture(params=_CASSETTES, ids=lambda path: path.stem)
def cassette(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One request of a well-known client."""
    read: dict[str, Any] = json.loads(request.param.read_text())
    return read


class Exchanged:
    """What went up and what came down of one request."""

    def __init__(self, went_up: bytes, came_down: httpx.Response, sent: bytes) -> None:
        head, _, self.body = went_up.partition(b"\r\n\r\n")
        self.line, *fields = head.decode().split("\r\n")
        self.names = [field.split(":")[0].lower() for field in fields]
        self.came_down = came_down
        self.sent = sent


async def test_as_it_is(embedded: Gateway, http: httpx.AsyncClient, cassette: dict[str, Any]) -> None:
    """Byte for byte in both directions, but for the usage that we ask for and keep to ourselves."""
    seen = await _exchange(embedded, http, cassette, cassette["body"]["model"])
    asked = cassette["expected"]["endpoint"] == "chat_completions" and not _wants_usage(cassette)
    body = json.loads(seen.body)
    if asked:
        assert body.pop("stream_options") == {"include_usage": True}

    assert list(body.items()) == list(cassette["body"].items())
    assert asked or seen.body == seen.sent
    assert seen.came_down.content == _came_down(cassette)
    expected = cassette["expected"]
    assert [name for name in seen.names if name not in _OURS] == expected["up"]
    assert seen.line.split()[1].partition("?")[2] == expected["query"]


async def test_by_another_name(embedded: Gateway, http: httpx.AsyncClient, cassette: dict[str, Any]) -> None:
    """The model is the provider's on the way up and the client's on the way down; nothing else changes."""
    seen = await _exchange(embedded, http, cassette, _UPSTREAM_NAME)
    model = cassette["body"]["model"]
    body = json.loads(seen.body)
    if not _wants_usage(cassette):
        body.pop("stream_options", None)

    assert list(body.items()) == list({**cassette["body"], "model": _UPSTREAM_NAME}.items())
    expected = _came_down(cassette).replace(_UPSTREAM_NAME.encode(), model.encode())
    assert seen.came_down.content == expected


async def _exchange(
    gateway: Gateway, http: httpx.AsyncClient, cassette: dict[str, Any], upstream_name: str
) -> Exchanged:
    requests: list[bytes] = []
    endpoint = cassette["expected"]["endpoint"]
    body, usage = ANSWERS[endpoint]
    kind = b"text/event-stream" if cassette["expected"]["stream"] else b"application/json"
    whole = answer(body + usage + _DONE.get(endpoint, b""), b"content-type: " + kind)

    async def serve(link: Link) -> None:
        while request := await link.request():
            requests.append(request)
            await link.push(whole)

    sent = json.dumps(cassette["body"], ensure_ascii=False, indent=1).encode()
    async with raw_upstream(serve) as upstream:
        url = f"http://127.0.0.1:{upstream.origin.port}/v1"
        async with _serving(gateway, url, cassette["body"]["model"], upstream_name):
            came_down = await _once_live(http, gateway, cassette, sent)
    (went_up,) = requests
    return Exchanged(went_up, came_down, sent)


async def _once_live(
    http: httpx.AsyncClient, gateway: Gateway, cassette: dict[str, Any], sent: bytes
) -> httpx.Response:
    headers = [(name, value.replace("sk-ours", gateway.key)) for name, value in cassette["headers"]]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            # The client's own headers would be added to a request that it builds itself.
            request = httpx.Request("POST", gateway.url + cassette["path"], content=sent, headers=headers)
            reply = await http.send(request)
            if reply.status_code not in {404, 502, 503}:  # 502: the last one's channel is still known
                return reply


@asynccontextmanager
async def _serving(gateway: Gateway, url: str, model: str, upstream_name: str) -> AsyncIterator[None]:
    """Have the model served at the URL for as long as the block lasts."""
    shape = ("--provider", "demo", "--base-url", url, "--models", model, "--map", f"{model}={upstream_name}")
    do = gateway.installation.do
    await asyncio.to_thread(do, "channel", "add", "--name", url, *shape)
    try:
        yield
    finally:
        await asyncio.to_thread(do, "channel", "remove", url)


def _came_down(cassette: dict[str, Any]) -> bytes:
    endpoint = cassette["expected"]["endpoint"]
    body, usage = ANSWERS[endpoint]
    return body + (usage if _wants_usage(cassette) else b"") + _DONE.get(endpoint, b"")


def _wants_usage(cassette: dict[str, Any]) -> bool:
    return "stream_options" in cassette["body"]
