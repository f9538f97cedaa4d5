"""The changes of a board that Redis publishes, as long as there is somebody who listens."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from oblivious.infra.bus.backoff import Backoff
from oblivious.infra.state.board.protocol import RESYNCHRONISE, Change
from oblivious.infra.state.board.text import read_change

_SILENCE_SECONDS = 1.0
_CONNECT_SECONDS = 1.0
_BACK_OFF_SECONDS = 0.02
_LONGEST_BACK_OFF_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class Subscription:
    """Listens by connections of redis-py, and subscribes again whenever one is lost."""

    def __init__(self, url: str, channel: str, *, silence_seconds: float = _SILENCE_SECONDS) -> None:
        """Prepare; nothing is connected before somebody listens.

        Args:
            url: the server, as redis-py reads it.
            channel: what to listen to.
            silence_seconds: how long the server may be silent before it is asked, and once it was asked.
        """
        # Its retries would subscribe again behind our back, and nobody would know that changes were missed.
        client: Any = Redis  # much of it has no types
        self._redis = client.from_url(
            url, protocol=2, retry=Retry(NoBackoff(), 0, ()), socket_connect_timeout=_CONNECT_SECONDS
        )
        self._channel = channel
        self._silence_seconds = silence_seconds
        self._deaf: set[object] = set()

    @property
    def hears(self) -> bool:
        """Whether all who listen have a subscription."""
        return not self._deaf

    async def changes(self) -> AsyncGenerator[Change]:
        """Yield changes, RESYNCHRONISE after each time a subscription was made. It does not raise."""
        listener, backoff = object(), Backoff(_BACK_OFF_SECONDS, _LONGEST_BACK_OFF_SECONDS)
        self._deaf.add(listener)
        try:
            while True:
                async with contextlib.aclosing(self._heard(listener)) as heard:
                    async for change in heard:
                        backoff.reset()
                        yield change
                await asyncio.sleep(backoff.next_seconds())
        finally:
            self._deaf.discard(listener)

    async def close(self) -> None:
        """Close what is connected."""
        await self._redis.aclose()

    async def _heard(self, listener: object) -> AsyncGenerator[Change]:
        """Yield the changes of one subscription, until it is lost."""
        try:
            async with self._redis.pubsub() as pubsub:
                await pubsub.subscribe(self._channel)
                async for message in _messages(pubsub, self._silence_seconds):
                    if message["type"] == "subscribe":
                        self._deaf.discard(listener)
                    change = _change_of(message)
                    if change is not None:
                        yield change
        except (RedisError, OSError) as error:
            if listener not in self._deaf:
                _log.warning("board_changes_lost", error=str(error))
            self._deaf.add(listener)


async def _messages(pubsub: Any, silence_seconds: float) -> AsyncGenerator[dict[str, Any]]:
    """Yield what arrives.

    Raises:
        TimeoutError: the server says nothing, not even when it is asked.
        RedisError: the connection is lost.
    """
    asked = False
    while True:
        message: dict[str, Any] | None = await pubsub.get_message(timeout=silence_seconds)
        if message is not None:
            asked = False
            yield message
        elif asked:
            raise TimeoutError("the server does not answer")
        else:
            await pubsub.ping()
            asked = True


def _change_of(message: dict[str, Any]) -> Change | None:
    if message["type"] == "subscribe":
        return RESYNCHRONISE
    return read_change(message["data"]) if message["type"] == "message" else None
