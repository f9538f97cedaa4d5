"""GET /v1/models and /v1/models/{id} in Anthropic's shape."""

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.offers import MODELS, SINCE, model_in
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.wire.request import Request


def list_models(_request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return the demo's own models."""
    data = [_model(name) for name in MODELS]
    return Reply(encode({"data": data, "has_more": False, "first_id": MODELS[0], "last_id": MODELS[-1]}))


def one_model(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return the model that the path names."""
    return Reply(encode(_model(model_in(request.path))))


def _model(name: str) -> Json:
    return {
        "type": "model",
        "id": name,
        "display_name": f"{name} (Oblivious' demo upstream)",
        "created_at": SINCE.isoformat(),
        "lifecycle": "active",
        "max_input_tokens": None,
        "max_tokens": None,
        "capabilities": None,
    }
