"""Embeddings as Gemini's clients get them, and as Gemini makes them."""

from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.adapters.chat.treatment import DROPPED, SAID, Treatments
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.gemini.endpoints import BATCH_EMBED_CONTENTS, path_of, resource_of
from oblivious.adapters.dialects.gemini.faults import read_error
from oblivious.adapters.dialects.gemini.translate.embeddings_reader import read_request
from oblivious.adapters.dialects.gemini.translate.predictions import (
    MOST,
    instances,
    predict_path,
    read_predictions,
)
from oblivious.adapters.dialects.gemini.usage import counted
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings import tasks
from oblivious.adapters.embeddings.answer import EmbeddingAnswer, answer_of
from oblivious.adapters.embeddings.batches import at_most
from oblivious.adapters.embeddings.face import EmbeddingClient, EmbeddingUpstream, WrittenEmbeddings
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.embeddings.treatment import left_out
from oblivious.adapters.embeddings.vectors import spelled
from oblivious.adapters.lenient import BROKEN, Json
from oblivious.contracts.errors import UpstreamError

TREATMENTS: Treatments = {"dimensions": SAID, "task": SAID, "title": SAID, "user": DROPPED}

_MOST = 100
"""Requests of one batch, as the API itself says when it refuses more (its users' reports, 2026-11)."""

# google-genai 3.6.1 for Python, read 2026-11-27.
_TASKS = {
    tasks.QUERY: "RETRIEVAL_QUERY",
    tasks.DOCUMENT: "RETRIEVAL_DOCUMENT",
    tasks.SIMILARITY: "SEMANTIC_SIMILARITY",
    tasks.CLASSIFICATION: "CLASSIFICATION",
    tasks.CLUSTERING: "CLUSTERING",
    tasks.QUESTION: "QUESTION_ANSWERING",
    tasks.FACTS: "FACT_VERIFICATION",
    tasks.CODE: "CODE_RETRIEVAL_QUERY",
}


class _Vector(msgspec.Struct):
    values: msgspec.Raw = msgspec.Raw(b"null")


class _Answer(msgspec.Struct, rename="camel"):
    embeddings: list[_Vector]
    usage_metadata: Any = None


_decode: Callable[[bytes], _Answer] = msgspec.json.Decoder(_Answer).decode


def write_response(answer: EmbeddingAnswer, tokens: int, request: EmbeddingRequest) -> bytes:
    """Write an answer: one vector for one content, a list for a batch."""
    vectors = [_Vector(spelled(vector)) for vector in answer.vectors]
    usage = {
        "promptTokenCount": tokens,
        "promptTokenDetails": [{"modality": "TEXT", "tokenCount": tokens}],
    }
    found: Json = {"embedding": vectors[0]} if request.alone else {"embeddings": vectors}
    return msgspec.json.encode({**found, "usageMetadata": usage})


def write_request(request: EmbeddingRequest, target: Target) -> WrittenEmbeddings:
    """Write a request: a batch, even if it is of one.

    Raises:
        InvalidRequest: it has too many inputs.
    """
    if target.provider.predicts(GEMINI, target.model):
        at_most(request, MOST, GEMINI)
        body = msgspec.json.encode(instances(request, _TASKS))
        return WrittenEmbeddings(predict_path(target.model), body, left_out(request, TREATMENTS, GEMINI))
    at_most(request, _MOST, GEMINI)
    dropped = left_out(request, TREATMENTS, GEMINI)
    common: Json = {"model": resource_of(target.model)}
    if request.task:
        common["taskType"] = _TASKS[request.task]
    if request.dimensions is not None:
        common["outputDimensionality"] = request.dimensions
    requests = {"requests": [_request(one, common) for one in request.inputs]}
    path = path_of(BATCH_EMBED_CONTENTS, target.model)
    return WrittenEmbeddings(path, msgspec.json.encode(requests), dropped)


def read_response(body: bytes) -> EmbeddingAnswer | UpstreamError:
    """Read an answer, of `predict` as well; older versions of the API tell no usage."""
    try:
        answer = _decode(body)
    except BROKEN:
        return read_predictions(body)
    usage = counted(answer.usage_metadata)
    tokens = usage.input_tokens or None if usage is not None else None
    return answer_of([vector.values for vector in answer.embeddings], tokens, body)


def _request(one: Input, common: Json) -> Json:
    title = {"title": one.title} if one.title else {}
    return {**common, **title, "content": {"parts": [{"text": one.text}]}}


EMBEDDING_CLIENT = EmbeddingClient(GEMINI, read_request, write_response)
EMBEDDING_UPSTREAM = EmbeddingUpstream(GEMINI, TREATMENTS, write_request, read_response, read_error)
