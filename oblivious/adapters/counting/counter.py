"""What a dialect can do with the counting of tokens, where the client speaks another one."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES, Endpoint
from oblivious.adapters.members import Members

_BESIDE = {OPENAI_RESPONSES: {"object": "response.input_tokens"}}
"""What clients are told besides the number (official SDK 3.52, read 2026-11-27)."""


class Counter(NamedTuple):
    """How upstreams of a dialect count: a conversation is written for them as if it should be answered.

    Attributes:
        path: where they count, as transports name it.
        path_of: turns the path at which they would answer into the one at which they count.
        question: turns what they would answer into what they count; `path` is the one for an answer.
        member: tells the number in their answer.
    """

    name: str
    path: str
    path_of: Callable[[str], str]
    question: Callable[[Members, str], object]
    member: str


def only(names: frozenset[str]) -> Callable[[Members, str], object]:
    """Return what keeps the members of these names, and no others."""

    def question(body: Members, _path: str) -> object:
        return {name: value for name, value in body.items() if name in names}

    return question


def always(path: str) -> Callable[[str], str]:
    """Return what leads to one path, wherever an answer would come from."""

    def path_of(_path: str) -> str:
        return path

    return path_of


def told(endpoint: Endpoint, tokens: int) -> bytes:
    """Return a count as a client of the endpoint expects it."""
    return msgspec.json.encode({**_BESIDE.get(endpoint.dialect, {}), endpoint.counts: tokens})
