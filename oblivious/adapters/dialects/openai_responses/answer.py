"""JSON answers of the Responses API."""

from typing import Any

import msgspec

from oblivious.adapters.dialects.face import Answer
from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.dialects.openai_responses.stream import failure_of
from oblivious.adapters.dialects.openai_responses.usage import Response, bindings_of, read_usage
from oblivious.adapters.estimate import text_in, tokens_in
from oblivious.adapters.lenient import BROKEN
from oblivious.contracts.errors import Garbled

_TEXT = frozenset({"text", "refusal", "arguments", "input", "code"})
_FAILED = "failed"


class _Output(msgspec.Struct):
    output: Any = None


_decode = msgspec.json.Decoder(Response).decode
_decode_output = msgspec.json.Decoder(_Output).decode


def read_answer(body: bytes) -> Answer:
    """Read usage, bindings and a failure; never raises."""
    try:
        response = _decode(body)
    except BROKEN:
        return Answer(error=Garbled("the provider's answer is not a JSON object"))
    error = None
    if response.status == _FAILED:
        error = failure_of(response, body)
    elif response.error:
        error = judged(words_of({"error": response.error}) or Words(), body=body)
    return Answer(read_usage(response), tuple(dict.fromkeys(bindings_of(response))), error)


def text_tokens(body: bytes) -> int:
    """Estimate what the output of an answer holds."""
    try:
        return tokens_in(text_in(_decode_output(body).output, _TEXT))
    except BROKEN:
        return 0
