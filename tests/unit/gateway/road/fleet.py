"""A road on which channels have limits and health, and models have rules, by a clock of its own."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from oblivious.adapters.dialects.openai_chat.endpoints import CHAT
from oblivious.channels.candidate import Candidate, Key, pool_subject
from oblivious.channels.directory import ListedModel, Offer, build_directory
from oblivious.channels.models import rules_of
from oblivious.channels.quota import meters_of, read_quota
from oblivious.channels.tables import Model
from oblivious.gateway.road.exchange import Exchange
from oblivious.infra.state.draws import Draw
from oblivious.infra.state.memory_draws import MemoryDraws
from tests.fakes.boards import FakeBoard
from tests.fakes.clients import FakeClient
from tests.fakes.road import FakeRoad, channel, chat
from tests.fakes.waiting import until

Limits = Mapping[str, int]


class Fleet(FakeRoad):
    """A road that shares its limits and what it knows of health with `board`.

    The clock of both stands still, unless the test gives them another one.
    """

    def __init__(self, *candidates: Candidate, now: Callable[[], int] | None = None, **road: Any) -> None:
        super().__init__(*candidates, **road)
        self.board = FakeBoard(now)
        self.road.health = self.board.mirror()
        self.road.draws = MemoryDraws(now=self.board.now_ms)

    def serve(self, models: Mapping[str, list[Candidate]], *rules: Model) -> "Fleet":
        """Let these channels serve these models, of which this is said."""
        offers = [
            Offer(ListedModel(model, 0, "openai"), (), [one.to(model) for one in channels])
            for model, channels in models.items()
        ]
        self.road.directory = build_directory(offers, models=rules_of(rules))
        return self

    async def ask(self, client: FakeClient | None = None, **headers: str) -> tuple[FakeClient, Exchange]:
        """Ask for a small chat unless the client wants something else; return it and its exchange."""
        client = client or FakeClient(chat())
        return client, await self.asked_by(client, CHAT, **headers)

    async def begun(self, client: FakeClient | None = None) -> asyncio.Task[tuple[FakeClient, Exchange]]:
        """Ask, and return when the upstream has the request."""
        asked = len(self.asked)
        task = asyncio.create_task(self.ask(client))
        await until(lambda: len(self.asked) > asked)
        return task

    async def left_of(self, candidate: Candidate) -> list[int]:
        """Return what is left of the limits of a channel and its first key."""
        meters = candidate.meters + candidate.keys[0].meters
        (readings,) = await self.road.draws.readings([Draw(candidate.subject, meters)])
        return [reading.remaining for reading in readings]


def limited(number: int, limits: Limits, **changes: Any) -> Candidate:
    """Return a channel with limits of its own."""
    meters = meters_of(read_quota(limits), f"c{number}", f"of the channel {number}")
    return msgspec.structs.replace(channel(number, **changes), meters=meters, metered=True)


def keyed(candidate: Candidate, change: Callable[[Key], Key]) -> Candidate:
    """Return a channel with other keys."""
    keys = tuple(change(key) for key in candidate.keys)
    return msgspec.structs.replace(candidate, keys=keys, metered=True)


def in_pool(candidate: Candidate, pool: str, limits: Limits) -> Candidate:
    """Return a channel whose keys share a quota with others."""
    meters = meters_of(read_quota(limits), pool_subject(pool), f"of the pool {pool}")
    return keyed(candidate, lambda key: msgspec.structs.replace(key, pool=pool, pool_meters=meters))


def with_key_limits(candidate: Candidate, limits: Limits) -> Candidate:
    """Return a channel each of whose keys has limits."""

    def change(key: Key) -> Key:
        meters = meters_of(read_quota(limits), key.subject, f"of the channel key {key.id}")
        return msgspec.structs.replace(key, meters=meters)

    return keyed(candidate, change)


def ticking() -> int:
    """Return milliseconds of the loop's clock."""
    return int(asyncio.get_running_loop().time() * 1_000)


def outcomes(exchange: Exchange) -> list[tuple[str, str]]:
    """Return who was asked or passed over, and what came of it."""
    if exchange.answered is not None and exchange.candidate is not None:
        return [(exchange.candidate.name, "ok")]
    return [(step.channel, step.outcome) for step in exchange.trace]
