"""JSON answers: contents, embeddings and counts; a stream without events is a list of them."""

from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.adapters.dialects.face import Answer
from oblivious.adapters.dialects.gemini.faults import fault_in
from oblivious.adapters.dialects.gemini.usage import counted, queries_in, searches_for
from oblivious.adapters.estimate import tokens_in
from oblivious.adapters.lenient import BROKEN, Json, decoded, holds, part, parts
from oblivious.contracts.errors import Garbled


class _Candidate(msgspec.Struct, rename="camel"):
    grounding_metadata: Any = None


class _Outside(msgspec.Struct, rename="camel"):
    """What is read of an answer; its contents may be large and stay unread."""

    candidates: msgspec.Raw = msgspec.Raw(b"null")
    usage_metadata: Any = None
    model_version: Any = None
    error: Any = None
    prompt_feedback: Any = None
    total_tokens: Any = None
    embedding: msgspec.Raw = msgspec.Raw()
    embeddings: msgspec.Raw = msgspec.Raw()

    @property
    def is_answer(self) -> bool:
        """Whether it is one of any endpoint: contents, or why there are none, a count, or vectors."""
        if self.prompt_feedback is not None or self.total_tokens is not None:
            return True
        return holds(self.candidates) or holds(self.embedding) or holds(self.embeddings)


_decode: Callable[[bytes], _Outside | list[_Outside]] = msgspec.json.Decoder(_Outside | list[_Outside]).decode
_decode_candidates: Callable[[msgspec.Raw], list[_Candidate] | None] = msgspec.json.Decoder(
    list[_Candidate] | None
).decode


def read_answer(body: bytes) -> Answer:
    """Read usage and a hidden error; never raises."""
    try:
        told = _decode(body)
    except BROKEN:
        return Answer(error=Garbled("the provider's answer is not a JSON object"))
    answers = told if isinstance(told, list) else [told]
    error = next((answer.error for answer in answers if answer.error), None)
    if error is None and not any(answer.is_answer for answer in answers):
        return Answer(error=Garbled("the provider's answer is empty"))
    queries = [query for answer in answers for query in _queries(answer.candidates)]
    usages = [
        counted(answer.usage_metadata, searches_for(queries, answer.model_version)) for answer in answers
    ]
    usage = next((usage for usage in reversed(usages) if usage is not None), None)
    return Answer(usage, (), fault_in({"error": error}, body) if error else None)


def text_tokens(body: bytes) -> int:
    """Estimate what the candidates of an answer hold: texts, thoughts, and the arguments of calls as JSON."""
    value = decoded(body)
    return tokens_in(sum(text_bytes(answer) for answer in [part(value), *parts(value)]))


def text_bytes(answer: Json) -> int:
    """Return how many bytes of text an answer or a chunk carries."""
    candidates = [part(candidate.get("content")) for candidate in parts(answer.get("candidates"))]
    return sum(_bytes_of(piece) for content in candidates for piece in parts(content.get("parts")))


def _bytes_of(piece: Json) -> int:
    words = piece.get("text")
    if isinstance(words, str):
        return len(words.encode("utf-8", "replace"))
    arguments = part(piece.get("functionCall")).get("args")
    try:
        return 0 if arguments is None else len(msgspec.json.encode(arguments))
    except RecursionError:
        return 0


def _queries(candidates: msgspec.Raw) -> list[str]:
    try:
        found = _decode_candidates(candidates) or []
    except BROKEN:
        return []
    return [
        query
        for candidate in found
        for query in queries_in({"groundingMetadata": candidate.grounding_metadata})
    ]
