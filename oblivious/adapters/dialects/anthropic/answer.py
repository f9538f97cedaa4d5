"""JSON answers: messages and token counts."""

from typing import Any

import msgspec

from oblivious.adapters.dialects.anthropic.bindings import container_of
from oblivious.adapters.dialects.anthropic.usage import billed
from oblivious.adapters.dialects.face import Answer
from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.estimate import text_in, tokens_in
from oblivious.adapters.lenient import ABSENT, BROKEN, is_object, parts
from oblivious.contracts.errors import Garbled, UpstreamError

_TEXT = frozenset({"text", "thinking"})
_INPUT = "input"


class _Outside(msgspec.Struct):
    """What is read of a message; its content stays unread."""

    type: Any = None
    id: Any = None
    usage: Any = None
    error: Any = None
    container: Any = None
    content: msgspec.Raw = msgspec.Raw()
    input_tokens: Any = None


class _Content(msgspec.Struct):
    content: Any = None


_decode = msgspec.json.Decoder(_Outside).decode
_decode_content = msgspec.json.Decoder(_Content).decode


def read_answer(body: bytes) -> Answer:
    """Read usage, bindings and a hidden error; never raises."""
    try:
        message = _decode(body)
    except BROKEN:
        return Answer(error=Garbled("the provider's answer is not a JSON object"))
    usage = billed(message.usage) if is_object(message.usage) else None
    name = message.id if isinstance(message.id, str) else ""
    return Answer(usage, tuple(container_of(message.container)), _error_in(message, body), name)


def _error_in(message: _Outside, body: bytes) -> UpstreamError | None:
    """Return what went wrong; content may be an empty list, and a count has none."""
    if message.error:
        return judged(words_of({"error": message.error}) or Words(), body=body)
    if message.content not in ABSENT or message.input_tokens is not None:
        return None
    return Garbled("the provider's answer has no content")


def text_tokens(body: bytes) -> int:
    """Estimate what the content of a message holds: texts, thoughts, and the input of tools as JSON."""
    try:
        content = _decode_content(body).content
    except BROKEN:
        return 0
    inputs = sum(len(msgspec.json.encode(block[_INPUT])) for block in parts(content) if _INPUT in block)
    return tokens_in(text_in(content, _TEXT) + inputs)
