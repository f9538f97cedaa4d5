"""GET /v1/models and /v1/models/{id}. Every name is a model of the demo; the list has its own."""

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.offers import MODELS, SINCE, model_in
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.wire.request import Request


def list_models(_request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return the demo's own models."""
    return Reply(encode({"object": "list", "data": [_model(name) for name in MODELS]}))


def one_model(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return the model that the path names."""
    return Reply(encode(_model(model_in(request.path))))


def _model(name: str) -> Json:
    return {"id": name, "object": "model", "created": int(SINCE.timestamp()), "owned_by": "oblivious-demo"}
