"""POST /model/{model}/invoke of models that make embeddings: Amazon's and Cohere's, each in its own words."""

import msgspec

from oblivious.demo import words
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.reading import read, refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.usage import Usage, fixed, told
from oblivious.demo.vectors import DIMENSIONS, MAX_DIMENSIONS, vector
from oblivious.demo.wire.request import Request

_MOST = 96
_PURPOSES = frozenset({"search_document", "search_query", "classification", "clustering"})


_NOVA_SIZES = (256, 384, 1024, 3072)
_NOVA_CUTS = frozenset({"START", "END", "NONE"})
_NOVA_PURPOSES = frozenset(
    {"GENERIC_INDEX", "GENERIC_RETRIEVAL", "TEXT_RETRIEVAL", "CLASSIFICATION", "CLUSTERING"}
)


class TitanRequest(msgspec.Struct, rename="camel"):
    """The members of a request to Titan that the demo heeds."""

    input_text: str
    dimensions: int | None = None


class CohereRequest(msgspec.Struct):
    """The members of a request to Cohere that the demo heeds."""

    texts: list[str]
    input_type: str
    embedding_types: list[str] | None = None
    output_dimension: int | None = None


class NovaText(msgspec.Struct, rename="camel"):
    """What Nova is to embed."""

    truncation_mode: str
    value: str


class NovaParameters(msgspec.Struct, rename="camel"):
    """How Nova is to embed it."""

    embedding_purpose: str
    text: NovaText
    embedding_dimension: int = _NOVA_SIZES[-1]


class NovaRequest(msgspec.Struct, rename="camel"):
    """The members of a request to Nova that the demo heeds."""

    task_type: str
    single_embedding_params: NovaParameters


_nova = msgspec.json.Decoder(NovaRequest)
_titan = msgspec.json.Decoder(TitanRequest)
_cohere = msgspec.json.Decoder(CohereRequest)


def titan(request: Request, behaviour: Behaviour, _mint: Mint) -> Reply:
    """Give a text a vector of its own, always the same one.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_titan, request.body)
    refuse_unless(asked.input_text, "expected minLength: 1, actual: 0", "inputText")
    values = vector(asked.input_text, _size(asked.dimensions, "dimensions"))
    usage = fixed(Usage(words.count(asked.input_text), 0), behaviour)
    body: Json = {"embedding": values, "embeddingsByType": {"float": values}}
    if told(usage, behaviour):
        body["inputTextTokenCount"] = usage.input_tokens
    return _reply(body, usage, behaviour)


def nova(request: Request, behaviour: Behaviour, _mint: Mint) -> Reply:
    """Give a text a vector of its own, of one of four lengths; the body tells no usage.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_nova, request.body)
    wish = asked.single_embedding_params
    refuse_unless(asked.task_type == "SINGLE_EMBEDDING", "must be SINGLE_EMBEDDING", "taskType")
    refuse_unless(wish.embedding_purpose in _NOVA_PURPOSES, "is not a valid enum value", "embeddingPurpose")
    refuse_unless(wish.embedding_dimension in _NOVA_SIZES, f"must be in {_NOVA_SIZES}", "embeddingDimension")
    refuse_unless(wish.text.truncation_mode in _NOVA_CUTS, "is not a valid enum value", "truncationMode")
    refuse_unless(wish.text.value, "expected minLength: 1, actual: 0", "value")
    usage = fixed(Usage(words.count(wish.text.value), 0), behaviour)
    values = vector(wish.text.value, wish.embedding_dimension)
    return _reply({"embeddings": [{"embeddingType": "TEXT", "embedding": values}]}, usage, behaviour)


def cohere(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
    """Give each text a vector of its own; the body tells no usage.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_cohere, request.body)
    refuse_unless(1 <= len(asked.texts) <= _MOST, f"must have from 1 to {_MOST} items", "texts")
    refuse_unless(asked.input_type in _PURPOSES, "valid input_type must be provided", "input_type")
    size = _size(asked.output_dimension, "output_dimension")
    vectors = [vector(text, size) for text in asked.texts]
    usage = fixed(Usage(sum(map(words.count, asked.texts)), 0), behaviour)
    by_type = asked.embedding_types is not None
    body: Json = {
        "id": mint.new_id(""),
        "embeddings": {"float": vectors} if by_type else vectors,
        "response_type": "embeddings_by_type" if by_type else "embeddings_floats",
        "texts": asked.texts,
    }
    return _reply(body, usage, behaviour)


def _size(given: int | None, name: str) -> int:
    size = DIMENSIONS if given is None else given
    refuse_unless(1 <= size <= MAX_DIMENSIONS, f"must be from 1 to {MAX_DIMENSIONS}", name)
    return size


def _reply(body: Json, usage: Usage, behaviour: Behaviour) -> Reply:
    """Return an answer; Bedrock counts in a header for all models."""
    count = told(usage, behaviour)
    header = "" if count is None else f"x-amzn-bedrock-input-token-count: {count.input_tokens}\r\n"
    return Reply(encode(body), usage=usage, usage_given=behaviour.usage_given, headers=header.encode())
