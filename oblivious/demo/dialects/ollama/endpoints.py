"""Ollama's own endpoints, all of which stand under `/api`."""

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.ollama import chat, embed, generate, models
from oblivious.demo.dialects.ollama.request import in_body, whole
from oblivious.demo.dialects.ollama.shape import OLLAMA
from oblivious.demo.endpoint import Endpoint
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Failure, Refusal, Reply
from oblivious.demo.wire.request import Request

_HOME = "/api/"


def _unknown(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    raise Refusal(Failure(404, f"there is no {request.method} {request.path}"))


_NOWHERE = Endpoint(OLLAMA, _unknown)
_POSTS = {
    "chat": Endpoint(OLLAMA, chat.reply, in_body),
    "generate": Endpoint(OLLAMA, generate.reply, in_body),
    "embed": Endpoint(OLLAMA, embed.reply, whole),
    "show": Endpoint(OLLAMA, models.show, whole),
}
_GETS = {
    "tags": Endpoint(OLLAMA, models.tags),
    "ps": Endpoint(OLLAMA, models.running),
    "version": Endpoint(OLLAMA, models.version),
}
_METHODS = {"POST": _POSTS, "GET": _GETS, "HEAD": _GETS}


def means(request: Request) -> bool:
    """Tell by its path whether a request is Ollama's."""
    return request.path.startswith(_HOME)


def find(request: Request) -> Endpoint:
    """Return the endpoint of one of Ollama's requests, one that refuses if there is none."""
    return _METHODS.get(request.method, {}).get(request.path.removeprefix(_HOME), _NOWHERE)
