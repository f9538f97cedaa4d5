"""POST /v1/messages/count_tokens."""

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.anthropic.request import input_tokens, read_count
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Reply, encode
from oblivious.demo.wire.request import Request


def reply(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Count the tokens of a conversation, which costs nothing.

    Raises:
        Refusal: 400, naming the field or the header.
    """
    return Reply(encode({"input_tokens": input_tokens(read_count(request))}))
