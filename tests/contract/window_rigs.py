"""A window behind a gauge, once among the meters of an account and once among those of a channel."""

from itertools import count
from typing import Protocol

from oblivious.contracts.meters import Meter, Need, Reading
from tests.contract import draw_rigs, state_rigs
from tests.contract.draw_rigs import DrawRig, channel
from tests.contract.state_rigs import ACCOUNT, Rig

_ROOM = 9
"""How many holds the gauge takes; no test needs more."""

_LONG_MS = 300_000


class WindowRig(Protocol):
    """The window, whose limit each call says, and the clock it goes by."""

    async def advance(self, milliseconds: int) -> None:
        """Let time pass, and forget whoever's lease is over then."""
        ...

    async def take(self, hold_id: str, limit: int, cost: int = 1, *, lease_ms: int = _LONG_MS) -> int | None:
        """Return None when it was granted, else in how many milliseconds there is room; 0: never."""
        ...

    async def reading(self, limit: int) -> Reading:
        """Return what is left, and when all of it is; nothing is taken."""
        ...

    def end(self, hold_id: str, limit: int, delta: int) -> None:
        """End a hold that has used so much more than it took."""
        ...


class AccountWindow:
    """What `take` and `finish` of a state store make of it."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._asking = count()

    async def advance(self, milliseconds: int) -> None:
        """Move the clock, and sweep."""
        await self._rig.advance(milliseconds)
        await self._rig.store.sweep()

    async def take(self, hold_id: str, limit: int, cost: int = 1, *, lease_ms: int = _LONG_MS) -> int | None:
        """Ask for it; nothing but the window refuses."""
        meters = (state_rigs.gauge(_ROOM), state_rigs.window(limit, cost))
        taken = await self._rig.store.take(_need(hold_id, meters, lease_ms))
        assert taken.refused_by in {-1, 1}
        return None if taken.refused_by == -1 else taken.retry_after_ms

    async def reading(self, limit: int) -> Reading:
        """Take nothing of it, as somebody new."""
        asking = _need(f"asking {next(self._asking)}", (state_rigs.window(limit, cost=0),), 1)
        return (await self._rig.store.take(asking)).readings[0]

    def end(self, hold_id: str, limit: int, delta: int) -> None:
        """Finish it."""
        meters = (state_rigs.gauge(_ROOM), state_rigs.window(limit))
        self._rig.store.finish(_need(hold_id, meters, 1), 1, (0, delta))


class ChannelWindow:
    """What draws make of it."""

    def __init__(self, rig: DrawRig) -> None:
        self._rig = rig

    async def advance(self, milliseconds: int) -> None:
        """Move the clock; whoever asks then clears away."""
        await self._rig.advance(milliseconds)

    async def take(self, hold_id: str, limit: int, cost: int = 1, *, lease_ms: int = _LONG_MS) -> int | None:
        """Draw it; nothing but the window refuses."""
        wanted = [channel(draw_rigs.gauge(_ROOM), draw_rigs.window(limit, cost))]
        drawn = await self._rig.draws.draw(hold_id, wanted, lease_ms)
        assert drawn.refused in {None, (0, 1)}
        return None if drawn.refused is None else drawn.retry_after_ms

    async def reading(self, limit: int) -> Reading:
        """Ask for it."""
        ((reading,),) = await self._rig.draws.readings([channel(draw_rigs.window(limit))])
        return reading

    def end(self, hold_id: str, limit: int, delta: int) -> None:
        """Give it back."""
        wanted = [channel(draw_rigs.gauge(_ROOM), draw_rigs.window(limit))]
        self._rig.draws.give_back(hold_id, wanted, [(0, delta)])


def _need(exchange: str, meters: tuple[Meter, ...], lease_ms: int) -> Need:
    return Need(exchange, ACCOUNT, 0, None, meters, lease_ms)
