"""JSON answers of chat, completions, embeddings and moderations."""

from typing import Any

import msgspec

from oblivious.adapters.dialects.face import Answer
from oblivious.adapters.dialects.openai_chat.faults import fault_in
from oblivious.adapters.dialects.openai_chat.stream import TEXT
from oblivious.adapters.dialects.openai_chat.usage import counted, read_usage
from oblivious.adapters.estimate import text_in, tokens_in
from oblivious.adapters.lenient import BROKEN, holds, is_object, object_in
from oblivious.contracts.errors import Garbled


class _Outside(msgspec.Struct):
    """What is read of an answer; the rest may be large and stays unread."""

    usage: Any = None
    error: Any = None
    x_groq: Any = None
    base_resp: Any = None
    message: Any = None
    errors: Any = None
    choices: msgspec.Raw = msgspec.Raw()
    data: msgspec.Raw = msgspec.Raw()
    results: msgspec.Raw = msgspec.Raw()

    @property
    def is_answer(self) -> bool:
        """Whether it is one of any endpoint: of chat and completions, embeddings, or moderations."""
        return holds(self.choices) or holds(self.data) or holds(self.results)


class _Choices(msgspec.Struct):
    choices: Any = None


_decode = msgspec.json.Decoder(_Outside).decode
_decode_choices = msgspec.json.Decoder(_Choices).decode


def read_answer(body: bytes) -> Answer:
    """Read usage and a hidden error; never raises."""
    try:
        outside = _decode(body)
    except BROKEN:
        return Answer(error=Garbled("the provider's answer is not a JSON object"))
    if outside.error or outside.x_groq or outside.base_resp or outside.message or outside.errors:
        seen = object_in(body) or {}
        fault = fault_in(seen, body)
        if fault is not None or outside.is_answer:
            return Answer(usage=read_usage(seen), error=fault)
    if not outside.is_answer:
        return Answer(error=Garbled("the provider's answer holds nothing that was asked for"))
    return Answer(usage=counted(outside.usage) if is_object(outside.usage) else None)


def text_tokens(body: bytes) -> int:
    """Estimate what the choices of an answer hold."""
    try:
        return tokens_in(text_in(_decode_choices(body).choices, TEXT))
    except BROKEN:
        return 0
