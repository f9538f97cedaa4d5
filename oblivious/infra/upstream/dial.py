import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence

from oblivious.infra.upstream.errors import ConnectFailed, ConnectTimedOut, NoConnection, TLSFailed
from oblivious.infra.upstream.origin import Origin
from oblivious.infra.upstream.protocol import Connection

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Turns a host and port into numeric addresses in order of preference; an OSError means that it can't."""


def verified_context() -> ssl.SSLContext:
    """Return a context that trusts the system's authorities and speaks only HTTP/1.1."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


async def system_resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver, off the loop."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Dialer:
    """Opens connections to one origin, trying its addresses in turn.

    Each address gets an equal share of the time that is left, so that one black hole does not use it all up.
    """

    __slots__ = ("_origin", "_resolve", "_tls")

    def __init__(self, origin: Origin, resolve: Resolve, tls: ssl.SSLContext) -> None:
        self._origin = origin
        self._resolve = resolve
        self._tls = tls if origin.secure else None

    async def dial(self, make: Callable[[], Connection], until: float) -> Connection:
        """Return an open connection before loop time `until`.

        Raises:
            ConnectFailed: the name has no address, or the last one tried refused.
            ConnectTimedOut: the last address tried did not answer.
            TLSFailed: the last address tried could not prove that it is this host.
        """
        now = asyncio.get_running_loop().time
        addresses = await self._addresses(until)
        fault: NoConnection = ConnectFailed(f"{self._origin.host} has no address")
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                return await self._open(make, address, now() + (until - now()) / left)
            except NoConnection as one:
                fault = one
        raise fault

    async def _addresses(self, until: float) -> Sequence[str]:
        origin = self._origin
        timeout = asyncio.timeout_at(until)
        try:
            async with timeout:
                return await self._resolve(origin.host, origin.port)
        except (OSError, ValueError) as error:  # ValueError: what is no host name at all
            if timeout.expired():
                raise ConnectTimedOut(f"no address for {origin.host} in time") from None
            raise ConnectFailed(f"no address for {origin.host}: {error}") from error

    async def _open(self, make: Callable[[], Connection], address: str, until: float) -> Connection:
        origin, tls = self._origin, self._tls
        name = origin.host if tls else None
        timeout = asyncio.timeout_at(until)
        try:
            async with timeout:
                loop = asyncio.get_running_loop()
                _, connection = await loop.create_connection(
                    make, address, origin.port, ssl=tls, server_hostname=name
                )
                return connection
        except ssl.SSLError as error:
            raise TLSFailed(f"{origin}: {error}") from error
        except (OSError, ValueError) as error:
            if timeout.expired():
                raise ConnectTimedOut(f"{origin} at {address} did not answer in time") from None
            raise ConnectFailed(f"{origin} at {address}: {error}") from error
