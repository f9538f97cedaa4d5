"""GET /v1beta/models and /v1beta/models/{model}, and under /v1 with Google's key."""

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.offers import MODELS, model_in
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.wire.request import Request

_MAX_TOKENS = 1_048_576
_GENERATES = ("generateContent", "countTokens")
_EMBEDS = ("embedContent", "batchEmbedContents")


def list_models(_request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return the demo's own models."""
    return Reply(encode({"models": [_model(name) for name in MODELS]}))


def one_model(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return the model that the path names."""
    return Reply(encode(_model(model_in(request.path))))


def _model(name: str) -> Json:
    embeds = name == "demo-embedding"
    return {
        "name": f"models/{name}",
        "version": "001",
        "displayName": f"{name} (Oblivious' demo upstream)",
        "description": "No model: canned words.",
        "inputTokenLimit": _MAX_TOKENS,
        "outputTokenLimit": _MAX_TOKENS,
        "supportedGenerationMethods": _EMBEDS if embeds else _GENERATES,
        "thinking": not embeds,
    }
