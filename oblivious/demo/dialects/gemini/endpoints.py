"""Gemini's endpoints. They end with what is to be done, and stand under both `/v1beta` and `/v1`."""

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.gemini import count, embeddings, generate, models, predict
from oblivious.demo.dialects.gemini.path import STREAM, action_in, in_path
from oblivious.demo.dialects.gemini.shape import GEMINI, GEMINI_ARRAY
from oblivious.demo.endpoint import Endpoint
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Failure, Refusal, Reply
from oblivious.demo.wire.request import Request

_HOME = "/v1beta"
_MODELS = "/models"
_KEY_HEADER, _KEY_QUERY = "x-goog-api-key", "key"


def _unknown(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    raise Refusal(Failure(404, f"There is no {request.method} {request.path}."))


ACTIONS: dict[str, Endpoint] = {
    "generateContent": Endpoint(GEMINI, generate.reply, in_path),
    "countTokens": Endpoint(GEMINI, count.reply, in_path),
    "embedContent": Endpoint(GEMINI, embeddings.one, in_path),
    "batchEmbedContents": Endpoint(GEMINI, embeddings.batch, in_path),
}
PREDICT = Endpoint(GEMINI, predict.reply, in_path)
"""Only Google's cloud has it."""

_STREAM = {
    False: Endpoint(GEMINI_ARRAY, generate.reply, in_path),
    True: Endpoint(GEMINI, generate.reply, in_path),
}
_NOWHERE = Endpoint(GEMINI, _unknown)
_LIST = Endpoint(GEMINI, models.list_models)
_ONE = Endpoint(GEMINI, models.one_model)


def means(request: Request) -> bool:
    """Tell whether a request is Gemini's: by its path, else by the place of its key."""
    if f"{request.path}/".startswith(f"{_HOME}/"):
        return True
    if not request.path.removeprefix("/v1").startswith(_MODELS):
        return False
    if request.method == "POST":
        return action_in(request.path) != ""
    return _KEY_HEADER in request.headers or _KEY_QUERY in request.query


def find(request: Request) -> Endpoint:
    """Return the endpoint of one of Gemini's requests, one that refuses if there is none."""
    if request.method == "POST":
        action = action_in(request.path)
        if action == STREAM:
            return _STREAM[request.query.get("alt") == "sse"]
        return ACTIONS.get(action, _NOWHERE)
    if request.method not in ("GET", "HEAD"):
        return _NOWHERE
    path = request.path.removeprefix(_HOME).removeprefix("/v1")
    if path == _MODELS:
        return _LIST
    return _ONE if path.startswith(f"{_MODELS}/") else _NOWHERE
