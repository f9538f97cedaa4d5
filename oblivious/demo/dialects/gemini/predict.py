"""POST .../models/{model}:predict: embeddings as Google's cloud makes them of older models.

Source: cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api, read 2026-11-27.
"""

import msgspec

from oblivious.demo import words
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.reading import read, refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.usage import Usage, fixed, told
from oblivious.demo.vectors import DIMENSIONS, MAX_DIMENSIONS, vector
from oblivious.demo.wire.request import Request

_MOST = 250


class Instance(msgspec.Struct):
    """One text."""

    content: str


class Parameters(msgspec.Struct, rename="camel"):
    """What holds for all of them."""

    output_dimensionality: int = DIMENSIONS


class PredictRequest(msgspec.Struct):
    """The members of a request that the demo heeds."""

    instances: list[Instance]
    parameters: Parameters = msgspec.field(default_factory=Parameters)


_decoder = msgspec.json.Decoder(PredictRequest)


def reply(request: Request, behaviour: Behaviour, _mint: Mint) -> Reply:
    """Give each text a vector of its own, always the same one; a usage that is fixed is told with the first.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_decoder, request.body)
    texts, size = [one.content for one in asked.instances], asked.parameters.output_dimensionality
    refuse_unless(1 <= len(texts) <= _MOST, f"must have from 1 to {_MOST} instances", "instances")
    refuse_unless(all(texts), "The text content is empty.", "instances")
    refuse_unless(1 <= size <= MAX_DIMENSIONS, f"must be from 1 to {MAX_DIMENSIONS}", "outputDimensionality")
    counts = [words.count(text) for text in texts]
    usage = fixed(Usage(sum(counts), 0), behaviour)
    counts[0] += usage.input_tokens - sum(counts)
    is_told = told(usage, behaviour) is not None
    predictions = [
        _prediction(vector(text, size), counts[at], is_told=is_told) for at, text in enumerate(texts)
    ]
    return Reply(encode({"predictions": predictions}), usage=usage, usage_given=behaviour.usage_given)


def _prediction(values: list[float], tokens: int, *, is_told: bool) -> Json:
    counted: Json = {"token_count": tokens} if is_told else {}
    return {"embeddings": {"values": values, "statistics": {"truncated": False, **counted}}}
