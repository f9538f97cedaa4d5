"""A channel that drains serves what it has, takes nothing new, and is off by itself after that."""

import asyncio
import time
from typing import Any

import httpx

from tests.fakes.waiting import PATIENCE_SECONDS
from tests.gateways.dialects import CHAT_DIALECT
from tests.gateways.gateway import Gateway
from tests.gateways.lines import line_to_each_worker

_PACED = "demo-chat@pace-100@length-60"
"""Six seconds: longer than a channel must be idle before it is off."""


def channel_of(gateway: Gateway, name: str) -> dict[str, Any]:
    """Return what `channel list` says of one."""
    rows: list[dict[str, Any]] = gateway.installation.do("channel", "list")
    return next(row for row in rows if row["name"] == name)


async def streamed(line: httpx.AsyncClient, gateway: Gateway, model: str, begun: asyncio.Event) -> bytes:
    """Read a whole stream; `begun` is set with its first bytes."""
    content = CHAT_DIALECT.encoded(model, stream=True, max_tokens=None)
    headers = {"authorization": f"Bearer {gateway.key}"}
    body = b""
    async with line.stream("POST", CHAT_DIALECT.path, content=content, headers=headers) as answer:
        async for part in answer.aiter_raw():
            begun.set()
            body += part
    return body


async def knows(line: httpx.AsyncClient, gateway: Gateway, model: str) -> None:
    """Wait until the worker at the end of a line serves the model."""
    headers = {"authorization": f"Bearer {gateway.key}"}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if model in (await line.get("/v1/models", headers=headers)).text:
                return


async def test_a_drain_waits_for_every_worker(gateway: Gateway) -> None:
    """Each of them has a stream of the channel; all of them come to their end."""
    name = model = f"drained-{time.monotonic_ns()}"
    url, do = gateway.upstreams[0].url, gateway.installation.do
    add = ["channel", "add", "--provider=demo", f"--name={name}", f"--base-url={url}", f"--models={model}"]
    await asyncio.to_thread(do, *add, f"--map={model}={_PACED}")
    async with line_to_each_worker(gateway) as lines:
        await asyncio.gather(*[knows(line, gateway, model) for line in lines])
        begun = [asyncio.Event() for _ in lines]
        streams = [
            asyncio.ensure_future(streamed(line, gateway, model, event))
            for line, event in zip(lines, begun, strict=True)
        ]
        await asyncio.gather(*[event.wait() for event in begun])
        await asyncio.to_thread(do, "channel", "drain", name)
        while not any(stream.done() for stream in streams):
            row = await asyncio.to_thread(channel_of, gateway, name)
            assert not row["disabled"] or any(stream.done() for stream in streams)
        assert all(CHAT_DIALECT.success in body for body in await asyncio.gather(*streams))

    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            row = await asyncio.to_thread(channel_of, gateway, name)
            if row["disabled"]:
                break
