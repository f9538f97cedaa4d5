"""Connections that lead to one worker each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from tests.gateways.clients import plain_client
from tests.gateways.dialects import CHAT_DIALECT
from tests.gateways.gateway import Gateway
from tests.gateways.world import CHAT

_TRIES = 40


def worker_of(gateway: Gateway, exchange: str) -> str:
    """Return the journal in which an exchange was written down: every worker has one of its own."""
    root = Path(gateway.installation.env["OBLIVIOUS_DATA_DIR"]) / "journal"
    for segment in root.glob("*/*.log"):
        if exchange.encode() in segment.read_bytes():
            return segment.parent.name
    raise LookupError(f"no journal knows {exchange}")


@asynccontextmanager
async def line_to_each_worker(gateway: Gateway) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Open clients of one lasting connection each, until there is one for every worker."""
    wanted = int(gateway.installation.env.get("OBLIVIOUS_WORKERS", "1"))
    lines: dict[str, httpx.AsyncClient] = {}
    async with AsyncExitStack() as stack:
        for _ in range(_TRIES):
            line = await stack.enter_async_context(_line(gateway))
            answer = await line.post(CHAT_DIALECT.path, content=CHAT_DIALECT.encoded(CHAT))
            exchange = answer.headers["x-oblivious-exchange-id"]
            lines.setdefault(await asyncio.to_thread(worker_of, gateway, exchange), line)
            if len(lines) == wanted:
                break
        assert len(lines) == wanted
        yield list(lines.values())


def _line(gateway: Gateway) -> httpx.AsyncClient:
    return plain_client(
        base_url=gateway.url,
        headers={"authorization": f"Bearer {gateway.key}"},
        limits=httpx.Limits(max_connections=1, keepalive_expiry=None),
    )
