"""Cohere's endpoints: chat and embeddings under `/v2`, models under `/v1`, where others have theirs."""

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.cohere import chat, embed, models
from oblivious.demo.dialects.cohere.shape import COHERE
from oblivious.demo.endpoint import Endpoint, in_body
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Failure, Refusal, Reply
from oblivious.demo.wire.request import Request

COMPATIBLE = "/compatibility"
"""Where Cohere is spoken to as OpenAI is."""

_HOME = "/v2/"
_MODELS = "/v1/models"
_SDK = "x-fern-sdk-name"
"""The header in which Cohere's SDK names itself."""


def _unknown(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    raise Refusal(Failure(404, f"404 page not found: {request.path}"))


POSTS: dict[str, Endpoint] = {
    "/v2/chat": Endpoint(COHERE, chat.reply, in_body),
    "/v2/embed": Endpoint(COHERE, embed.reply, in_body),
}
_NOWHERE = Endpoint(COHERE, _unknown)
_LIST = Endpoint(COHERE, models.list_models)
_ONE = Endpoint(COHERE, models.one_model)


def means(request: Request) -> bool:
    """Tell whether a request is Cohere's: by its path, else by its sender."""
    return request.path.startswith(_HOME) or request.headers.get(_SDK) == "cohere"


def find(request: Request) -> Endpoint:
    """Return the endpoint of one of Cohere's requests, one that refuses if there is none."""
    if request.method == "POST":
        return POSTS.get(request.path, _NOWHERE)
    if request.path == _MODELS:
        return _LIST
    return _ONE if request.path.startswith(f"{_MODELS}/") else _NOWHERE
