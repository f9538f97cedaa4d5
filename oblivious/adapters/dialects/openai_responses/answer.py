"""JSON answers of the Responses API."""

from typing import Any

import msgspec

from oblivious.adapters.dialects.face import Answer
from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.dialects.openai_responses.stream import failure_of
from oblivious.adapters.dialects.openai_responses.usage import Response, bindings_of, read_usage
from oblivious.adapters.estimate import text_in, tokens_in
from oblivious.adapters.lenient import ABSENT, BROKEN
from oblivious.contracts.errors import Garbled, UpstreamError

_TEXT = frozenset({"text", "refusal", "arguments", "input", "code"})
_FAILED = "failed"


class _Answer(Response):
    output: msgspec.Raw = msgspec.Raw()
    input_tokens: Any = None


class _Output(msgspec.Struct):
    output: Any = None


_decode = msgspec.json.Decoder(_Answer).decode
_decode_output = msgspec.json.Decoder(_Output).decode


def read_answer(body: bytes) -> Answer:
    """Read usage, bindings and a failure; never raises."""
    try:
        response = _decode(body)
    except BROKEN:
        return Answer(error=Garbled("the provider's answer is not a JSON object"))
    return Answer(
        read_usage(response), tuple(dict.fromkeys(bindings_of(response))), _error_in(response, body)
    )


def _error_in(response: _Answer, body: bytes) -> UpstreamError | None:
    """Return what went wrong; output may be an empty list, and a count has none."""
    if response.status == _FAILED:
        return failure_of(response, body)
    if response.error:
        return judged(words_of({"error": response.error}) or Words(), body=body)
    if response.output not in ABSENT or response.input_tokens is not None:
        return None
    return Garbled("the provider's answer has no output")


def text_tokens(body: bytes) -> int:
    """Estimate what the output of an answer holds."""
    try:
        return tokens_in(text_in(_decode_output(body).output, _TEXT))
    except BROKEN:
        return 0
