"""What is left of limits: each is read once, and nothing is taken."""

from typing import Any

import msgspec
import pytest

from oblivious.channels.candidate import Candidate, Key
from oblivious.channels.quota import Quota, meters_of
from oblivious.gateway.routes.admin.rooms import rooms_of
from oblivious.infra.state.draws import Draw
from oblivious.infra.state.memory_draws import MemoryDraws
from tests.fakes.candidates import candidate

POOL = meters_of(Quota(tpm=100), "p:acme", "of the pool acme")


def limited(number: int, **changes: Any) -> Candidate:
    """Return a channel with limits: its own, those of its key and those of the pool that its key is in."""
    own = meters_of(Quota(rpm=2, concurrency=1), f"c{number}", f"of the channel {number}")
    key = Key(
        number,
        "s",
        pool="acme",
        meters=meters_of(Quota(spend_nano_usd_per_day=50), f"k{number}", f"of the channel key {number}"),
        pool_meters=POOL,
    )
    changed = {"meters": own, "metered": True, "keys": (key,), **changes}
    return msgspec.structs.replace(candidate(number), **changed)


class TestRooms:
    async def test_every_limit_is_read_once(self) -> None:
        """A pool that two channels share, and a channel that serves two models."""
        rooms = await rooms_of(MemoryDraws(), [limited(1), limited(1), limited(2)])

        assert sorted((room.subject, room.meter.key, room.reading.remaining) for room in rooms) == [
            ("c1", "c1:now", 1),
            ("c1", "c1:rpm", 2),
            ("c2", "c2:now", 1),
            ("c2", "c2:rpm", 2),
            ("k1", "k1:spend", 50),
            ("k2", "k2:spend", 50),
            ("p:acme", "p:acme:tpm", 100),
        ]

    @pytest.mark.parametrize(
        ("tokens", "spend", "full"),
        [
            (100, 50, set[str]()),
            (101, 50, {"p:acme"}),
            (100, 51, {"k1"}),
        ],
        ids=["just enough", "too many tokens", "too much money"],
    )
    async def test_a_limit_is_full_for_what_does_not_fit(
        self, tokens: int, spend: int, full: set[str]
    ) -> None:
        """By what the request is expected to use."""
        rooms = await rooms_of(MemoryDraws(), [limited(1)], tokens, spend)

        assert {room.subject for room in rooms if room.is_full} == full

    async def test_what_others_have_taken_is_gone(self) -> None:
        """And asking takes nothing, however often."""
        draws, one = MemoryDraws(), limited(1)
        await draws.draw("somebody", [Draw(one.subject, one.meters)], 60_000)
        for _ in range(3):
            left = {room.meter.key: room.reading.remaining for room in await rooms_of(draws, [one])}

            assert (left["c1:now"], left["c1:rpm"]) == (0, 1)

    async def test_without_limits_nobody_is_asked(self) -> None:
        """A channel that has none is left out."""
        assert await rooms_of(MemoryDraws(), [candidate(1)]) == []
