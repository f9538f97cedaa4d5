"""What is asked under load: every kind of request that the road knows, in a fixed turn."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

_WORDS = "Tell me, in some words, what a gateway is for and what it must never forget."
_CHAT, _MESSAGES = "/v1/chat/completions", "/v1/messages"
_RESPONSES, _EMBEDDINGS = "/v1/responses", "/v1/embeddings"

_CAP = 400
"""Output tokens that a client allows; strict accounts hold them all."""


@dataclass(frozen=True)
class Model:
    """A public model name.

    Attributes:
        upstream: what the provider calls it, with the demo's settings.
        rates: US dollars per million tokens, in and out; with more digits than a nano-dollar has.
    """

    name: str
    upstream: str
    rates: tuple[str, str]

    def cost(self, input_tokens: int, output_tokens: int) -> int:
        """Return nano-USD, rounded once, half to even, by arithmetic of our own."""
        paid_in, paid_out = (Fraction(rate) * 1000 for rate in self.rates)
        return round(paid_in * input_tokens + paid_out * output_tokens)


COUNTED = Model("chaos-counted", "demo-chat", ("0.123456", "0.654321"))
UNCOUNTED = Model("chaos-uncounted", "demo-chat@usage-missing", ("3", "15"))
PACED = Model("chaos-paced", "demo-chat@pace-20@length-30", ("0.15", "0.6005"))
PACED_UNCOUNTED = Model("chaos-paced-uncounted", "demo-chat@pace-20@length-30@usage-missing", ("1.25", "10"))
ROUNDED = Model("chaos-rounded", "demo-chat@usage-333/777", ("0.0005", "0.0015"))
EMBEDDED = Model("chaos-embedded", "demo-embedding", ("0.0205", "0"))
UNSTEADY = Model("chaos-unsteady", "demo-chat", ("0.4", "1.6"))
"""Served by two channels, and the one that is asked first always fails."""

CROSSED = Model("chaos-crossed", "demo-chat@pace-5@length-30", ("0.75", "3.0005"))
"""Served by a provider that speaks nothing but messages: everybody else is translated."""

MODELS = {
    model.name: model
    for model in (COUNTED, UNCOUNTED, PACED, PACED_UNCOUNTED, ROUNDED, EMBEDDED, UNSTEADY, CROSSED)
}


@dataclass(frozen=True)
class Kind:
    """One kind of request.

    Attributes:
        end: what only a whole stream says; empty for an answer that is JSON.
        leave_after: pieces of the answer after which the client hangs up; 0 if it stays.
    """

    path: str
    body: bytes
    end: bytes = b""
    leave_after: int = 0

    def is_whole(self, body: bytes | bytearray) -> bool:
        """Whether a body of status 200 says that nothing is missing."""
        return self.end in body if self.end else _is_answer(body)


def chat(model: Model, *, stream: bool = False, leave_after: int = 0) -> Kind:
    """Return a chat completion that is asked for."""
    body = {"model": model.name, "messages": [{"role": "user", "content": _WORDS}], "max_tokens": _CAP}
    return _kind(_CHAT, body, b"data: [DONE]", stream=stream, leave_after=leave_after)


def messages(model: Model, *, stream: bool = False, leave_after: int = 0) -> Kind:
    """Return a message that is asked for."""
    body = {"model": model.name, "messages": [{"role": "user", "content": _WORDS}], "max_tokens": _CAP}
    return _kind(_MESSAGES, body, b"event: message_stop", stream=stream, leave_after=leave_after)


def _responses(model: Model, *, stream: bool = False, leave_after: int = 0) -> Kind:
    body = {"model": model.name, "input": _WORDS, "max_output_tokens": _CAP}
    return _kind(_RESPONSES, body, b"event: response.completed", stream=stream, leave_after=leave_after)


def _embeddings(model: Model) -> Kind:
    return _kind(_EMBEDDINGS, {"model": model.name, "input": [_WORDS, "and more"]}, b"", stream=False)


def _kind(path: str, body: dict[str, object], end: bytes, *, stream: bool, leave_after: int = 0) -> Kind:
    if not stream:
        return Kind(path, json.dumps(body).encode())
    return Kind(path, json.dumps({**body, "stream": True}).encode(), end, leave_after)


def _is_answer(body: bytes | bytearray) -> bool:
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and "error" not in answer


_Builder = Callable[..., Kind]
_SPOKEN: tuple[_Builder, ...] = (chat, messages, _responses)

KINDS: tuple[Kind, ...] = (
    *(build(COUNTED) for build in _SPOKEN),
    *(build(COUNTED, stream=True) for build in _SPOKEN),
    *(build(UNCOUNTED) for build in _SPOKEN),
    *(build(UNCOUNTED, stream=True) for build in _SPOKEN),
    *(build(PACED, stream=True) for build in _SPOKEN),
    *(build(PACED_UNCOUNTED, stream=True) for build in _SPOKEN),
    *(build(PACED, stream=True, leave_after=4) for build in _SPOKEN),
    *(build(CROSSED) for build in (chat, _responses)),
    *(build(CROSSED, stream=True) for build in (chat, _responses)),
    chat(CROSSED, stream=True, leave_after=4),
    chat(ROUNDED),
    chat(ROUNDED, stream=True),
    _embeddings(EMBEDDED),
    chat(UNSTEADY),
    messages(UNSTEADY, stream=True),
)
"""In the order in which they are asked."""
