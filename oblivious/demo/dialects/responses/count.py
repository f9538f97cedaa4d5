"""POST /v1/responses/input_tokens."""

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.responses.request import ask_of, read_response
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Reply, encode
from oblivious.demo.wire.request import Request


def reply(request: Request, _behaviour: Behaviour, mint: Mint) -> Reply:
    """Count the tokens of a conversation, which costs nothing.

    Raises:
        Refusal: 400, naming the field; another server's response or another demo's reasoning is one.
    """
    tokens = ask_of(read_response(request.body, mint)).input_tokens
    return Reply(encode({"object": "response.input_tokens", "input_tokens": tokens}))
