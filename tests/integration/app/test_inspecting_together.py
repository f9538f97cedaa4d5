"""How channels fare and where requests would go, by command, as all gateways know it by Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from oblivious.app.state import open_board, open_state
from oblivious.channels.quota import Quota, meters_of
from oblivious.infra.state.board.protocol import BAD, Report, Rules
from oblivious.infra.state.draws import Draw
from tests.installation import Installation, installed
from tests.integration.app.command_lines import run
from tests.integration.app.inspected import ASK_CHANNELS, ASK_ROUTES, MODEL, furnish, settings_of
from tests.services.server import PrivateServer

HELD_MS = 60_000

pytestmark = pytest.mark.services


class Shared:
    """An installation with Redis, seen from the command line, and what its gateways know."""

    def __init__(self, installation: Installation, redis: PrivateServer) -> None:
        self.installation = installation
        self.redis = redis

    async def do(self, *arguments: str) -> Any:
        """Run a command."""
        return await asyncio.to_thread(self.installation.do, *arguments)

    async def fail(self) -> None:
        """Let the first key of `eu` be held back, and its one request a minute be taken."""
        settings = settings_of(self.installation)
        meters = meters_of(Quota(rpm=1), "c1", "of the channel eu")
        async with AsyncExitStack() as stack:
            board = await stack.enter_async_context(open_board(settings, Rules()))
            state = await stack.enter_async_context(open_state(settings))
            await board.report([Report("k1", BAD, HELD_MS, "rate")])
            assert (await state.draws.draw("somebody", [Draw("c1", meters)], HELD_MS)).refused is None


@pytest.fixture
async def shared(tmp_path: Path, postgres_url: str, private_redis: PrivateServer) -> AsyncIterator[Shared]:
    settings = {"OBLIVIOUS_DATABASE_URL": postgres_url, "OBLIVIOUS_REDIS_URL": private_redis.url}
    with installed(tmp_path, settings) as installation:
        await asyncio.to_thread(furnish, installation)
        yield Shared(installation, private_redis)


async def test_what_all_gateways_know_is_shown(shared: Shared) -> None:
    """Who is held back until when, and what is left of limits."""
    await shared.fail()
    told = await shared.do("channel", "health", "eu")

    first, second = told["keys"]
    assert (told["shared"], second["health"]) == (True, [])
    (standing,) = first["health"]
    assert (standing["subject"], standing["standing"], standing["reason"]) == ("k1", "cooling", "rate")
    (limit,) = told["limits"]
    assert (limit["subject"], limit["limit"], limit["left"]) == ("c1", 1, 0)

    shown = await asyncio.to_thread(run, shared.installation, "channel", "health", "eu")
    assert ("cooling" in shown.stdout, "well" in shown.stdout, shown.stderr) == (True, True, "")


async def test_an_explanation_goes_by_it(shared: Shared) -> None:
    """A channel that is full is out, with the limit and when it is over."""
    await shared.fail()
    told = await shared.do("explain", MODEL)

    (out,) = told["out"]
    (full,) = [reason for reason in out["reasons"] if reason["why"] == "full"]
    assert (out["channel"], full["words"]) == ("eu", "requests per minute of the channel eu")


async def test_who_is_faster_is_known_to_gateways_alone(shared: Shared) -> None:
    """Where it matters, it is told."""
    await shared.do("model", "set", MODEL, "--strategy", "latency")
    shown = await asyncio.to_thread(run, shared.installation, "explain", MODEL)

    assert (shown.exit_code, ASK_ROUTES in shown.stderr) == (0, True)


async def test_without_an_answer_of_redis_it_is_what_the_database_says(shared: Shared) -> None:
    """And the line that says so."""
    await asyncio.to_thread(shared.redis.stop)
    shown = await asyncio.to_thread(run, shared.installation, "channel", "health", "eu", "--json")

    assert shown.exit_code == 0
    assert ('"shared":false' in shown.stdout, ASK_CHANNELS in shown.stderr) == (True, True)
