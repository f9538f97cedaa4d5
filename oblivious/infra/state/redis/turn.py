"""What exchanges ask of one account in one turn of the loop: one command, whose script does it in order."""

import asyncio
from collections.abc import Callable

from oblivious.contracts.meters import Need, Reading, Taken
from oblivious.infra.state.errors import StateStoreError, WalletUnknown
from oblivious.infra.state.redis.connection import Word
from oblivious.infra.state.redis.text import field_of

MOST = 8
"""Exchanges in one command: the server begins with them while the loop's turn goes on."""

_WALLET_UNKNOWN = -2


class Turn:
    """Takes and ends of one account, and the asker of the command that carries them.

    Attributes:
        words: as the turn script takes them.
        size: how many exchanges are in it.
    """

    __slots__ = ("_account_id", "_ends", "_lost", "_takes", "size", "words")

    def __init__(self, account_id: int, lost: Callable[[int], None]) -> None:
        """Begin an empty one; `lost` is told how many ends did not reach the server."""
        self._account_id = account_id
        self._lost = lost
        self._takes: list[asyncio.Future[Taken]] = []
        self._ends = 0
        self.size = 0
        self.words: list[Word] = []

    def take(self, need: Need, future: asyncio.Future[Taken]) -> None:
        """Add a take; `future` will have what was taken."""
        floor, meters = need.floor, need.meters
        words = self.words
        words += (
            "t",
            len(meters),
            need.exchange_id,
            need.amount,
            "" if floor is None else floor,
            need.lease_ms,
        )
        for meter in meters:
            words += (field_of(meter), meter.limit, meter.cost, meter.window_ms)
        self._takes.append(future)
        self.size += 1

    def finish(self, need: Need, spent: int, corrections: tuple[int, ...]) -> None:
        """Add an end."""
        wrong = [
            (field_of(meter), delta, meter.window_ms)
            for meter, delta in zip(need.meters, corrections, strict=False)
            if delta
        ]
        self.words += ("f", len(wrong), need.exchange_id, spent)
        for correction in wrong:
            self.words += correction
        self._ends += 1
        self.size += 1

    def answer(self, reply: list[list[int]]) -> None:
        """Tell each take what came of it."""
        for future, told in zip(self._takes, reply, strict=True):
            if future.done():
                continue
            if told[0] == _WALLET_UNKNOWN:
                future.set_exception(WalletUnknown(self._account_id))
            else:
                readings = tuple(map(Reading, told[2::2], told[3::2]))
                future.set_result(Taken(told[0], told[1], readings))

    def fail(self, error: StateStoreError) -> None:
        """Tell each take that nobody heard it, and count the ends: leases and settlement make up for them."""
        for future in self._takes:
            if not future.done():
                future.set_exception(error)
        if self._ends:
            self._lost(self._ends)
