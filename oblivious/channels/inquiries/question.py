"""From a row of a table to a request. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

import httpx

from oblivious.adapters.dialects.headers import USER_AGENT
from oblivious.adapters.providers.provider import Provider
from oblivious.channels.inquiries.inquiry import Inquiry, Told
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.errors import BadCredential

_PLAIN = [(b"accept", b"application/json"), (b"accept-encoding", b"identity"), USER_AGENT]


class Question(NamedTuple):
    """A GET, with its credential among the headers."""

    url: httpx.URL
    headers: list[tuple[bytes, bytes]]


def question(
    inquiry: Inquiry[Told], provider: Provider, base_urls: Mapping[str, str], secret: str, after: str = ""
) -> Question:
    """Return the request for an inquiry; `after` asks for a further page.

    Raises:
        ChangeRefused: the channel has no base URL of the dialect that it is asked in.
        BadCredential: no header can present the secret.
    """
    query = {**inquiry.query, inquiry.turns: after} if after else inquiry.query
    url = _below(_base_url(inquiry, provider, base_urls), inquiry.path)
    return Question(url.copy_merge_params(query), _headers(inquiry, provider, secret))


def currency_at(inquiry: Inquiry[Told], url: httpx.URL) -> str:
    """Return the currency of a provider's site; empty where its address does not tell."""
    ends = inquiry.currencies
    return next((code for end, code in ends.items() if url.host.endswith(end)), "")


def _base_url(inquiry: Inquiry[Told], provider: Provider, base_urls: Mapping[str, str]) -> str:
    url = base_urls.get(inquiry.dialect, "")
    if not url:
        raise ChangeRefused("base_url", f"has none at which {provider.name} can be asked: {inquiry.dialect}")
    return url


def _below(base_url: str, path: str) -> httpx.URL:
    try:
        base = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ChangeRefused("base_url", f"is no URL that can be asked: {base_url!r}") from None
    url = base.copy_with(path=base.path.rstrip("/") + "/", query=None).join(path)
    return url.copy_merge_params(base.params)


def _headers(inquiry: Inquiry[Told], provider: Provider, secret: str) -> list[tuple[bytes, bytes]]:
    if not secret.isprintable():
        raise BadCredential("the channel key has characters that no header may have")
    own = [(name.encode(), value.encode()) for name, value in inquiry.headers.items()]
    credential = provider.credential(inquiry.dialect, secret)
    return [*_PLAIN, *own, *([credential] if credential else [])]
