"""What an operator changes on the command line holds in every running worker within a second."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tests.gateways.dialects import CHAT_DIALECT
from tests.gateways.gateway import Gateway
from tests.gateways.lines import line_to_each_worker
from tests.gateways.world import CHAT, PRICED, Way

_SECONDS = 1.0

Changed = Callable[[httpx.Response], Awaitable[bool]]


@pytest.fixture
async def lines(gateway: Gateway) -> AsyncIterator[list[httpx.AsyncClient]]:
    """A connection to each worker."""
    async with line_to_each_worker(gateway) as found:
        yield found


class Change:
    """A command, and how an answer shows that it holds."""

    def __init__(self, gateway: Gateway, lines: list[httpx.AsyncClient]) -> None:
        self._gateway = gateway
        self._lines = lines

    async def __call__(self, *command: str, model: str, key: str = "", changed: Changed) -> None:
        """Run the command; then no worker may answer in the old way to what was asked a second later."""
        await asyncio.to_thread(self._gateway.installation.do, *command)
        done = time.monotonic()
        await asyncio.gather(*(self._seen(line, done, model, key, changed) for line in self._lines))

    async def _seen(
        self, line: httpx.AsyncClient, done: float, model: str, key: str, changed: Changed
    ) -> None:
        headers = {"authorization": f"Bearer {key or self._gateway.key}"}
        while True:
            asked = time.monotonic()
            answer = await line.post(CHAT_DIALECT.path, content=CHAT_DIALECT.encoded(model), headers=headers)
            if await changed(answer):
                return
            assert asked - done < _SECONDS, answer.text


@pytest.fixture
def change(gateway: Gateway, lines: list[httpx.AsyncClient]) -> Change:
    return Change(gateway, lines)


def status(wanted: int) -> Changed:
    """Return whether an answer has the status."""

    async def has(answer: httpx.Response) -> bool:
        return answer.status_code == wanted

    return has


class TestKeys:
    async def test_disabled_and_enabled(self, gateway: Gateway, change: Change) -> None:
        """A key that is switched off, and on again."""
        owner = await asyncio.to_thread(gateway.user)
        await change("key", "list", model=CHAT, key=owner.key, changed=status(200))
        await change("key", "disable", str(owner.id), model=CHAT, key=owner.key, changed=status(401))
        await change("key", "enable", str(owner.id), model=CHAT, key=owner.key, changed=status(200))


class TestChannels:
    async def test_from_the_first_to_the_last(self, gateway: Gateway, change: Change) -> None:
        """Added, given another model, address and weight, disabled, removed."""
        model = f"live-{time.monotonic_ns()}"
        first, second = gateway.upstreams
        add = ("channel", "add", "--provider", "demo", "--models", model, "--map", f"{model}={CHAT}")
        served_by_second = _served_by(gateway, 1)

        await change(*add, "--name", model, "--base-url", first.url, model=model, changed=status(200))
        await change(
            "channel",
            "edit",
            model,
            "--models",
            f"{model},{model}-2",
            model=f"{model}-2",
            changed=status(200),
        )
        await change(
            "channel", "edit", model, "--base-url", second.url, model=model, changed=served_by_second
        )
        await change(
            "channel", "edit", model, "--base-url", first.url, model=model, changed=_served_by(gateway, 0)
        )
        await asyncio.to_thread(
            gateway.installation.do, *add, "--name", f"{model}-b", "--base-url", second.url
        )
        await change("channel", "edit", model, "--weight", "0", model=model, changed=served_by_second)
        await change("channel", "remove", f"{model}-b", model=model, changed=_served_by(gateway, 0))
        await change("channel", "disable", model, model=model, changed=status(503))
        await change("channel", "remove", model, model=model, changed=status(404))


class TestFile:
    async def test_applied(self, gateway: Gateway, change: Change, tmp_path: Path) -> None:
        """A channel with its price and an alias, all at once; then another address and no alias."""
        model = f"declared-{time.monotonic_ns()}"
        file = tmp_path / "house.yaml"
        first, second = (upstream.url for upstream in gateway.upstreams)
        apply = ("apply", str(file), "--keep", "--yes")

        file.write_text(_file(model, first, aliases=f"[{model}-alias]"))
        await change(*apply, model=f"{model}-alias", changed=_served_by(gateway, 0))
        file.write_text(_file(model, second, aliases="[]"))
        await change(*apply, model=model, changed=_served_by(gateway, 1))
        await change("plan", str(file), "--keep", model=f"{model}-alias", changed=status(404))


class TestMoney:
    async def test_prices(self, gateway: Gateway, change: Change) -> None:
        """The next exchange is billed at the new price."""
        model = f"repriced-{time.monotonic_ns()}"
        await asyncio.to_thread(gateway.add_channel, Way({model: "demo-chat@usage-100/10"}))

        def costs(amount: int) -> Changed:
            async def billed(answer: httpx.Response) -> bool:
                exchange = answer.headers["x-oblivious-exchange-id"]
                rows = await gateway.settled([exchange]) if answer.is_success else {}
                return any(row["amount_nano_usd"] == amount for row in rows.values())

            return billed

        await change("price", "list", model=model, changed=costs(0))
        await change(
            "price", "set", model, "--input", "1", "--output", "2", model=model, changed=costs(120_000)
        )
        await change(
            "price", "set", model, "--input", "0", "--output", "3", model=model, changed=costs(30_000)
        )

    async def test_credit(self, gateway: Gateway, change: Change) -> None:
        """Who had no money has some."""
        owner = await asyncio.to_thread(gateway.user)
        credit = ("account", "credit", "--email", owner.email, "--usd")
        await change("key", "list", model=PRICED, key=owner.key, changed=status(429))
        await change(*credit, "5", model=PRICED, key=owner.key, changed=status(200))
        await change(*credit, "-5", model=PRICED, key=owner.key, changed=status(429))


def _file(model: str, url: str, aliases: str) -> str:
    return f"""
version: 1
models: {{{model}: {{aliases: {aliases}}}}}
prices: {{{model}: {{input: 0, output: 0}}}}
channels:
  - name: {model}
    provider: demo
    base_url: {url}
    models: [{model}]
    mapping: {{{model}: {CHAT}}}
"""


def _served_by(gateway: Gateway, number: int) -> Changed:
    async def served(answer: httpx.Response) -> bool:
        exchange = answer.headers["x-oblivious-exchange-id"]
        log = await asyncio.to_thread(gateway.upstreams[number].served)
        return any(one.attempt_id.startswith(exchange) for one in log)

    return served
