"""POST /v1beta/models/{model}:countTokens."""

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.gemini.naming import in_camel_case
from oblivious.demo.dialects.gemini.request import GenerateRequest
from oblivious.demo.dialects.gemini.usage import text_tokens
from oblivious.demo.dialects.reading import read, refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Reply, encode
from oblivious.demo.wire.request import Request


class CountRequest(GenerateRequest, rename="camel"):
    """A conversation, or a whole request around one."""

    generate_content_request: GenerateRequest | None = None


_decoder = msgspec.json.Decoder(CountRequest)


def reply(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Count the tokens of a conversation, which costs nothing.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_decoder, in_camel_case(request.body))
    counted = asked.generate_content_request or asked
    refuse_unless(counted.turns, "contents is not specified", "contents")
    tokens = counted.input_tokens
    return Reply(encode({"totalTokens": tokens, "promptTokensDetails": text_tokens(tokens)}))
