"""From a path as clients write it to the one thing it means."""

from functools import lru_cache
from urllib.parse import unquote

import msgspec

from oblivious.adapters.registry import ACTIONS, Endpoint, endpoint_at

_VERSIONS = frozenset({"v1", "v1beta"})
_HELLO = ("", "api/hello")
_MODELS = "models"


class Place(msgspec.Struct, frozen=True):
    """What a path means: an endpoint, the model list, one model, a greeting, or nothing.

    Attributes:
        kind: `relay`, `models`, `model`, `hello` or `nothing`.
        model: the id in `/v1/models/{id}`; it may hold slashes.
        stream: an action of Gemini's that answers in pieces.
    """

    kind: str
    endpoint: Endpoint | None = None
    model: str = ""
    stream: bool = False


@lru_cache(maxsize=2048)
def place_of(raw_path: bytes) -> Place:
    """Read a path forgivingly: with or without a version, doubled `/v1/v1`, `//`, a trailing slash."""
    parts = [part for part in raw_path.decode("latin-1").split("/") if part]
    while parts and parts[0] in _VERSIONS:
        parts.pop(0)
    path = "/".join(parts)
    if path in _HELLO:
        return Place("hello")
    if path == _MODELS:
        return Place("models")
    if parts[0] == _MODELS:
        model, _, action = unquote("/".join(parts[1:])).rpartition(":")
        if model and action in ACTIONS:
            return Place("relay", ACTIONS[action].endpoint, model, stream=ACTIONS[action].stream)
        return Place("model", model=unquote("/".join(parts[1:])))
    endpoint = endpoint_at(path)
    return Place("relay", endpoint) if endpoint else Place("nothing")
