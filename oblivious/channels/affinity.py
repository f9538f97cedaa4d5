"""What keeps a conversation on one channel and key, where its provider may still have it in a cache. Pure.

The same conversation gives the same seed on every process, so nothing has to be remembered or shared.
"""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import NamedTuple, TypeVar

import msgspec

from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.lenient import BROKEN
from oblivious.adapters.members import Members

HEADERS = (b"x-oblivious-affinity", b"x-session-id", b"session_id", b"x-claude-code-session-id")
"""By which clients say that requests belong together: ours, and those of agents (2026-11)."""

CACHED_FROM_BYTES = 4_096
"""What is shorter than 1,024 tokens is cached by no provider (their documentation, 2026-11)."""

_MOST_PREFIX_BYTES = 16 * 1024
_USER = b'"user"'

T = TypeVar("T")

Owner = tuple[int, str]
"""Whose a conversation is: the account, and the model that it is held with."""


class Affinity(NamedTuple):
    """What a conversation is known by; `source`: `header`, `cache_key`, `user` or `prefix`."""

    seed: int
    source: str


class _Metadata(msgspec.Struct):
    user_id: str | None = None


_text = msgspec.json.Decoder(str).decode
_metadata = msgspec.json.Decoder(_Metadata).decode


def affinity_of(
    headers: Mapping[bytes, bytes], members: Members, endpoint: Endpoint, body_bytes: int, owner: Owner
) -> Affinity | None:
    """Return what a conversation is known by; None where nothing says so, and a cache would not hold it.

    The words of other owners never lead to the same seed.
    """
    for name in HEADERS:
        if given := headers.get(name):
            return Affinity(_seed(owner, given), "header")
    if cache_key := _read(_text, members.get("prompt_cache_key")):
        return Affinity(_seed(owner, cache_key.encode("utf-8", "replace")), "cache_key")
    metadata = _read(_metadata, members.get("metadata"))
    if metadata is not None and metadata.user_id:
        return Affinity(_seed(owner, metadata.user_id.encode("utf-8", "replace")), "user")
    if body_bytes < CACHED_FROM_BYTES:
        return None
    prefix = prefix_of(members, endpoint)
    return Affinity(_seed(owner, prefix), "prefix") if prefix else None


def prefix_of(members: Members, endpoint: Endpoint) -> bytes:
    """Return what a conversation begins with, up to its user's first words, which its later turns repeat.

    Instructions are left out: the words of the user tell conversations apart, and agents write what changes
    (Claude Code: a header for billing) into their instructions.
    """
    conversation = members.get(endpoint.conversation)
    if conversation is None:
        return b""
    text = bytes(memoryview(conversation)[:_MOST_PREFIX_BYTES])
    start = text.find(_USER)
    end = text.find(b"}", start + 1) if start >= 0 else -1
    return text[: end + 1] if end >= 0 else text


def _read(decode: Callable[[msgspec.Raw], T], value: msgspec.Raw | None) -> T | None:
    if value is None:
        return None
    try:
        return decode(value)
    except (msgspec.ValidationError, *BROKEN):
        return None


def _seed(owner: Owner, words: bytes) -> int:
    account, model = owner
    whole = b"%d:%s:%s" % (account, model.encode("utf-8", "replace"), words)
    return int.from_bytes(blake2b(whole, digest_size=8).digest())
