"""The parts a road is built from; the composition root puts them together."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol

import msgspec

from oblivious.billing.estimate import OutputHistory
from oblivious.billing.pricebook import PriceBook
from oblivious.channels.credentials import Credentials
from oblivious.channels.directory import Directory
from oblivious.channels.health import HealthMirror
from oblivious.channels.judge import Verdict
from oblivious.channels.pick import Choice
from oblivious.channels.repeats import Repeats
from oblivious.contracts.events import Record
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.wallets import Wallets
from oblivious.identity.callers import Callers
from oblivious.infra.fetch import Fetcher
from oblivious.infra.state.board.memory import MemoryBoard
from oblivious.infra.state.board.protocol import Rules
from oblivious.infra.state.draws import Draws
from oblivious.infra.state.memory_draws import MemoryDraws
from oblivious.infra.state.protocol import StateStore
from oblivious.infra.telemetry.tally import Tally
from oblivious.infra.upstream import Client, Deadlines


@dataclass(frozen=True, slots=True)
class Limits:
    """What the road allows an exchange; sizes in bytes, times in milliseconds.

    Attributes:
        wait_ms: how long it may wait for channels that are full or were told to slow down.
    """

    max_body_bytes: int
    spool_bytes: int
    spool_folder: Path
    lease_ms: int
    ping_ms: int
    deadlines: Deadlines
    allow_without_state: bool
    wait_ms: int = 5_000


class JournalPart(Protocol):
    """What the road needs of its journal."""

    def append(self, record: Record) -> None: ...  # noqa: D102
    def after_write(self, go: Callable[[BaseException | None], None]) -> None: ...  # noqa: D102
    def has_room(self, in_flight: int) -> bool: ...  # noqa: D102
    @property
    def room_bytes(self) -> int: ...  # noqa: D102


def _stays_on(_choice: Choice, _found: Verdict, _reason: str) -> None:
    """Leave a key on: nobody keeps keys."""


def _on_its_own() -> HealthMirror:
    rules = Rules()
    return HealthMirror(MemoryBoard(rules), rules)


@dataclass(slots=True)
class Road:
    """Everything a step may need. Snapshots (`directory`, `prices`) are replaced whole when they change.

    Attributes:
        live: the exchanges that hold something, by id.
        draws: the limits of channels, keys and pools.
        health: how all of those fare.
        repeats: how many tries of what has failed there may be.
        latencies: milliseconds to the first byte, by channel, the recent ones counting most.
        busy: by channel, how many exchanges it serves here.
        last_good: by channel key, when it last accepted an exchange, in seconds since 1970.
        turns: what was drawn in turn, and how often.
        switch_off: called with whose key a provider refuses for good, why, and in which words.
        switching: the keys that are being switched off.
        chores: what goes on beside the road and is waited for on the way down.
        worst_stall_ms: the longest the loop was held up since it was last measured.
    """

    limits: Limits
    callers: Callers
    directory: Directory
    prices: PriceBook
    store: StateStore
    wallets: Wallets
    journal: JournalPart
    client: Client
    fetcher: Fetcher
    tally: Tally
    log: Callable[[msgspec.Struct], None]
    credentials: Credentials = field(default_factory=Credentials)
    history: OutputHistory = field(default_factory=OutputHistory)
    dice: Random = field(default_factory=Random)
    live: dict[str, Exchange] = field(default_factory=dict[str, Exchange])
    draws: Draws = field(default_factory=MemoryDraws)
    health: HealthMirror = field(default_factory=_on_its_own)
    repeats: Repeats = field(default_factory=Repeats)
    latencies: dict[int, float] = field(default_factory=dict[int, float])
    busy: Counter[int] = field(default_factory=Counter[int])
    last_good: dict[int, float] = field(default_factory=dict[int, float])
    switch_off: Callable[[Choice, Verdict, str], None] = _stays_on
    switching: set[int] = field(default_factory=set[int])
    turns: dict[int, int] = field(default_factory=dict[int, int])
    chores: set[asyncio.Future[None]] = field(default_factory=set[asyncio.Future[None]])
    worst_stall_ms: float = 0.0
