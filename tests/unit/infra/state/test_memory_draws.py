"""What only draws in memory can show."""

from oblivious.contracts.meters import Meter, MeterKind
from oblivious.infra.state.draws import Draw
from oblivious.infra.state.memory_draws import MemoryDraws
from tests.fakes.clock import FakeClock

MINUTE_MS = 60_000


class TestBounds:
    async def test_owners_that_are_over_are_forgotten(self) -> None:
        """Channels come and go; one that is still held stays, and so does its gauge."""
        clock = FakeClock()
        draws = MemoryDraws(now=clock)
        gauge = Meter("in flight", "now", MeterKind.GAUGE, 1)
        await draws.draw("long", [Draw("c0", (gauge,))], 1_000)
        for n in range(1, 5_000):
            clock.advance(500)
            await draws.draw("x", [Draw(f"c{n}", (_requests("rpm"),))], 1_000)
            await draws.renew([("c0", "long")], 1_000)

        assert len(draws._owners) < 600
        assert (await draws.readings([Draw("c0", (gauge,))]))[0][0].remaining == 0

    async def test_keys_that_are_over_are_forgotten(self) -> None:
        """The keys of a busy channel come and go as well."""
        clock = FakeClock()
        draws = MemoryDraws(now=clock)
        for n in range(5_000):
            clock.advance(500)
            await draws.draw(f"x{n}", [Draw("c1", (_requests(f"k{n}:rpm"),))], 1_000)

        owner = draws._owners.get("c1")
        assert owner is not None
        assert len(owner._windows) < 600
        assert len(owner._holds) < 10

    async def test_looking_leaves_nothing(self) -> None:
        """Explanations name channels that nobody uses."""
        clock = FakeClock()
        draws = MemoryDraws(now=clock)
        for n in range(1_000):
            await draws.readings([Draw(f"c{n}", (_requests("rpm"),))])

        assert len(draws._owners) <= 64


def _requests(key: str) -> Meter:
    return Meter("requests per minute", key, MeterKind.WINDOW, 9, 1, MINUTE_MS)
