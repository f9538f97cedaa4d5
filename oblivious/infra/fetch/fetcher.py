import asyncio
import ssl
from collections.abc import Sequence
from typing import NamedTuple

import httpx

from oblivious.infra.fetch.allowance import Allowance
from oblivious.infra.fetch.errors import (
    BadURL,
    FetchFault,
    NoPublicAddress,
    NotServed,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)
from oblivious.infra.fetch.kinds import kind_of
from oblivious.infra.fetch.places import Network, is_open
from oblivious.infra.upstream.dial import Resolve, system_resolve, verified_context

_MIB = 1024 * 1024
_SECONDS = 10.0
_CONNECT_SECONDS = 3.0
_REDIRECTS = 3
_PORTS = {"http": 80, "https": 443}
_HEADERS = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "oblivious"}


class Fetched(NamedTuple):
    """A body, and what it is: `image/png`, empty where nothing tells."""

    data: bytes
    media_type: str


class Fetcher:
    """Fetches what strangers name.

    A name is resolved once, and the connection goes to an address that was judged, so that no second answer
    of its name server can lead elsewhere. Every redirect is judged like the first URL. Nothing is kept from
    one fetch to the next: no connection, whose certificate was checked for another name, and no cookie.
    """

    def __init__(
        self,
        *,
        allowed: Sequence[Network] = (),
        max_bytes: int = 20 * _MIB,
        seconds: float = _SECONDS,
        tls: ssl.SSLContext | None = None,
        resolve: Resolve = system_resolve,
    ) -> None:
        """Take the networks that are `allowed` beside the public ones, and the limits of one fetch."""
        self.max_bytes = max_bytes
        self._allowed = tuple(allowed)
        self._seconds = seconds
        self._resolve = resolve
        self._transport = httpx.AsyncHTTPTransport(
            verify=tls or verified_context(),
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )

    async def fetch(self, url: str, whole: Allowance) -> Fetched:
        """Get a URL; `whole` is what this and other fetches may take together.

        Raises:
            FetchFault: in its kinds; the message says why.
        """
        own = Allowance(self.max_bytes, f"it has more than {self.max_bytes} bytes")
        try:
            async with asyncio.timeout(self._seconds):
                return await self._followed(_parsed(url), (own, whole))
        except TimeoutError:
            raise TooSlow(f"it did not come within {self._seconds:g} seconds") from None

    async def close(self) -> None:
        """Close what is open."""
        await self._transport.aclose()

    async def _followed(self, url: httpx.URL, allowances: Sequence[Allowance]) -> Fetched:
        for _ in range(_REDIRECTS + 1):
            response = await self._asked(url)
            try:
                if not response.has_redirect_location:
                    data = await _read(response, allowances)
                    return Fetched(data, kind_of(response.headers.get("content-type", ""), data, url.path))
                url = _parsed(response.headers["location"], url)
            finally:
                await response.aclose()
        raise TooManyRedirects(f"it is elsewhere, more than {_REDIRECTS} times in a row")

    async def _asked(self, url: httpx.URL) -> httpx.Response:
        """Ask the addresses of a host in turn until one answers."""
        fault: FetchFault = NoPublicAddress()
        for address in await self._addresses(url):
            try:
                return await self._transport.handle_async_request(_request(url, address))
            except (httpx.ConnectTimeout, httpx.ConnectError, ValueError):
                fault = Unreachable("its host cannot be reached")
            except httpx.TransportError:
                raise Unreachable("its host gives no proper answer") from None
        raise fault

    async def _addresses(self, url: httpx.URL) -> Sequence[str]:
        host = url.raw_host.decode()
        try:
            found = await self._resolve(host, url.port or _PORTS[url.scheme])
        except (OSError, ValueError):  # ValueError: what is no host name at all
            raise NoPublicAddress from None
        if not all(is_open(address, self._allowed) for address in found):
            raise NoPublicAddress
        return found


def _parsed(url: str, base: httpx.URL | None = None) -> httpx.URL:
    try:
        parsed = base.join(url) if base else httpx.URL(url)
        good = parsed.scheme in _PORTS and bool(parsed.raw_host)
    except (httpx.InvalidURL, ValueError):
        raise BadURL("it is no URL") from None
    if not good:
        raise BadURL("only http and https URLs are fetched")
    return parsed


def _request(url: httpx.URL, address: str) -> httpx.Request:
    """Return the request for a URL that goes to one address, and proves itself by the URL's name."""
    return httpx.Request(
        "GET",
        url.copy_with(host=address),
        headers={"host": url.netloc.decode(), **_HEADERS},
        extensions={
            "sni_hostname": url.raw_host.decode(),
            "timeout": {"connect": _CONNECT_SECONDS},
        },
    )


async def _read(response: httpx.Response, allowances: Sequence[Allowance]) -> bytes:
    if not response.is_success:
        raise NotServed(f"its host answers with the status {response.status_code}")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise NotServed("it comes packed")
    said = response.headers.get("content-length", "")
    data = bytearray()
    for allowance in allowances:
        allowance.check(int(said) if said.isdecimal() else 0)
    try:
        async for chunk in response.aiter_raw():
            for allowance in allowances:
                allowance.take(len(chunk))
            data += chunk
    except httpx.TransportError:
        raise Unreachable("it broke off") from None
    if not data:
        raise NotServed("it is empty")
    return bytes(data)
