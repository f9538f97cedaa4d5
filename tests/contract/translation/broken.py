"""What fails on the way: an answer that is an error, an error in a stream, a stream that is cut."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from oblivious.adapters.chat.events import ChatEvent, Closed, Ended, Failed, Grown
from oblivious.adapters.chat.parts import Text
from oblivious.adapters.dialects.endpoint import (
    ANTHROPIC,
    BEDROCK,
    COHERE,
    GEMINI,
    OLLAMA,
    OPENAI_CHAT,
    OPENAI_RESPONSES,
)
from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.dialects.translator import Translator
from oblivious.adapters.registry import CLIENTS, FACES, UPSTREAMS
from oblivious.contracts.errors import BrokeOff, UpstreamError, UpstreamRateLimited
from tests.contract.translation.cells import exchanged, heard_by
from tests.contract.translation.features import ask, say
from tests.contract.translation.folding import events_of
from tests.contract.translation.peers.table import PEERS

_WORDS = "half an ans"


class Throttled(NamedTuple):
    """How an upstream says that it is asked too often; the status is 429."""

    body: Any
    headers: Headers = []  # noqa: RUF012 - never changed


_OPENAI = {"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}}
_GOOGLE = {"error": {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED"}}

THROTTLED: dict[str, Throttled] = {
    OPENAI_CHAT: Throttled(_OPENAI),
    OPENAI_RESPONSES: Throttled(_OPENAI),
    ANTHROPIC: Throttled({"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}),
    GEMINI: Throttled(_GOOGLE),
    OLLAMA: Throttled({"error": "slow down"}),
    COHERE: Throttled({"message": "slow down"}),
    BEDROCK: Throttled({"message": "slow down"}, [(b"x-amzn-errortype", b"ThrottlingException")]),
}

_SERVER_ERROR = {"type": "error", "code": "server_error", "message": "sorry", "param": None}

FAILING: dict[str, Any] = {
    OPENAI_CHAT: {"error": {"message": "sorry", "type": "server_error", "code": None}},
    OPENAI_RESPONSES: _SERVER_ERROR,
    ANTHROPIC: {"type": "error", "error": {"type": "overloaded_error", "message": "sorry"}},
    GEMINI: {"error": {"code": 503, "message": "sorry", "status": "UNAVAILABLE"}},
    OLLAMA: {"error": "an error was encountered while running the model"},
    COHERE: {"type": "message-end", "delta": {"finish_reason": "ERROR", "error": "sorry"}},
    BEDROCK: {"type": "error", "error": {"type": "ModelStreamErrorException", "message": "sorry"}},
}
"""By dialect: the event of a stream that fails, its framing undone."""


def an_error(client: str, upstream: str, *, stream: bool) -> str:
    """Say what a client gets for an upstream's refusal."""
    throttled = THROTTLED[upstream]
    error = UPSTREAMS[upstream].read_error(429, throttled.headers, json.dumps(throttled.body).encode())
    told = FACES[client].error(error, "r1")
    heard = UPSTREAMS[client].read_error(told.status, told.headers, told.body)
    return "kept" if type(error) is type(heard) is UpstreamRateLimited else "changed"


def an_error_after_200(client: str, upstream: str, *, stream: bool) -> str:
    """Say what becomes of an error within a stream; a whole answer has no such thing."""
    if not stream:
        return "kept"
    data = json.dumps(FAILING[upstream]).encode()
    translator, down = _begun(client, upstream)
    down += translator.feed(b"data: %b\n\n" % data)
    return _told(client, translator, down, translator.error)


def a_cut_stream(client: str, upstream: str, *, stream: bool) -> str:
    """Say what becomes of a stream that ends before it is complete."""
    if not stream:
        return "kept"
    translator, down = _begun(client, upstream)
    down += translator.finish()
    return _told(client, translator, down, BrokeOff("the provider closed the stream before its end"))


BROKEN: dict[str, Callable[..., str]] = {
    "an error": an_error,
    "an error after 200": an_error_after_200,
    "a stream that is cut": a_cut_stream,
}
"""By what goes wrong: `kept` where the client learns of it as an error, after all that came before."""


def _begun(client: str, upstream: str) -> tuple[Translator, bytes]:
    """Return a stream in which the upstream has said a part of its words, and what the client has of it."""
    way = exchanged(client, upstream, ask(stream=True))
    encoder = PEERS[upstream].encoder(way.seen)
    sent = b"".join(encoder.feed(event) for event in _unfinished())
    translator = Translator(
        UPSTREAMS[upstream].decoder(way.upstream_plan), CLIENTS[client].encoder(way.client_plan)
    )
    return translator, translator.feed(sent)


def _unfinished() -> Iterator[ChatEvent]:
    for event in events_of(say(Text(text=_WORDS))):
        if isinstance(event, Closed):
            return
        yield event


def _told(client: str, translator: Translator, down: bytes, error: UpstreamError | None) -> str:
    """Say whether the client hears of the words first, then of the error, and of no end."""
    if error is None or translator.ended:
        return "changed"
    heard = list(heard_by(client, down + translator.failed(FACES[client].error_event(error, "r1"))))
    words = "".join(event.text for event in heard if isinstance(event, Grown))
    failed = [event.error for event in heard if isinstance(event, Failed)]
    ended = any(isinstance(event, Ended) for event in heard)
    known = bool(failed) and isinstance(failed[0], UpstreamError)
    return "kept" if words == _WORDS and known and not ended else "changed"
