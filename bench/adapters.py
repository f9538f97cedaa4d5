"""Print what the adapters cost on the road, in microseconds a call; run it on a quiet core."""

import json
import timeit
from collections.abc import Callable

from oblivious.adapters.dialects.face import NO_EDITS, Edits
from oblivious.adapters.estimate import estimate_input_tokens
from oblivious.adapters.registry import FACES, endpoint_at

_CHAT = {
    "model": "gpt-4o",
    "messages": [
        {"role": "system", "content": "You answer briefly. " * 14},
        {"role": "user", "content": "What is there to see in Turin on a rainy day? " * 12},
    ],
    "temperature": 0.7,
    "max_tokens": 256,
    "stream": True,
}
_CHUNK = (
    b'data: {"id":"chatcmpl-B9","object":"chat.completion.chunk","created":1763700000,'
    b'"model":"gpt-4o-2024-08-06","service_tier":"default",'
    b'"choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}],'
    b'"usage":null}\n\n'
)
_MESSAGE_DELTA = (
    b"event: content_block_delta\n"
    b'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" word"}}\n\n'
)
_RESPONSE_DELTA = (
    b"event: response.output_text.delta\n"
    b'data: {"type":"response.output_text.delta","sequence_number":9,"item_id":"msg_1","output_index":0,'
    b'"content_index":0,"delta":" word","logprobs":[]}\n\n'
)
_ANSWER = (
    b'{"id":"chatcmpl-B9","object":"chat.completion","created":1763700000,"model":"gpt-4o-2024-08-06","choices":'
    b'[{"index":0,"message":{"role":"assistant","content":"'
    + b"word "
    * 100
    + b'"},"finish_reason":"stop"}],'
    b'"usage":{"prompt_tokens":8,"completion_tokens":9,"total_tokens":17,"prompt_tokens_details":'
    b'{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}'
)
_HEADERS = [
    (b"host", b"127.0.0.1"), (b"authorization", b"Bearer sk-x"), (b"content-type", b"application/json"),
    (b"user-agent", b"OpenAI/Python 3.52.0"), (b"accept", b"application/json"), (b"accept-encoding", b"gzip"),
    (b"x-stainless-lang", b"python"), (b"x-stainless-os", b"Linux"), (b"x-stainless-arch", b"x64"),
    (b"x-stainless-runtime", b"CPython"), (b"content-length", b"1000"), (b"connection", b"keep-alive"),
]  # fmt: skip
_STREAMS = {"openai_chat": _CHUNK, "anthropic": _MESSAGE_DELTA, "openai_responses": _RESPONSE_DELTA}


def main() -> None:
    """Print the table."""
    face, endpoint = FACES["openai_chat"], endpoint_at("chat/completions")
    if endpoint is None:
        raise LookupError("chat/completions")
    compact = json.dumps(_CHAT, separators=(",", ":")).encode()
    spaced = json.dumps(_CHAT, indent=2).encode()
    envelope = face.envelope(endpoint, compact)
    edits = Edits(model="gpt-4o-2024-08-06", include_usage=True)
    _show(f"envelope, {len(compact)} bytes compact", lambda: face.envelope(endpoint, compact))
    _show(f"envelope, {len(spaced)} bytes indented", lambda: face.envelope(endpoint, spaced))
    _show("outbound, no edits", lambda: face.outbound(envelope, NO_EDITS))
    _show("outbound, model and usage", lambda: face.outbound(envelope, edits))
    _show("outbound, usage", lambda: face.outbound(envelope, Edits(include_usage=True)))
    _show("estimate_input_tokens", lambda: estimate_input_tokens(compact))
    _show("request_headers, 12", lambda: face.request_headers(_HEADERS))
    _show("scanner made", lambda: face.scanner(envelope, edits))
    _show("read_json, usage with details", lambda: face.read_json(endpoint, _ANSWER))
    for dialect, event in _STREAMS.items():
        for count in (1, 5, 20, 66):
            _show_feed(dialect, event, count)


def _show_feed(dialect: str, event: bytes, count: int) -> None:
    face = FACES[dialect]
    endpoint = next(
        e
        for e in map(endpoint_at, ("chat/completions", "responses", "messages"))
        if e and e.dialect == dialect
    )
    body = b'{"model":"m","stream":true,"messages":[{}],"input":"x"}'
    scanner = face.scanner(face.envelope(endpoint, body), NO_EDITS)
    block = event * count
    scanner.feed(event)
    if not scanner.committed:
        raise RuntimeError(f"{dialect} did not commit")
    _show(f"feed {dialect}, {count} events, {len(block)} bytes", lambda: scanner.feed(block))


def _show(what: str, call: Callable[[], object]) -> None:
    rounds = 5_000
    print(f"{min(timeit.repeat(call, number=rounds, repeat=7)) / rounds * 1e6:8.2f} us  {what}")


if __name__ == "__main__":
    main()
