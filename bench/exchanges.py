"""What is asked and answered in the bench: one JSON exchange, and one stream of 66 events."""

import json
from dataclasses import dataclass

INPUT_TOKENS, OUTPUT_TOKENS = 200, 63
USD_PER_MILLION_INPUT, USD_PER_MILLION_OUTPUT = "0.15", "0.60"
NANO_USD_EACH = 200 * 150 + 63 * 600
"""What one exchange costs: 0.15 and 0.60 US dollars a million are 150 and 600 nano-USD a token."""

EVENTS = 66


@dataclass(frozen=True)
class Kind:
    """A kind of exchange; the upstream has a folder of this name, and the gateway a model."""

    name: str
    stream: bool = False
    secure: bool = False
    pace_ms: int = 0


JSON, STREAM = Kind("json"), Kind("stream", stream=True)
TLS_JSON, TLS_STREAM = Kind("tls-json", secure=True), Kind("tls-stream", stream=True, secure=True)
PACED_20, PACED_100 = Kind("paced20", stream=True, pace_ms=20), Kind("paced100", stream=True, pace_ms=100)
KINDS = (JSON, STREAM, TLS_JSON, TLS_STREAM, PACED_20, PACED_100)


def request_body(kind: Kind) -> bytes:
    """Return a chat request of about 900 bytes."""
    asked: dict[str, object] = {
        "model": kind.name,
        "messages": [
            {"role": "system", "content": "You answer briefly. " * 15},
            {"role": "user", "content": "What is there to see in Turin on a rainy day? " * 10},
        ],
        "max_tokens": 256,
    }
    if kind.stream:
        asked |= {"stream": True, "stream_options": {"include_usage": True}}
    return _compact(asked).encode()


def answer() -> str:
    """Return a chat answer of about 600 bytes, with usage."""
    message = {"role": "assistant", "content": "There is much to see. " * 12, "refusal": None}
    return _compact(
        {
            "id": "chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG",
            "object": "chat.completion",
            "created": 1763700000,
            "model": "gpt-4o-mini-2024-07-18",
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
            "usage": _USAGE,
            "system_fingerprint": "fp_1",
        }
    )


def events() -> list[str]:
    """Return the events of a stream: a role, words, the end, the usage, and the mark after it."""
    words = EVENTS - 4
    deltas: list[tuple[dict[str, str], str | None]] = [
        ({"role": "assistant", "content": ""}, None),
        *[({"content": " word"}, None)] * words,
        ({}, "stop"),
    ]
    chunks = [
        _chunk([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}], None)
        for delta, reason in deltas
    ]
    return [f"data: {data}\n\n" for data in [*chunks, _chunk([], _USAGE), "[DONE]"]]


_USAGE = {
    "prompt_tokens": INPUT_TOKENS,
    "completion_tokens": OUTPUT_TOKENS,
    "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
    "prompt_tokens_details": {"cached_tokens": 0},
}


def _chunk(choices: list[dict[str, object]], usage: dict[str, object] | None) -> str:
    return _compact(
        {
            "id": "chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG",
            "object": "chat.completion.chunk",
            "created": 1763700000,
            "model": "gpt-4o-mini-2024-07-18",
            "system_fingerprint": "fp_1",
            "choices": choices,
            "usage": usage,
        }
    )


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
