"""Tests of a channel by a command: along a road of its own, and booked to the house as gateways do."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from oblivious.app.base import Base
from oblivious.app.keeping import tester_of
from oblivious.app.output import Row
from oblivious.app.own_books import OwnBooks
from oblivious.app.roads import road_of, rules_of
from oblivious.app.state import open_board, open_state
from oblivious.billing.settlement import Settlement
from oblivious.channels.health import HealthMirror
from oblivious.channels.keys import list_channel_keys
from oblivious.channels.repository import get_channel
from oblivious.channels.tables import ChannelTest
from oblivious.contracts.ids import new_id
from oblivious.gateway.keeping.testing import Tester, run_tests
from oblivious.infra.database.sessions import reading
from oblivious.infra.telemetry.tally import Tally


async def probe_channel(base: Base, name: str, model: str | None, *, stream: bool) -> list[Row]:
    """Return one row for each dialect and key: whether it answered, how fast, else why not.

    Raises:
        NoSuch: there is no channel of that name.
        ChangeRefused: it does not serve the model.
    """
    async with reading(base.maker) as session:
        channel = await get_channel(session, name)
        hints = {key.id: key.hint for key in await list_channel_keys(session, channel)}
    async with _open_tester(base) as tester:
        models = None if model is None else [model]
        tests = await run_tests(tester, channel.id, models=models, stream=stream)
    return [_row(test, hints) for test in tests]


@asynccontextmanager
async def _open_tester(base: Base) -> AsyncGenerator[Tester]:
    rules, books = rules_of(base.settings), OwnBooks()
    async with open_state(base.settings) as state, open_board(base.settings, rules) as board:
        health = HealthMirror(board, rules)
        road = await road_of(base, state, health, books, Tally(new_id()))
        try:
            yield tester_of(base, road)
        finally:
            for chore in list(road.chores):
                await chore
            await books.settle(Settlement(base.maker, state.store))
            await health.flush()
            await road.client.close()
            await road.fetcher.close()


def _row(test: ChannelTest, hints: dict[int, str]) -> Row:
    return {
        "dialect": test.dialect,
        "key_id": test.channel_key_id,
        "hint": hints.get(test.channel_key_id, ""),
        "model": test.model,
        "ok": test.ok,
        "status": test.status,
        "ms": test.ms,
        "error": test.error,
    }
