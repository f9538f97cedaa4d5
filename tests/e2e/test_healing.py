"""A key that its provider refuses is off within a second, and on again by itself once it is taken."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from oblivious.demo.served import Served, read_served
from tests.fakes.raw_upstream import Link, answer, raw_upstream
from tests.fakes.waiting import PATIENCE_SECONDS, until
from tests.installation import Installation, installed

MODEL = "healing-chat"
WELL, DEAD = "sk-upstream-well", "sk-upstream-dead"
_AT_ONCE = 4

FORGIVES = """
[[part]]
keys = "-dead"
phases = [{ seconds = 4, plays = "status=401" }, {}]
"""


class Healing:
    """A gateway with one channel of two keys, one of which its provider refuses for four seconds."""

    def __init__(self, installation: Installation, posted: list[bytes]) -> None:
        self._posted = posted
        plot, self.log = installation.folder / "plot.toml", installation.folder / "served.jsonl"
        plot.write_text(FORGIVES)
        url = installation.demo("--plot", str(plot), "--log", str(self.log))
        add = ["channel", "add", "--name=healing", "--provider=demo", f"--base-url={url}"]
        keys = [f"--api-key={WELL}", f"--api-key={DEAD}"]
        installation.do(*add, *keys, f"--models={MODEL}", f"--map={MODEL}=demo-chat")
        installation.do("price", "set", MODEL, "--input=1", "--output=2")
        self.key: str = installation.do("key", "create", "--name", "client")["key"]
        self.admin: str = installation.do("key", "create", "--name", "admin", "--admin")["key"]
        self.installation = installation
        installation.serve()

    def served(self) -> list[Served]:
        """Return what the provider was asked for the model."""
        return [one for one in read_served(self.log) if one.model] if self.log.exists() else []

    async def posted(self, *kinds: str) -> None:
        """Wait until the operator's webhook was told this."""
        await until(lambda: [msgspec.json.decode(body)["kind"] for body in self._posted] == [*kinds])


@pytest.fixture
async def healing(tmp_path: Path) -> AsyncIterator[Healing]:
    posted: list[bytes] = []

    async def take(link: Link) -> None:
        while request := await link.request():
            posted.append(request.partition(b"\r\n\r\n")[2])
            await link.push(answer())

    async with raw_upstream(take) as webhook:
        settings = {
            "OBLIVIOUS_DEMO": "false",
            "OBLIVIOUS_PROBE_FIRST_SECONDS": "1",
            "OBLIVIOUS_PROBE_MOST_SECONDS": "1",
            "OBLIVIOUS_NOTIFY_URL": f"{webhook.origin}/hook",
        }
        with installed(tmp_path, settings) as installation:
            yield await asyncio.to_thread(Healing, installation, posted)


@pytest.fixture
async def client(healing: Healing) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=healing.installation.url, trust_env=False) as client:
        yield client


async def ask(healing: Healing, client: httpx.AsyncClient) -> int:
    """Ask the model; return the status."""
    body = {"model": MODEL, "messages": [{"role": "user", "content": f"{time.monotonic_ns()}"}]}
    headers = {"authorization": f"Bearer {healing.key}"}
    return (await client.post("/v1/chat/completions", json=body, headers=headers)).status_code


async def notices(healing: Healing, client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Return what the operator is told, the oldest first."""
    headers = {"authorization": f"Bearer {healing.admin}"}
    answer = await client.get("/api/v1/notices?sort=id", headers=headers)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def told(healing: Healing, client: httpx.AsyncClient, *kinds: str) -> list[dict[str, Any]]:
    """Wait until the operator is told this."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = await notices(healing, client)
            if [one["kind"] for one in found] == [*kinds]:
                return found
            await asyncio.sleep(0.02)


async def test_no_client_notices_and_the_key_comes_back(healing: Healing, client: httpx.AsyncClient) -> None:
    """The other key serves meanwhile; the operator is told twice, and the house has paid for the probe."""
    while not any(one.status == httpx.codes.UNAUTHORIZED for one in healing.served()):
        assert await asyncio.gather(*[ask(healing, client) for _ in range(_AT_ONCE)]) == [200] * _AT_ONCE
    refused = time.monotonic()
    (off,) = await told(healing, client, "key_off")
    assert time.monotonic() - refused < 1
    assert "sk-u...dead" in off["message"]

    before = len(healing.served())
    assert [await ask(healing, client) for _ in range(5)] == [200] * 5
    assert {one.key for one in healing.served()[before : before + 5]} == {"well"}

    _, on = await told(healing, client, "key_off", "key_on")
    assert on["subject"] == off["subject"]
    await healing.posted("key_off", "key_on")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while healing.served()[-1].key != "dead" or healing.served()[-1].status != httpx.codes.OK:
            assert await ask(healing, client) == httpx.codes.OK

    rows = await asyncio.to_thread(healing.installation.usage)
    probes = [row for row in rows if row["group_name"] == "house:tests"]
    assert [row["http_status"] for row in probes] == [200]
    assert probes[0]["amount_nano_usd"] > 0
