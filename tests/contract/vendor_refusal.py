"""One refusal of a provider, and the shapes in which providers refuse."""

import json
from typing import Any, NamedTuple

from oblivious.adapters.dialects.endpoint import ANTHROPIC, BEDROCK, GEMINI, OPENAI_CHAT
from oblivious.adapters.dialects.face import Headers
from oblivious.contracts.errors import UpstreamError, UpstreamRateLimited

Leaf = type[UpstreamError]


class Refusal(NamedTuple):
    """One answer of a provider's.

    Attributes:
        key: what is telling in it, for people.
    """

    provider: str
    dialect: str
    status: int
    key: str
    body: Any
    leaf: Leaf
    headers: Headers = []  # noqa: RUF012 - never changed


def by_openai(provider: str, status: int, leaf: Leaf, message: str, **members: Any) -> Refusal:
    """Return a refusal as OpenAI and its imitators write it; members stand in the error."""
    key = members.get("code") or members.get("type")
    error = {"message": message, "type": None, "param": None, "code": None, **members}
    headers = [(b"retry-after", b"7")] if leaf is UpstreamRateLimited else []
    return Refusal(provider, OPENAI_CHAT, status, str(key or message), {"error": error}, leaf, headers)


def by_flat(
    provider: str, status: int, leaf: Leaf, body: dict[str, Any], dialect: str = OPENAI_CHAT
) -> Refusal:
    """Return a refusal a body as it is."""
    key = body.get("code") or body.get("message") or body.get("error")
    return Refusal(provider, dialect, status, str(key), body, leaf)


def by_cloudflare(status: int, leaf: Leaf, code: int, message: str) -> Refusal:
    """Return a refusal as Cloudflare writes it, in a list."""
    body = {"errors": [{"message": message, "code": code}], "success": False}
    return Refusal("cloudflare", OPENAI_CHAT, status, str(code), body, leaf)


def by_anthropic(status: int, leaf: Leaf, kind: str, message: str, key: str = "") -> Refusal:
    """Return a refusal as Anthropic writes it."""
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
    headers = [(b"retry-after", b"7")] if leaf is UpstreamRateLimited else []
    return Refusal("anthropic", ANTHROPIC, status, key or kind, body, leaf, headers)


def by_google(status: int, leaf: Leaf, word: str, message: str, *details: Any, key: str = "") -> Refusal:
    """Return a refusal as Google writes it; `key` names what tells, where the word does not."""
    error = {"code": status, "message": message, "status": word, "details": list(details)}
    return Refusal("gemini", GEMINI, status, key or word, {"error": error}, leaf)


def by_amazon(status: int, leaf: Leaf, kind: str, message: str) -> Refusal:
    """Return a refusal as Amazon writes it: its type is in a header."""
    headers = [(b"x-amzn-errortype", f"{kind}:http://internal.amazon.com/".encode())]
    return Refusal("bedrock", BEDROCK, status, kind, {"message": message}, leaf, headers)


def sent(refusal: Refusal) -> bytes:
    """Return the body as it comes."""
    return json.dumps(refusal.body).encode()
