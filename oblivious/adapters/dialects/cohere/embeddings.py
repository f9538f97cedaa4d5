"""Embeddings as Cohere makes them.

Source: https://docs.cohere.com/reference/embed and cohere 7.3.1 for Python, read 2026-11-27.
"""

from typing import Any

import msgspec

from oblivious.adapters.chat.treatment import DROPPED, SAID, Treatments
from oblivious.adapters.dialects.cohere.faults import read_fault
from oblivious.adapters.dialects.cohere.usage import counted
from oblivious.adapters.dialects.endpoint import COHERE
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings import tasks
from oblivious.adapters.embeddings.answer import EmbeddingAnswer, answer_of, no_answer
from oblivious.adapters.embeddings.batches import at_most
from oblivious.adapters.embeddings.face import EmbeddingUpstream, WrittenEmbeddings
from oblivious.adapters.embeddings.request import EmbeddingRequest
from oblivious.adapters.embeddings.treatment import left_out
from oblivious.adapters.lenient import BROKEN, Json
from oblivious.contracts.errors import UpstreamError

TREATMENTS: Treatments = {"dimensions": SAID, "task": SAID, "title": DROPPED, "user": DROPPED}

MOST = 96
"""Texts of one request."""

_PATH = "embed"
_UNSAID = "search_document"
_TYPES = {
    tasks.QUERY: "search_query",
    tasks.DOCUMENT: "search_document",
    tasks.CLASSIFICATION: "classification",
    tasks.CLUSTERING: "clustering",
    # Both sides are of one kind, as in a cluster.
    tasks.SIMILARITY: "clustering",
    # All three look for documents.
    tasks.QUESTION: "search_query",
    tasks.FACTS: "search_query",
    tasks.CODE: "search_query",
}


class _ByType(msgspec.Struct):
    float: list[msgspec.Raw]


class _Answer(msgspec.Struct):
    embeddings: _ByType | list[msgspec.Raw]
    meta: Any = None


_decode = msgspec.json.Decoder(_Answer).decode


def input_type(request: EmbeddingRequest) -> str:
    """Return what Cohere must be told the vectors are for; it takes no request that does not say."""
    return _TYPES.get(request.task, _UNSAID)


def write_request(request: EmbeddingRequest, target: Target) -> WrittenEmbeddings:
    """Write a request.

    Raises:
        InvalidRequest: it has too many inputs.
    """
    at_most(request, MOST, COHERE)
    body: Json = {
        "model": target.model,
        "texts": request.texts,
        "input_type": input_type(request),
        "embedding_types": ["float"],
    }
    if request.dimensions is not None:
        body["output_dimension"] = request.dimensions
    return WrittenEmbeddings(_PATH, msgspec.json.encode(body), left_out(request, TREATMENTS, COHERE))


def read_response(body: bytes) -> EmbeddingAnswer | UpstreamError:
    """Read an answer, its vectors named by their type or not."""
    try:
        answer = _decode(body)
    except BROKEN:
        return no_answer(body)
    found = answer.embeddings
    usage = counted(answer.meta)
    tokens = usage.input_tokens or None if usage is not None else None
    return answer_of(found.float if isinstance(found, _ByType) else found, tokens, body)


EMBEDDING_UPSTREAM = EmbeddingUpstream(COHERE, TREATMENTS, write_request, read_response, read_fault)
