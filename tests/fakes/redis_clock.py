"""A Redis store and a board whose server reads a clock that we set."""

from redis.asyncio import Redis

from oblivious.infra.state.board.protocol import Rules
from oblivious.infra.state.board.redis import RedisBoard
from oblivious.infra.state.board.rules import MOST_SUBJECTS
from oblivious.infra.state.redis.store import RedisStateStore

_KEY = "test:clock"
_READ = f"local now = tonumber(redis.call('GET', '{_KEY}'))\n"


def store_by(url: str) -> RedisStateStore:
    """Return a store that takes the time from `set_clock`; open it before use."""
    return RedisStateStore(url, clock=_READ)


def board_by(url: str, rules: Rules | None = None, *, most_subjects: int = MOST_SUBJECTS) -> RedisBoard:
    """Return a board that takes the time from `set_clock`; open it before use."""
    return RedisBoard(url, rules, clock=_READ, most_subjects=most_subjects)


async def set_clock(redis: "Redis", now: int) -> None:
    """Set the time, milliseconds."""
    await redis.set(_KEY, now)


async def lose_data(redis: "Redis", now: int) -> None:
    """Empty the store; the clock is none of its data."""
    await redis.flushdb()
    await set_clock(redis, now)
