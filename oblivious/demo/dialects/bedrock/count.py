"""POST /model/{model}/count-tokens, of a conversation as Converse takes it."""

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.bedrock.request import ConverseRequest, input_tokens
from oblivious.demo.dialects.reading import read, refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Reply, encode
from oblivious.demo.wire.request import Request


class Counted(msgspec.Struct, frozen=True):
    """What is to be counted."""

    converse: ConverseRequest


class CountRequest(msgspec.Struct, frozen=True):
    """Around it."""

    input: Counted


_decoder = msgspec.json.Decoder(CountRequest)


def reply(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Count the tokens of a conversation, which costs nothing.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_decoder, request.body).input.converse
    refuse_unless(asked.messages, "A conversation must have at least one message.", "messages")
    return Reply(encode({"inputTokens": input_tokens(asked)}))
