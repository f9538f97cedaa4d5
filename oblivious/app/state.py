"""Which state store and which board the settings ask for."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import NamedTuple

from oblivious.app.settings import Settings
from oblivious.infra.state.board.memory import MemoryBoard
from oblivious.infra.state.board.protocol import Board, Rules
from oblivious.infra.state.board.redis import RedisBoard
from oblivious.infra.state.draws import Draws
from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.state.memory_draws import MemoryDraws
from oblivious.infra.state.protocol import StateStore
from oblivious.infra.state.redis.store import RedisStateStore


class State(NamedTuple):
    """The parts of one state store: what accounts hold, and the limits that they share."""

    store: StateStore
    draws: Draws


@asynccontextmanager
async def open_state(settings: Settings) -> AsyncGenerator[State]:
    """Open the store with all its parts: Redis where a URL is set, else one in this process.

    A Redis that is out of reach is looked for as long as the store is open.
    """
    if not settings.redis_url:
        yield State(MemoryStateStore(), MemoryDraws())
        return
    store = RedisStateStore(settings.redis_url)
    await store.open()
    try:
        yield State(store, store.draws())
    finally:
        await store.close()


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncGenerator[StateStore]:
    """Open the store for those who need no other part of it."""
    async with open_state(settings) as state:
        yield state.store


@asynccontextmanager
async def open_board(settings: Settings, rules: Rules) -> AsyncGenerator[Board]:
    """Open the board of health: in Redis where a URL is set, else in this process.

    A Redis that is out of reach is looked for as long as the board is open.
    """
    if not settings.redis_url:
        yield MemoryBoard(rules)
        return
    board = RedisBoard(settings.redis_url, rules)
    await board.open()
    try:
        yield board
    finally:
        await board.close()
