"""From a path as clients write it to the one thing it means."""

from functools import lru_cache
from urllib.parse import unquote

import msgspec

from oblivious.adapters.registry import Endpoint, endpoint_at

_VERSION = "v1"
_HELLO = ("", "api/hello")
_MODELS = "models"


class Place(msgspec.Struct, frozen=True):
    """What a path means: an endpoint, the model list, one model, a greeting, or nothing.

    Attributes:
        kind: `relay`, `models`, `model`, `hello` or `nothing`.
        model: the id in `/v1/models/{id}`; it may hold slashes.
    """

    kind: str
    endpoint: Endpoint | None = None
    model: str = ""


@lru_cache(maxsize=2048)
def place_of(raw_path: bytes) -> Place:
    """Read a path forgivingly: with or without `/v1`, doubled `/v1/v1`, `//`, a trailing slash."""
    parts = [part for part in raw_path.decode("latin-1").split("/") if part]
    while parts and parts[0] == _VERSION:
        parts.pop(0)
    path = "/".join(parts)
    if path in _HELLO:
        return Place("hello")
    if path == _MODELS:
        return Place("models")
    if parts[0] == _MODELS:
        return Place("model", model=unquote("/".join(parts[1:])))
    endpoint = endpoint_at(path)
    return Place("relay", endpoint) if endpoint else Place("nothing")
