"""What is installed, what is loaded, and which version runs. Every name is a model of the demo."""

import hashlib

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.offers import MODELS, SINCE
from oblivious.demo.dialects.ollama.request import read_asked
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.wire.request import Request

_VERSION = "0.20.0"
_BYTES = 1_000_000
_CONTEXT = 262_144
_DETAILS: Json = {
    "parent_model": "",
    "format": "gguf",
    "family": "demo",
    "families": ["demo"],
    "parameter_size": "0B",
    "quantization_level": "F16",
}
_EMBEDS = "demo-embedding"


class _Named(msgspec.Struct):
    model: str = ""


_decoder = msgspec.json.Decoder(_Named)


def version(_request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return the version whose API this is."""
    return Reply(encode({"version": _VERSION}))


def tags(_request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return the demo's own models."""
    return Reply(encode({"models": [_model(name) for name in MODELS]}))


def running(_request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return the model that is loaded: the first one always is."""
    loaded = {"expires_at": _since(), "size_vram": 0, "context_length": _CONTEXT}
    return Reply(encode({"models": [_model(MODELS[0]) | loaded]}))


def show(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    """Return what there is to know of a model.

    Raises:
        Refusal: 400, none is named.
    """
    name = read_asked(_decoder, request).model
    can = ["embedding"] if name == _EMBEDS else ["completion", "tools", "thinking"]
    return Reply(
        encode(
            {
                "modelfile": f"FROM {name}",
                "template": "{{ .Prompt }}",
                "details": _DETAILS,
                "model_info": {"general.architecture": "demo", "demo.context_length": _CONTEXT},
                "capabilities": can,
                "modified_at": _since(),
            }
        )
    )


def _model(name: str) -> Json:
    return {
        "name": name,
        "model": name,
        "modified_at": _since(),
        "size": _BYTES,
        "digest": hashlib.sha256(name.encode()).hexdigest(),
        "details": _DETAILS,
    }


def _since() -> str:
    return SINCE.isoformat().replace("+00:00", "Z")
