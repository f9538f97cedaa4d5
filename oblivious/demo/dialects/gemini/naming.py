"""The names of a body's members: Google takes `generationConfig` and `generation_config` alike."""

import re
from collections.abc import Sequence
from typing import Any, cast

import msgspec

from oblivious.demo.reply import encode

_SNAKE = re.compile(rb'"[a-z]+(?:_[a-z]+)+"\s*:')
# What the client names itself stays as it is.
_ITS_OWN = frozenset(
    ("args", "response", "parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema")
)


def in_camel_case(body: bytes) -> bytes:
    """Return a body with the names of its members in camel case; what is no JSON stays as it is."""
    if not _SNAKE.search(body):
        return body
    try:
        return encode(_renamed(msgspec.json.decode(body)))
    except msgspec.DecodeError:
        return body


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(item) for item in cast("Sequence[Any]", value)]
    if not isinstance(value, dict):
        return value
    members = [(_camel(name), member) for name, member in cast("dict[str, Any]", value).items()]
    return {name: member if name in _ITS_OWN else _renamed(member) for name, member in members}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join([other[:1].upper() + other[1:] for other in others])
