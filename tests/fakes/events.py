"""Streams of each dialect, small and written by hand, and an event parser that owes nothing to ours."""

import json
from typing import Any

Json = dict[str, Any]


def _text(value: Json | str) -> bytes:
    return (value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))).encode()


def chunk(delta: Json | None = None, finish: str | None = None, **members: object) -> Json:
    """Return one chunk of a chat stream."""
    choice = {"index": 0, "delta": delta or {}, "logprobs": None, "finish_reason": finish}
    base: Json = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "up-model"}
    return {**base, "choices": [choice], **members}


def data(*values: Json | str) -> bytes:
    """Return events without names."""
    return b"".join(b"data: " + _text(value) + b"\n\n" for value in values)


def named(*values: Json) -> bytes:
    """Return events named after their type."""
    return b"".join(b"event: %b\ndata: %b\n\n" % (value["type"].encode(), _text(value)) for value in values)


USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}

CHAT = data(
    chunk({"role": "assistant", "content": ""}, usage=None),
    chunk({"content": "Hel"}, usage=None),
    chunk({"content": "lo"}, usage=None),
    chunk({}, "stop", usage=None),
    {**chunk(), "choices": [], "usage": USAGE},
    "[DONE]",
)

MESSAGES = named(
    {
        "type": "message_start",
        "message": {
            "id": "msg_1",
            "model": "up-model",
            "content": [],
            "usage": {"input_tokens": 25, "cache_read_input_tokens": 4, "output_tokens": 1},
        },
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 15}},
    {"type": "message_stop"},
)

_RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "status": "in_progress",
    "model": "up-model",
    "usage": None,
}

RESPONSES = named(
    {"type": "response.created", "sequence_number": 0, "response": {**_RESPONSE, "output": []}},
    {"type": "response.in_progress", "sequence_number": 1, "response": {**_RESPONSE, "output": []}},
    {"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "id": "msg_1"}},
    {"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "delta": "Hello"},
    {
        "type": "response.output_item.done",
        "output_index": 1,
        "item": {"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAAA"},
    },
    {
        "type": "response.completed",
        "response": {
            **_RESPONSE,
            "status": "completed",
            "output": [{"type": "message", "id": "msg_1"}],
            "usage": {
                "input_tokens": 9,
                "input_tokens_details": {"cached_tokens": 3},
                "output_tokens": 5,
                "output_tokens_details": {"reasoning_tokens": 2},
            },
        },
    },
)


def parsed(stream: bytes) -> list[tuple[str, str]]:
    """Return (name, data) of each event with data, by the letter of the standard."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: list[tuple[str, str]] = []
    name, pieces = "", list[str]()
    for line in [*lines, ""]:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if pieces:
                found.append((name, "\n".join(pieces)))
            name, pieces = "", []
        elif field == "data":
            pieces.append(value)
        elif field == "event":
            name = value
    return found
