"""POST /api/embed."""

import msgspec

from oblivious.demo import words
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.ollama.request import read_asked
from oblivious.demo.dialects.ollama.shape import durations
from oblivious.demo.dialects.reading import refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.usage import Usage, fixed, told
from oblivious.demo.vectors import DIMENSIONS, MAX_DIMENSIONS, vector
from oblivious.demo.wire.request import Request


class EmbedRequest(msgspec.Struct):
    """The members of a request that the demo heeds."""

    model: str
    input: str | list[str] = ""
    dimensions: int | None = None


_decoder = msgspec.json.Decoder(EmbedRequest)


def reply(request: Request, behaviour: Behaviour, _mint: Mint) -> Reply:
    """Give each text a vector of its own, always the same one.

    Raises:
        Refusal: 400, saying what is wrong.
    """
    asked = read_asked(_decoder, request)
    texts = [asked.input] if isinstance(asked.input, str) else asked.input
    dimensions = asked.dimensions or DIMENSIONS
    refuse_unless(1 <= dimensions <= MAX_DIMENSIONS, f"must be from 1 to {MAX_DIMENSIONS}", "dimensions")
    usage = fixed(Usage(sum(map(words.count, texts)), 0), behaviour)
    body: Json = {
        "model": asked.model,
        "embeddings": [vector(text, dimensions) for text in texts if text],
        **durations(),
    }
    if told(usage, behaviour):
        body["prompt_eval_count"] = usage.input_tokens
    return Reply(encode(body), usage=usage, usage_given=behaviour.usage_given)
