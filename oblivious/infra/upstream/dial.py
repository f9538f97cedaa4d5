import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from oblivious.infra.upstream.errors import ConnectFailed, ConnectTimedOut, NoConnection, TLSFailed
from oblivious.infra.upstream.link import Link
from oblivious.infra.upstream.origin import Origin
from oblivious.infra.upstream.protocol import Connection
from oblivious.infra.upstream.proxy import Proxy
from oblivious.infra.upstream.tunnel import tunnel

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Turns a host and port into numeric addresses in order of preference; an OSError means that it can't."""

FindContext = Callable[[Link], Awaitable[ssl.SSLContext]]
"""Gives the TLS context that a link asks for; a ValueError means that there can't be one."""


def verified_context() -> ssl.SSLContext:
    """Return a context that trusts the system's authorities and speaks only HTTP/1.1."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


async def system_resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver, off the loop."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Hop(NamedTuple):
    """A way to try: a numeric address to connect to, and whom a proxy there is asked for."""

    address: str
    host: str


class Dialer:
    """Opens connections to one origin, trying its addresses, or its proxy's, in turn.

    Each address gets an equal share of the time that is left, so that one black hole does not use it all up.
    """

    __slots__ = ("_origin", "_resolve", "_tls")

    def __init__(self, origin: Origin, resolve: Resolve, tls: FindContext) -> None:
        self._origin = origin
        self._resolve = resolve
        self._tls = tls

    async def dial(self, make: Callable[[], Connection], until: float) -> Connection:
        """Return an open connection before loop time `until`.

        Raises:
            ConnectFailed: a name has no address, the last one tried refused, or the link is not possible.
            ConnectTimedOut: the last address tried did not answer.
            TLSFailed: the last address tried could not prove that it is this host.
        """
        now = asyncio.get_running_loop().time
        proxy = self._proxy()
        hops = await self._hops(proxy, until)
        fault: NoConnection = ConnectFailed(f"{self._origin.host} has no address")
        for left, hop in zip(range(len(hops), 0, -1), hops, strict=True):
            try:
                return await self._open(make, proxy, hop, now() + (until - now()) / left)
            except NoConnection as one:
                fault = one
        raise fault

    def _proxy(self) -> Proxy | None:
        url = self._origin.link.proxy
        try:
            return Proxy.of(url) if url else None
        except ValueError as error:
            raise ConnectFailed(f"{self._origin}: {error}") from None

    async def _hops(self, proxy: Proxy | None, until: float) -> list[Hop]:
        origin = self._origin
        near = proxy or origin
        addresses = await self._addresses(near.host, near.port, until)
        if proxy is None or proxy.resolves:
            return [Hop(address, origin.host) for address in addresses]
        hosts = await self._addresses(origin.host, origin.port, until)
        return [Hop(address, host) for address in addresses for host in hosts]

    async def _addresses(self, host: str, port: int, until: float) -> Sequence[str]:
        timeout = asyncio.timeout_at(until)
        try:
            async with timeout:
                return await self._resolve(host, port)
        except (OSError, ValueError) as error:  # ValueError: what is no host name at all
            if timeout.expired():
                raise ConnectTimedOut(f"no address for {host} in time") from None
            raise ConnectFailed(f"no address for {host}: {error}") from error

    async def _open(
        self, make: Callable[[], Connection], proxy: Proxy | None, hop: Hop, until: float
    ) -> Connection:
        timeout = asyncio.timeout_at(until)
        try:
            async with timeout:
                return await self._connect(make, proxy, hop)
        except ssl.SSLError as error:
            raise TLSFailed(f"{self._origin}: {error}") from error
        except (OSError, ValueError) as error:
            if timeout.expired():
                raise ConnectTimedOut(f"{self._way(proxy, hop)} did not answer in time") from None
            why = str(error) or "it closed the connection"
            raise ConnectFailed(f"{self._way(proxy, hop)}: {why}") from error

    def _way(self, proxy: Proxy | None, hop: Hop) -> str:
        return f"{self._origin} at {hop.address}" if proxy is None else f"{self._origin} by the proxy {proxy}"

    async def _connect(self, make: Callable[[], Connection], proxy: Proxy | None, hop: Hop) -> Connection:
        origin, loop = self._origin, asyncio.get_running_loop()
        tls = await self._tls(origin.link) if origin.secure else None
        name = (origin.link.server_name or origin.host) if tls else None
        if proxy is None:
            _, connection = await loop.create_connection(
                make, hop.address, origin.port, ssl=tls, server_hostname=name
            )
        else:
            line = await tunnel(proxy, hop.address, hop.host, origin.port)
            _, connection = await loop.create_connection(make, sock=line, ssl=tls, server_hostname=name)
        return connection
