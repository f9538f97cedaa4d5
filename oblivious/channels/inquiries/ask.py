"""Ask providers about themselves: off the road, one at a time, bounded in time and size."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import httpx
import msgspec

from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.lenient import BROKEN
from oblivious.adapters.providers.provider import Provider
from oblivious.channels.inquiries.balances import BALANCES
from oblivious.channels.inquiries.failures import refused, unanswered, unreadable
from oblivious.channels.inquiries.inquiry import Balance, Inquiry, Models, Page, Told
from oblivious.channels.inquiries.models import models_inquiry
from oblivious.channels.inquiries.question import Question, currency_at, question
from oblivious.contracts.errors import Garbled, TimedOut

_SECONDS = 20.0
_CONNECT_SECONDS = 10.0
_MOST_BYTES = 4 * 1024 * 1024
_MOST_PAGES = 20
_FIRST_ERROR_STATUS = 300

_Value = TypeVar("_Value")


async def list_models(
    client: httpx.AsyncClient,
    provider: Provider,
    base_urls: Mapping[str, str],
    secret: str,
    *,
    seconds: float = _SECONDS,
) -> Models:
    """Ask which models a provider offers; `base_urls` are the channel's by dialect, as `served_at` has them.

    Raises:
        ChangeRefused: the provider has no such list, or the channel no URL to ask for it.
        UpstreamError: there was no answer within so many seconds, or none that can be used.
    """
    inquiry = models_inquiry(provider)

    async def page(after: str) -> Page:
        asked = question(inquiry, provider, base_urls, secret, after)
        return await _answer(client, inquiry, asked, secret)

    return await _in_time(_all_pages(page), seconds)


async def ask_balance(
    client: httpx.AsyncClient,
    provider: Provider,
    base_urls: Mapping[str, str],
    secret: str,
    *,
    seconds: float = _SECONDS,
) -> Balance | None:
    """Ask what an account can still spend; None where the provider does not tell, or sets no limit.

    Raises:
        ChangeRefused: the channel has no URL to ask at.
        UpstreamError: there was no answer within so many seconds, or none that can be used.
    """
    inquiry = BALANCES.get(provider.name)
    if inquiry is None:
        return None
    asked = question(inquiry, provider, base_urls, secret)
    balance = await _in_time(_answer(client, inquiry, asked, secret), seconds)
    if balance is None or balance.currency:
        return balance
    return msgspec.structs.replace(balance, currency=currency_at(inquiry, asked.url))


async def _all_pages(page: Callable[[str], Awaitable[Page]]) -> Models:
    """Ask for page after page; one that brings nothing new is the last, whatever it says."""
    names, after = dict[str, None](), ""
    for _ in range(_MOST_PAGES):
        known, found = len(names), await page(after)
        names |= dict.fromkeys(found.names)
        after = found.after
        if not after or len(names) == known:
            return Models(tuple(names))
    raise Garbled(f"the provider's list of models has more than {_MOST_PAGES} pages")


async def _in_time(asking: Awaitable[_Value], seconds: float) -> _Value:
    try:
        async with asyncio.timeout(seconds):
            return await asking
    except TimeoutError:
        raise TimedOut(f"the provider did not answer within {seconds:g} seconds") from None


async def _answer(client: httpx.AsyncClient, inquiry: Inquiry[Told], asked: Question, secret: str) -> Told:
    try:
        status, headers, body = await _heard(client, asked)
    except httpx.TransportError as error:
        raise unanswered(error) from None
    if status >= _FIRST_ERROR_STATUS:
        raise refused(status, headers, body, secret)
    try:
        return await asyncio.to_thread(inquiry.read, body)
    except (*BROKEN, ValueError):
        raise unreadable(status, body, secret) from None


async def _heard(client: httpx.AsyncClient, asked: Question) -> tuple[int, Headers, bytes]:
    request = client.build_request(
        "GET",
        asked.url,
        headers=asked.headers,
        timeout=httpx.Timeout(_SECONDS, connect=_CONNECT_SECONDS),
    )
    response = await client.send(request, stream=True, auth=None, follow_redirects=False)
    try:
        return response.status_code, response.headers.raw, await _body(response)
    finally:
        await response.aclose()


async def _body(response: httpx.Response) -> bytes:
    """Read a body that is not too large; to unpack one is the connection's part."""
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise Garbled(f"the provider's answer has more than {_MOST_BYTES} bytes")
    return bytes(body)
