"""Proxies, as servers of `raw_upstream`; they join every host to this machine."""

import asyncio
import socket
from collections.abc import Sequence

from tests.fakes.raw_upstream import Link, Serve

JOINED = b"HTTP/1.1 200 Connection established\r\n\r\n"
PASSWORD_METHOD, NO_METHOD = 2, 255
IPV4, NAME, IPV6 = 1, 3, 4


def connecting(asked: list[bytes], answer: Sequence[bytes] = (JOINED,), *, join: bool = True) -> Serve:
    """Note what CONNECT asks for, answer in pieces, and join or close."""

    async def serve(link: Link) -> None:
        head = await link.request()
        asked.append(head)
        for piece in answer:
            await link.push(piece)
            await asyncio.sleep(0)
        if join:
            await _join(link, int(head.split(b" ")[1].rpartition(b":")[2]))
        await link.close()

    return serve


def socks(asked: list[tuple[str, int]], *, login: tuple[str, str] | None = None, reply: int = 0) -> Serve:
    """Note what SOCKS5 asks for, once the login is right, and join if the reply is a zero."""

    async def serve(link: Link) -> None:
        if await _let_in(link, login):
            place = _place(await link.some())
            asked.append(place)
            await link.push(bytes([5, reply, 0, IPV4, 0, 0, 0, 0, 0, 0]))
            if reply == 0:
                await _join(link, place[1])
        await link.close()

    return serve


async def _let_in(link: Link, login: tuple[str, str] | None) -> bool:
    method = PASSWORD_METHOD if login else 0
    if method not in (await link.some())[2:]:
        await link.push(bytes([5, NO_METHOD]))
        return False
    await link.push(bytes([5, method]))
    if login is None:
        return True
    user, password = (part.encode() for part in login)
    said = await link.some()
    right = said == bytes([1, len(user)]) + user + bytes([len(password)]) + password
    await link.push(bytes([1, 0 if right else 1]))
    return right


def _place(request: bytes) -> tuple[str, int]:
    kind, rest = request[3], request[4:]
    host, port = rest[:-2], int.from_bytes(rest[-2:], "big")
    if kind == NAME:
        return host[1:].decode(), port
    return socket.inet_ntop(socket.AF_INET if kind == IPV4 else socket.AF_INET6, host), port


async def _join(link: Link, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def up() -> None:
        while data := await link.some():
            writer.write(data)

    async def down() -> None:
        while data := await reader.read(65536):
            await link.push(data)

    ways = {asyncio.create_task(up()), asyncio.create_task(down())}
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        writer.transport.abort()
