"""A road that lives as long as a command: on the same state as gateways, with books of its own."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from oblivious.app.base import Base
from oblivious.app.own_books import OwnBooks
from oblivious.app.roads import road_of, rules_of
from oblivious.app.state import open_board, open_state
from oblivious.billing.settlement import Settlement
from oblivious.channels.health import HealthMirror
from oblivious.contracts.ids import new_id
from oblivious.gateway.road.parts import Road
from oblivious.infra.telemetry.tally import Tally


@asynccontextmanager
async def open_own_road(base: Base) -> AsyncGenerator[Road]:
    """Open a road; on the way out what went along it is settled, and told to the health board."""
    rules, books = rules_of(base.settings), OwnBooks()
    async with open_state(base.settings) as state, open_board(base.settings, rules) as board:
        road = await road_of(base, state, HealthMirror(board, rules), books, Tally(new_id()))
        try:
            yield road
        finally:
            for chore in list(road.chores):
                await chore
            await books.settle(Settlement(base.maker, state.store))
            await road.health.flush()
            await road.client.close()
            await road.fetcher.close()
