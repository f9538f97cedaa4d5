"""The parts of the state store that the settings ask for."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from oblivious.app.settings import load_settings
from oblivious.app.state import open_state
from oblivious.contracts.meters import Meter, MeterKind
from oblivious.infra.state.draws import Draw, Drawn
from tests.services.server import PrivateServer

DRAWS = [Draw("c1", (Meter("in flight", "now", MeterKind.GAUGE, 1),))]


@pytest.fixture(autouse=True)
def _nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env file of a developer's."""
    monkeypatch.chdir(tmp_path)


async def test_with_redis_all_parts_share_one_connection(private_redis: PrivateServer) -> None:
    """And what one process draws, another one misses."""
    settings = load_settings(
        redis_url=private_redis.url, database_url="postgresql+asyncpg://u:p@db/x", secret_key="s" * 32
    )
    async with open_state(settings) as one, Redis.from_url(private_redis.url) as redis:
        await one.store.epoch()
        assert await one.draws.draw("x", DRAWS, 30_000) == Drawn(None, 0)

        assert [client["name"] for client in await redis.client_list()].count("oblivious") == 1
        async with open_state(settings) as other:
            assert (await other.draws.draw("y", DRAWS, 30_000)).refused == (0, 0)


async def test_embedded_all_parts_are_in_this_process() -> None:
    """There is nobody else; each opening begins anew."""
    for _ in range(2):
        async with open_state(load_settings()) as state:
            assert await state.store.epoch()
            assert await state.draws.draw("x", DRAWS, 30_000) == Drawn(None, 0)
            assert (await state.draws.draw("y", DRAWS, 30_000)).refused == (0, 0)
