"""Connections that a proxy joins to an origin's."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

from python_socks import ProxyError, ProxyType
from python_socks.async_.asyncio import Proxy as SocksProxy

from oblivious.infra.upstream.proxy import END, HTTP, SOCKS, SOCKS_RESOLVING, Proxy, connect_head, refusal

_HEAD_BYTES = 16 * 1024
_DAY_SECONDS = 86_400


async def tunnel(proxy: Proxy, address: str, host: str, port: int) -> socket.socket:
    """Return a socket that a proxy, at one of its addresses, has joined to a host; it may take any time.

    Raises:
        OSError: the proxy is not there, or refuses; the message holds no secret.
        ValueError: the host is no host name.
    """
    return await _WAYS[proxy.scheme](proxy, address, host, port)


async def _by_connect(proxy: Proxy, address: str, host: str, port: int) -> socket.socket:
    asked = connect_head(proxy, host, port)
    line = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, (address, proxy.port))
        await _ask(line, asked)
    except BaseException:
        line.close()
        raise
    return line


async def _ask(line: socket.socket, asked: bytes) -> None:
    await asyncio.get_running_loop().sock_sendall(line, asked)
    why_not = refusal(await _head(line))
    if why_not:
        raise ConnectionRefusedError(why_not)


async def _head(line: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    head = b""
    while END not in head:
        data = await loop.sock_recv(line, _HEAD_BYTES)
        if not data:
            raise ConnectionResetError("it closed the connection instead of answering")
        head += data
        if len(head) > _HEAD_BYTES:
            raise ConnectionRefusedError("its answer is too long")
    return head


async def _by_socks(proxy: Proxy, address: str, host: str, port: int) -> socket.socket:
    known = SocksProxy(ProxyType.SOCKS5, address, proxy.port, proxy.user, proxy.password, rdns=True)
    try:
        # It would set a deadline of its own: our caller's comes first.
        return await known.connect(host, port, timeout=_DAY_SECONDS)
    except ProxyError as error:
        raise ConnectionRefusedError(str(error)) from None


_WAYS: dict[str, Callable[[Proxy, str, str, int], Awaitable[socket.socket]]] = {
    HTTP: _by_connect,
    SOCKS: _by_socks,
    SOCKS_RESOLVING: _by_socks,
}
