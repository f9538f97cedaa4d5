"""The draws that all gateways of an installation share: one script call an owner, all in one write."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Sequence
from functools import lru_cache

from oblivious.contracts.meters import MeterKind, Reading
from oblivious.infra.state.draws import Corrections, Draw, Drawn, all_back
from oblivious.infra.state.errors import StateStoreError, StoreUnreachable
from oblivious.infra.state.redis.asked import Asked
from oblivious.infra.state.redis.connection import Connection, Word
from oblivious.infra.state.redis.scripts import Scripts
from oblivious.infra.state.redis.text import field_of

_BATCH = 500
"""Holds that one renewal names: its arguments must fit Lua's stack."""


class RedisDraws:
    """`Draws` over the connection of a state store."""

    def __init__(self, connection: Connection, scripts: Scripts) -> None:
        self._connection = connection
        self._scripts = scripts
        self._end = _End()

    @property
    def lost_ends(self) -> int:
        """See `Draws.lost_ends`."""
        return self._end.lost

    def draw(self, hold_id: str, draws: Sequence[Draw], lease_ms: int) -> Awaitable[Drawn]:
        """See `Draws.draw`."""
        asked = Asked(hold_id, draws, self.undo)
        for index, one in enumerate(draws):
            words: list[Word] = [hold_id, lease_ms]
            for meter in one.meters:
                words += (field_of(meter), meter.limit, meter.cost, meter.window_ms)
            try:
                self._connection.send(_evalsha(self._scripts.draw, one.owner, words), asked.owner(index))
            except StoreUnreachable as error:
                asked.unasked(index, error)
        return asked.future

    def give_back(self, hold_id: str, draws: Sequence[Draw], corrections: Corrections = ()) -> None:
        """See `Draws.give_back`."""
        for index, one in enumerate(draws):
            words: list[Word] = [hold_id]
            deltas = corrections[index] if index < len(corrections) else ()
            for meter, delta in zip(one.meters, deltas, strict=False):
                if delta and meter.kind is MeterKind.WINDOW:
                    words += (field_of(meter), delta, meter.window_ms)
            try:
                self._connection.send(_evalsha(self._scripts.give_back, one.owner, words), self._end)
            except StoreUnreachable as error:
                self._end.fail(error)

    def undo(self, hold_id: str, draws: Sequence[Draw]) -> None:
        """See `Draws.undo`."""
        self.give_back(hold_id, draws, all_back(draws))

    async def renew(self, holds: Sequence[tuple[str, str]], lease_ms: int) -> None:
        """See `Draws.renew`."""
        by_owner: defaultdict[str, list[str]] = defaultdict(list)
        for owner, hold_id in holds:
            by_owner[owner].append(hold_id)
        await asyncio.gather(
            *[
                self._connection.call(
                    *_evalsha(self._scripts.renew_draws, owner, (lease_ms, *ids[at : at + _BATCH]))
                )
                for owner, ids in by_owner.items()
                for at in range(0, len(ids), _BATCH)
            ]
        )

    async def readings(self, draws: Sequence[Draw]) -> list[tuple[Reading, ...]]:
        """See `Draws.readings`."""
        replies: list[list[int]] = await asyncio.gather(
            *[
                self._connection.call(*_evalsha(self._scripts.readings, one.owner, _read(one)))
                for one in draws
            ]
        )
        return [tuple(map(Reading, reply[::2], reply[1::2])) for reply in replies]


class _End:
    """The asker of all ends: it counts those that nobody heard."""

    def __init__(self) -> None:
        self.lost = 0

    def answer(self, reply: object) -> None:
        """Let it be."""

    def fail(self, error: StateStoreError) -> None:  # noqa: ARG002 - leases make up for any
        """Count it."""
        self.lost += 1


def _read(draw: Draw) -> Iterable[Word]:
    for meter in draw.meters:
        yield from (field_of(meter), meter.limit, meter.window_ms)


def _evalsha(sha: str, owner: str, words: Iterable[Word]) -> tuple[Word, ...]:
    return ("EVALSHA", sha, 2, *_keys(owner), *words)


@lru_cache(10_000)
def _keys(owner: str) -> tuple[str, str]:
    """Return the two keys of an owner; the tag in them keeps both in one slot."""
    tag = f"ob:{{d:{owner}}}:"
    return tag + "meters", tag + "leases"
