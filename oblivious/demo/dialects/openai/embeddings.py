"""POST /v1/embeddings."""

import struct
from base64 import b64encode

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.openai.inputs import Input, inputs_of, size
from oblivious.demo.dialects.reading import read, refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.usage import Usage, fixed, told
from oblivious.demo.vectors import DIMENSIONS, MAX_DIMENSIONS, vector
from oblivious.demo.wire.request import Request

_ENCODINGS = ("float", "base64")


class EmbeddingRequest(msgspec.Struct):
    """The members of an embedding request that the demo heeds."""

    model: str
    input: Input
    encoding_format: str | None = "float"
    dimensions: int | None = None


_decoder = msgspec.json.Decoder(EmbeddingRequest)


def reply(request: Request, behaviour: Behaviour, _mint: Mint) -> Reply:
    """Give each input a vector of its own, always the same one.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_decoder, request.body)
    inputs = inputs_of(asked.input)
    dimensions = DIMENSIONS if asked.dimensions is None else asked.dimensions
    encoding = asked.encoding_format or "float"
    refuse_unless(inputs, "Input cannot be an empty array.", "input")
    refuse_unless(1 <= dimensions <= MAX_DIMENSIONS, "dimensions must be between 1 and 4096.", "dimensions")
    refuse_unless(encoding in _ENCODINGS, "encoding_format must be float or base64.", "encoding_format")
    usage = fixed(Usage(sum(map(size, inputs)), 0), behaviour)
    vectors = [vector(str(single), dimensions) for single in inputs]
    data = [_item(index, values, encoding) for index, values in enumerate(vectors)]
    body: Json = {"object": "list", "data": data, "model": asked.model}
    if told(usage, behaviour):
        body["usage"] = {"prompt_tokens": usage.input_tokens, "total_tokens": usage.total_tokens}
    return Reply(encode(body), usage=usage, usage_given=behaviour.usage_given)


def _item(index: int, values: list[float], encoding: str) -> Json:
    embedding = (
        values if encoding == "float" else b64encode(struct.pack(f"<{len(values)}f", *values)).decode()
    )
    return {"object": "embedding", "index": index, "embedding": embedding}
