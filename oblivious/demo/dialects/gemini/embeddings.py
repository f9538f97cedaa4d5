"""POST /v1beta/models/{model}:embedContent and :batchEmbedContents."""

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.gemini.contents import Content
from oblivious.demo.dialects.gemini.naming import in_camel_case
from oblivious.demo.dialects.gemini.usage import text_tokens
from oblivious.demo.dialects.reading import read, refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.usage import Usage, fixed, told
from oblivious.demo.vectors import DIMENSIONS, MAX_DIMENSIONS, vector
from oblivious.demo.wire.request import Request


class EmbedRequest(msgspec.Struct, rename="camel"):
    """The members of a request for one embedding that the demo heeds."""

    content: Content
    output_dimensionality: int | None = None

    @property
    def dimensions(self) -> int:
        """Return how long the vector is to be."""
        return DIMENSIONS if self.output_dimensionality is None else self.output_dimensionality


class BatchRequest(msgspec.Struct, rename="camel"):
    """Several of them."""

    requests: list[EmbedRequest]


_one = msgspec.json.Decoder(EmbedRequest)
_batch = msgspec.json.Decoder(BatchRequest)


def one(request: Request, behaviour: Behaviour, _mint: Mint) -> Reply:
    """Give a content a vector of its own, always the same one.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_one, in_camel_case(request.body))
    return _reply({"embedding": _embedding(asked, "")}, asked.content.tokens, behaviour)


def batch(request: Request, behaviour: Behaviour, _mint: Mint) -> Reply:
    """Give each content a vector of its own.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_batch, in_camel_case(request.body)).requests
    refuse_unless(asked, "at least one request is required", "requests")
    embeddings = [_embedding(single, f"requests[{place}].") for place, single in enumerate(asked)]
    return _reply({"embeddings": embeddings}, sum(single.content.tokens for single in asked), behaviour)


def _embedding(asked: EmbedRequest, place: str) -> Json:
    refuse_unless(asked.content.listed, "content is empty", f"{place}content")
    fits = 1 <= asked.dimensions <= MAX_DIMENSIONS
    refuse_unless(fits, f"must be from 1 to {MAX_DIMENSIONS}", f"{place}outputDimensionality")
    return {"values": vector(asked.content.text, asked.dimensions)}


def _reply(body: Json, tokens: int, behaviour: Behaviour) -> Reply:
    usage = fixed(Usage(tokens, 0), behaviour)
    if told(usage, behaviour):
        count = usage.input_tokens
        body["usageMetadata"] = {"promptTokenCount": count, "promptTokenDetails": text_tokens(count)}
    return Reply(encode(body), usage=usage, usage_given=behaviour.usage_given)
