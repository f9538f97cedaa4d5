"""Embeddings as an Ollama makes them.

Source: https://docs.ollama.com/api/embed and ollama 0.6 for Python, read 2026-11-27.
"""

from typing import Any

import msgspec

from oblivious.adapters.chat.treatment import DROPPED, SAID, Treatments
from oblivious.adapters.dialects.counts import count
from oblivious.adapters.dialects.endpoint import OLLAMA
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.answer import EmbeddingAnswer, answer_of, no_answer
from oblivious.adapters.embeddings.face import EmbeddingUpstream, WrittenEmbeddings
from oblivious.adapters.embeddings.request import EmbeddingRequest
from oblivious.adapters.embeddings.treatment import left_out
from oblivious.adapters.lenient import BROKEN, Json
from oblivious.contracts.errors import UpstreamError

TREATMENTS: Treatments = {"dimensions": SAID, "task": DROPPED, "title": DROPPED, "user": DROPPED}

_PATH = "api/embed"


class _Answer(msgspec.Struct):
    embeddings: list[msgspec.Raw]
    prompt_eval_count: Any = None


_decode = msgspec.json.Decoder(_Answer).decode


def write_request(request: EmbeddingRequest, target: Target) -> WrittenEmbeddings:
    """Write a request."""
    body: Json = {"model": target.model, "input": request.texts}
    if request.dimensions is not None:
        body["dimensions"] = request.dimensions
    return WrittenEmbeddings(_PATH, msgspec.json.encode(body), left_out(request, TREATMENTS, OLLAMA))


def read_response(body: bytes) -> EmbeddingAnswer | UpstreamError:
    """Read an answer; older versions tell no usage."""
    try:
        answer = _decode(body)
    except BROKEN:
        return no_answer(body)
    return answer_of(answer.embeddings, count(answer.prompt_eval_count) or None, body)


EMBEDDING_UPSTREAM = EmbeddingUpstream(OLLAMA, TREATMENTS, write_request, read_response)
