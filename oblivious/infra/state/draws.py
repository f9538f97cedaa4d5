"""What requests draw from limits that accounts share: those of channels, their keys and pools.

The wallet and the meters of an account are the state store's (`protocol.py`). What is drawn here is nobody's
balance: nothing is settled, and nothing is put back when the store has lost its data.
"""

from collections.abc import Awaitable, Sequence
from typing import Protocol

import msgspec

from oblivious.contracts.meters import Meter, MeterKind, Reading

RELEASED_AT_ONCE = 128
"""How many holds whose lease is over a call clears away first."""

FULL_GAUGE_MS = 1_000
"""When to ask a full GAUGE again: nobody knows when what it counts will end."""

GRANTED = -1
"""Stands for a meter where none refused."""

Corrections = Sequence[tuple[int, ...]]
"""For each draw, what each of its meters was taken too little (or, below zero, too much); 0 for a GAUGE."""


class Draw(msgspec.Struct, frozen=True, gc=False):
    """What one request takes from the meters of one owner, together or not at all.

    Attributes:
        owner: `c12` for a channel and its keys, `p:acme` for a pool.
        meters: limits, costs and keys; a key is one meter of this owner.
    """

    owner: str
    meters: tuple[Meter, ...]


class Drawn(msgspec.Struct, frozen=True, gc=False):
    """The answer to a draw.

    Attributes:
        refused: which draw, and which of its meters, had no room; None when all was granted.
        retry_after_ms: when that meter has room for this cost, if nobody else takes; a second for a GAUGE;
            0 if it never has, the cost being above the limit.
    """

    refused: tuple[int, int] | None
    retry_after_ms: int


class Draws(Protocol):
    """Meters of shared owners, the same for all gateways of an installation.

    Everything but `give_back` and `undo` raises `StoreUnreachable` when the store is out of reach.
    """

    @property
    def lost_ends(self) -> int:
        """How many ends never reached the store: leases free the gauges, windows stay uncorrected."""
        ...

    def draw(self, hold_id: str, draws: Sequence[Draw], lease_ms: int) -> Awaitable[Drawn]:
        """Take from all meters of all draws, or from none; each owner is named once.

        What an owner granted this hold before is granted again and not taken twice. If one owner refuses, or
        nobody waits for the answer any more, the hold is undone with all of these owners.
        """
        ...

    def give_back(self, hold_id: str, draws: Sequence[Draw], corrections: Corrections = ()) -> None:
        """End a hold: its gauges are freed, its windows corrected. Never raises or waits.

        What was taken too much goes back to the bucket it was taken from, if that still counts; what was
        taken too little counts now. A hold that is not known (any more) can only be charged more.
        """
        ...

    def undo(self, hold_id: str, draws: Sequence[Draw]) -> None:
        """End a hold of a request that was never sent: its windows get back all that was taken."""
        ...

    async def renew(self, holds: Sequence[tuple[str, str]], lease_ms: int) -> None:
        """Let the holds (owner, hold id) live for at least `lease_ms` from now."""
        ...

    async def readings(self, draws: Sequence[Draw]) -> list[tuple[Reading, ...]]:
        """Return what is left of each meter of each draw; nothing is taken."""
        ...


def all_back(draws: Sequence[Draw]) -> Corrections:
    """Return the corrections that take back everything the draws took."""
    return [
        tuple(-meter.cost if meter.kind is MeterKind.WINDOW else 0 for meter in draw.meters) for draw in draws
    ]
