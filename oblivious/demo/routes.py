"""Every endpoint there is, as a table."""

from collections.abc import Callable

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.anthropic import count, messages
from oblivious.demo.dialects.anthropic import models as anthropic_models
from oblivious.demo.dialects.anthropic.shape import ANTHROPIC
from oblivious.demo.dialects.openai import chat, completions, embeddings, models, moderations
from oblivious.demo.dialects.openai.shape import OPENAI
from oblivious.demo.dialects.responses import create
from oblivious.demo.dialects.responses.shape import RESPONSES
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Dialect, Failure, Refusal, Reply, encode
from oblivious.demo.wire.request import Request
from oblivious.demo.words import STATEMENT

Replies = Callable[[Request, Behaviour, Mint], Reply]
_MODEL_PREFIX = "/models/"


class Endpoint(msgspec.Struct, frozen=True):
    """How one path is answered.

    Attributes:
        reply: answers it; raises Refusal.
        has_body: whether the request is a JSON body that may name a model.
    """

    dialect: Dialect
    reply: Replies
    has_body: bool = False


def _statement(_request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    return Reply(encode({"demo": STATEMENT}))


def _unknown(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    raise Refusal(Failure(404, f"Invalid URL ({request.method} {request.path})", code="unknown_url"))


POSTS: dict[str, Endpoint] = {
    "/chat/completions": Endpoint(OPENAI, chat.reply, has_body=True),
    "/completions": Endpoint(OPENAI, completions.reply, has_body=True),
    "/embeddings": Endpoint(OPENAI, embeddings.reply, has_body=True),
    "/moderations": Endpoint(OPENAI, moderations.reply, has_body=True),
    "/responses": Endpoint(RESPONSES, create.reply, has_body=True),
    "/messages": Endpoint(ANTHROPIC, messages.reply, has_body=True),
    "/messages/count_tokens": Endpoint(ANTHROPIC, count.reply, has_body=True),
}

_NOWHERE = Endpoint(OPENAI, _unknown)
_STATEMENT = Endpoint(OPENAI, _statement)
_MODELS = {
    False: Endpoint(OPENAI, models.list_models),
    True: Endpoint(ANTHROPIC, anthropic_models.list_models),
}
_MODEL = {False: Endpoint(OPENAI, models.one_model), True: Endpoint(ANTHROPIC, anthropic_models.one_model)}


def find(request: Request) -> Endpoint:
    """Return the endpoint of a request, one that refuses if there is none; `/v1` may be left out."""
    path = request.path.removeprefix("/v1")
    if request.method == "POST":
        return POSTS.get(path, _NOWHERE)
    if request.method not in ("GET", "HEAD"):
        return _NOWHERE
    return _find_get(path, anthropic="anthropic-version" in request.headers)


def _find_get(path: str, *, anthropic: bool) -> Endpoint:
    if path == "/models":
        return _MODELS[anthropic]
    if path.startswith(_MODEL_PREFIX):
        return _MODEL[anthropic]
    return _STATEMENT if path in ("", "/") else _NOWHERE
