"""Every endpoint there is, as a table."""

from collections.abc import Callable

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.clouds import azure, tokens, vertex
from oblivious.demo.dialects.anthropic import count, messages
from oblivious.demo.dialects.anthropic import models as anthropic_models
from oblivious.demo.dialects.anthropic.shape import ANTHROPIC
from oblivious.demo.dialects.bedrock import endpoints as bedrock
from oblivious.demo.dialects.cohere import endpoints as cohere
from oblivious.demo.dialects.gemini import endpoints as gemini
from oblivious.demo.dialects.ollama import endpoints as ollama
from oblivious.demo.dialects.openai import chat, completions, embeddings, models, moderations
from oblivious.demo.dialects.openai.shape import OPENAI
from oblivious.demo.dialects.responses import count as response_count
from oblivious.demo.dialects.responses import create
from oblivious.demo.dialects.responses.shape import RESPONSES
from oblivious.demo.endpoint import Endpoint, in_body
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Failure, Refusal, Reply, encode
from oblivious.demo.wire.request import Request
from oblivious.demo.words import STATEMENT

_MODEL_PREFIX = "/models/"


def _statement(_request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    return Reply(encode({"demo": STATEMENT}))


def _unknown(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    raise Refusal(Failure(404, f"Invalid URL ({request.method} {request.path})", code="unknown_url"))


POSTS: dict[str, Endpoint] = {
    "/chat/completions": Endpoint(OPENAI, chat.reply, in_body),
    "/completions": Endpoint(OPENAI, completions.reply, in_body),
    "/embeddings": Endpoint(OPENAI, embeddings.reply, in_body),
    "/moderations": Endpoint(OPENAI, moderations.reply, in_body),
    "/responses": Endpoint(RESPONSES, create.reply, in_body),
    "/responses/input_tokens": Endpoint(RESPONSES, response_count.reply, in_body),
    "/messages": Endpoint(ANTHROPIC, messages.reply, in_body),
    "/messages/count_tokens": Endpoint(ANTHROPIC, count.reply, in_body),
    tokens.PATH: tokens.TOKENS,
}

_VENDORS: tuple[tuple[Callable[[Request], bool], Callable[[Request], Endpoint]], ...] = (
    (gemini.means, gemini.find),
    (bedrock.means, bedrock.find),
    (ollama.means, ollama.find),
    (cohere.means, cohere.find),
)
"""Those with paths of their own: whether a request is theirs, and where it leads."""

_NOWHERE = Endpoint(OPENAI, _unknown)
_STATEMENT = Endpoint(OPENAI, _statement)
_MODELS = {
    False: Endpoint(OPENAI, models.list_models),
    True: Endpoint(ANTHROPIC, anthropic_models.list_models),
}
_MODEL = {False: Endpoint(OPENAI, models.one_model), True: Endpoint(ANTHROPIC, anthropic_models.one_model)}


def find(request: Request) -> Endpoint:
    """Return the endpoint of a request, one that refuses if there is none; `/v1` may be left out."""
    move = azure.move(request.path) or vertex.move(request.path)
    if move is not None:
        return move.of(_find(msgspec.structs.replace(request, path=move.path)))
    return _find(request)


def _find(request: Request) -> Endpoint:
    for means, find_own in _VENDORS:
        if means(request):
            return find_own(request)
    path = request.path.removeprefix(cohere.COMPATIBLE).removeprefix("/v1")
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
