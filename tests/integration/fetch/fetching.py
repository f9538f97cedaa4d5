"""A server on this machine, and how it is fetched from."""

from ipaddress import ip_network
from typing import Any

from oblivious.infra.fetch import Allowance, Fetched, Fetcher
from tests.fakes.raw_upstream import RawUpstream, answer

HERE = ip_network("127.0.0.1/32")
PNG = b"\x89PNG\r\n\x1a\n" + b"." * 50
PLENTY = 1_000_000


def url_of(server: RawUpstream, path: str = "/a.png", host: str = "127.0.0.1") -> str:
    return f"http://{host}:{server.origin.port}{path}"


def moved(to: str, status: bytes = b"302 Found") -> bytes:
    return answer(b"look there", b"location: " + to.encode(), status=status)


async def here(_host: str, _port: int) -> list[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


async def fetched(url: str, *, left: int = PLENTY, **options: Any) -> Fetched:
    """Fetch from this machine, unless `options` say otherwise."""
    fetcher = Fetcher(**{"allowed": [HERE], "max_bytes": 1_000, "seconds": 5, **options})
    try:
        return await fetcher.fetch(url, Allowance(left, "too much together"))
    finally:
        await fetcher.close()
