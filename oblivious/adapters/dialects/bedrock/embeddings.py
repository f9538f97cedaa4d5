"""Embeddings as models on Bedrock make them: each maker's in its own words, by InvokeModel.

Source: docs.aws.amazon.com/bedrock/latest/userguide, model-parameters-titan-embed-text, -embed-v3 and
-embed-v4, read 2026-11-27; Nova's are in `nova_embeddings`.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from oblivious.adapters.chat.treatment import DROPPED, REFUSED, SAID, Treatments
from oblivious.adapters.dialects.bedrock import nova_embeddings as nova
from oblivious.adapters.dialects.cohere import embeddings as cohere
from oblivious.adapters.dialects.counts import count
from oblivious.adapters.dialects.endpoint import BEDROCK
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.answer import EmbeddingAnswer, answer_of
from oblivious.adapters.embeddings.batches import at_most
from oblivious.adapters.embeddings.face import EmbeddingUpstream, WrittenEmbeddings
from oblivious.adapters.embeddings.request import EmbeddingRequest
from oblivious.adapters.embeddings.treatment import left_out
from oblivious.adapters.lenient import BROKEN, Json
from oblivious.contracts.errors import InvalidRequest, UpstreamError

TREATMENTS: Treatments = {"dimensions": SAID, "task": DROPPED, "title": DROPPED, "user": DROPPED}
"""Of Titan's second version; the others differ in what is below."""

_PATH = "model/%s/invoke"


class _Family(NamedTuple):
    """Models that speak alike.

    Attributes:
        most: inputs of one request.
        body: writes one.
        treatments: what becomes of the members that not every model knows.
    """

    name: str
    most: int
    body: Callable[[EmbeddingRequest], Json]
    treatments: Treatments


def _titan(request: EmbeddingRequest) -> Json:
    text = request.texts[0]
    return {"inputText": text} | ({"dimensions": request.dimensions} if request.dimensions else {})


def _cohere(request: EmbeddingRequest) -> Json:
    body: Json = {"texts": request.texts, "input_type": cohere.input_type(request)}
    if request.dimensions is not None:
        body |= {"output_dimension": request.dimensions, "embedding_types": ["float"]}
    return body


_FAMILIES: tuple[tuple[re.Pattern[str], _Family], ...] = (
    (re.compile("titan-embed-text-v2"), _Family("Titan", 1, _titan, TREATMENTS)),
    (
        re.compile("titan-embed"),
        _Family("Titan's first version", 1, _titan, {**TREATMENTS, "dimensions": REFUSED}),
    ),
    (re.compile("nova-.*embed"), _Family("Nova", 1, nova.single, nova.TREATMENTS)),
    (
        re.compile(r"cohere\.embed-(?:english|multilingual)-v3"),
        _Family("Cohere Embed 3", cohere.MOST, _cohere, {**cohere.TREATMENTS, "dimensions": REFUSED}),
    ),
    (re.compile(r"cohere\.embed"), _Family("Cohere Embed", cohere.MOST, _cohere, cohere.TREATMENTS)),
)
"""By what a model's name holds, the first that fits."""


class _Titan(msgspec.Struct):
    embedding: msgspec.Raw
    inputTextTokenCount: Any = None  # noqa: N815 - Amazon's name


_decode = msgspec.json.Decoder(_Titan).decode


def write_request(request: EmbeddingRequest, target: Target) -> WrittenEmbeddings:
    """Write a request.

    Raises:
        InvalidRequest: it has too many inputs, or the model is of no maker whose embeddings are known.
    """
    family = _family_of(target.model)
    at_most(request, family.most, f"{family.name} on Bedrock")
    dropped = left_out(request, family.treatments, f"{family.name} on Bedrock")
    return WrittenEmbeddings(
        _PATH % quote(target.model, safe=""), msgspec.json.encode(family.body(request)), dropped
    )


def read_response(body: bytes) -> EmbeddingAnswer | UpstreamError:
    """Read an answer: Titan's one vector with its count, else a list, whose count is in a header."""
    try:
        answer = _decode(body)
    except BROKEN:
        vectors = nova.vectors_of(body)
        return answer_of(vectors, None, body) if vectors else cohere.read_response(body)
    return answer_of([answer.embedding], count(answer.inputTextTokenCount) or None, body)


def _family_of(model: str) -> _Family:
    for pattern, family in _FAMILIES:
        if pattern.search(model):
            return family
    raise InvalidRequest(f"`model`: Bedrock has no embeddings of {model} that are known here", param="model")


EMBEDDING_UPSTREAM = EmbeddingUpstream(
    BEDROCK,
    TREATMENTS,
    write_request,
    read_response,
    count_header=b"x-amzn-bedrock-input-token-count",
)
