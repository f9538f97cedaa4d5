"""GET /v1/models and /v1/models/{model} in Cohere's shape."""

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.offers import MODELS, model_in
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.wire.request import Request

_CONTEXT = 256_000


def list_models(_request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return the demo's own models."""
    return Reply(encode({"models": [_model(name) for name in MODELS], "next_page_token": ""}))


def one_model(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return the model that the path names."""
    return Reply(encode(_model(model_in(request.path))))


def _model(name: str) -> Json:
    return {
        "name": name,
        "is_deprecated": False,
        "endpoints": ["embed"] if name == "demo-embedding" else ["chat"],
        "finetuned": False,
        "context_length": _CONTEXT,
        "tokenizer_url": None,
        "default_endpoints": [],
        "features": ["tools", "json_schema", "reasoning"],
    }
