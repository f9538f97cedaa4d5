"""Windows of a minute and of a day: what is left, when there is room, how they are corrected."""

import pytest

from oblivious.contracts.meters import Reading
from oblivious.contracts.money import MAX_STORE_AMOUNT
from oblivious.infra.state.draws import Drawn, Draws
from tests.contract.draw_rigs import (
    DAY_MS,
    GRANTED,
    LEASE_MS,
    MINUTE_MS,
    DrawRig,
    channel,
    gauge,
    left,
    window,
)

DOLLAR = 1_000_000_000
"""Nano-USD."""


class TestWindow:
    """Two buckets, the older weighted. The clock starts 20 s into a minute's bucket, 8 h into a day's."""

    @pytest.fixture(autouse=True)
    async def _twenty_seconds_in(self, draw_rig: DrawRig) -> None:
        await draw_rig.advance(20_000)

    async def test_it_slides(self, draw_rig: DrawRig) -> None:
        """What was taken goes bit by bit while the next bucket passes."""
        await draw_rig.draws.draw("a", [channel(window(100, cost=60))], LEASE_MS)

        seen: list[int] = []
        for step in (0, 39_999, 1, 15_000, 30_000, 15_000):
            await draw_rig.advance(step)
            seen += (await left(draw_rig.draws, channel(window(100))))[0]

        assert seen == [40, 40, 40, 55, 85, 100]

    @pytest.mark.parametrize(
        ("first", "wanted", "retry_after_ms"),
        [
            # 40 s are left of this bucket; then 60 weigh less by the second.
            pytest.param(60, 70, 40_000 + 30_000, id="waits for half of the next bucket"),
            pytest.param(100, 100, 40_000 + 60_000, id="waits for all of it"),
            pytest.param(60, 41, 40_000 + 1_000, id="waits for a sixtieth"),
            pytest.param(60, 101, 0, id="never"),
        ],
    )
    async def test_retry_after_is_when_it_fits(
        self, draw_rig: DrawRig, first: int, wanted: int, retry_after_ms: int
    ) -> None:
        """A millisecond before it is refused, then it is granted."""
        draws, more = draw_rig.draws, [channel(gauge(9), window(100, cost=wanted))]
        await draws.draw("a", [channel(window(100, cost=first))], LEASE_MS)

        assert await draws.draw("b", more, LEASE_MS) == Drawn((0, 1), retry_after_ms)
        if retry_after_ms:
            await draw_rig.advance(retry_after_ms - 1)
            assert await draws.draw("b", more, LEASE_MS) == Drawn((0, 1), 1)
            await draw_rig.advance(1)
            assert await draws.draw("b", more, LEASE_MS) == GRANTED

    async def test_retry_after_within_a_bucket(self, draw_rig: DrawRig) -> None:
        """Where the previous bucket is in the way, its weight is waited for."""
        await draw_rig.draws.draw("a", [channel(window(60, cost=60))], LEASE_MS)
        await draw_rig.advance(50_000)

        refused = await draw_rig.draws.draw("b", [channel(window(60, cost=20))], LEASE_MS)

        assert refused == Drawn((0, 0), 10_000)
        assert await draw_rig.draws.readings([channel(window(60))]) == [(Reading(10, 50_000),)]

    async def test_readings_say_when_nothing_counts(self, draw_rig: DrawRig) -> None:
        """From the taking: the rest of this bucket and the whole next one. Asking takes nothing."""
        seen = [await draw_rig.draws.readings([channel(window(10), gauge(10))])]
        await draw_rig.draws.draw("a", [channel(window(10), gauge(10))], LEASE_MS)
        seen += [await draw_rig.draws.readings([channel(window(10), gauge(10))])]
        await draw_rig.advance(41_000)
        seen += [await draw_rig.draws.readings([channel(window(10), gauge(10))])]

        assert seen == [
            [(Reading(10, 0), Reading(10, 0))],
            [(Reading(9, 100_000), Reading(9, 0))],
            [(Reading(9, 59_000), Reading(10, 0))],
        ]

    @pytest.mark.parametrize(
        ("wait_ms", "delta", "remaining"),
        [
            pytest.param(1_000, -40, 80, id="too much, same bucket"),
            pytest.param(1_000, 25, 15, id="too little, same bucket"),
            pytest.param(1_000, 400, 0, id="far too little"),
            pytest.param(1_000, -90, 100, id="more than was taken"),
            pytest.param(55_000, -40, 85, id="too much, next bucket: given back where it was taken"),
            pytest.param(55_000, 25, 30, id="too little, next bucket: counts now"),
            pytest.param(115_000, -40, 100, id="too much, long ago: nothing left to give back"),
            pytest.param(115_000, 25, 75, id="too little, long ago: counts now"),
        ],
    )
    async def test_the_end_corrects_it(
        self, draw_rig: DrawRig, wait_ms: int, delta: int, remaining: int
    ) -> None:
        """Tokens are estimated when they are drawn and known at the end."""
        wanted = [channel(gauge(5), window(100, cost=60))]
        await draw_rig.draws.draw("a", wanted, 2 * wait_ms)
        await draw_rig.advance(wait_ms)

        draw_rig.draws.give_back("a", wanted, [(0, delta)])

        assert await left(draw_rig.draws, *wanted) == [[5, remaining]]

    @pytest.mark.parametrize(("delta", "remaining"), [(-40, 140), (30, 110)], ids=["too much", "too little"])
    async def test_one_whose_lease_ended_is_only_charged_more(
        self, draw_rig: DrawRig, delta: int, remaining: int
    ) -> None:
        """When it was taken is forgotten, so nothing can be given back."""
        wanted = [channel(window(200, cost=60))]
        await draw_rig.draws.draw("a", wanted, 10_000)
        await draw_rig.advance(10_000)
        assert await left(draw_rig.draws, *wanted) == [[140]]

        draw_rig.draws.give_back("a", wanted, [(delta,)])

        assert await left(draw_rig.draws, *wanted) == [[remaining]]


class TestSpend:
    """A day slides like a minute, and counts in nano-USD."""

    async def test_it_slides_over_midnight(self, draw_rig: DrawRig) -> None:
        """No calendar: what was spent at eight is half gone at noon of the next day."""
        spend = window(100 * DOLLAR, cost=60 * DOLLAR, window_ms=DAY_MS)
        await draw_rig.draws.draw("a", [channel(spend)], LEASE_MS)

        seen: list[int] = []
        for hours in (0, 16, 12, 12):
            await draw_rig.advance(hours * 3_600_000)
            seen += (await left(draw_rig.draws, channel(spend)))[0]

        assert seen == [40 * DOLLAR, 40 * DOLLAR, 70 * DOLLAR, 100 * DOLLAR]

    async def test_the_largest_amounts_are_exact(self, draws: Draws) -> None:
        """To the nano-dollar, up to the bound of the store."""
        most = MAX_STORE_AMOUNT

        assert await draws.draw("a", [channel(window(most, most - 1, window_ms=DAY_MS))], LEASE_MS) == GRANTED
        assert (await draws.draw("b", [channel(window(most, 2, window_ms=DAY_MS))], LEASE_MS)).refused == (
            0,
            0,
        )
        assert await draws.draw("c", [channel(window(most, 1, window_ms=DAY_MS))], LEASE_MS) == GRANTED
        draws.give_back("a", [channel(window(most, window_ms=DAY_MS))], [(3 - most,)])

        assert await left(draws, channel(window(most, window_ms=DAY_MS))) == [[most - 3]]

    @pytest.mark.parametrize(
        ("spent", "room"),
        [
            # A double of the product or of the quotient is off by one in each of them.
            pytest.param(5_339_035_485_622_269, 4_513_784_416_478_775, id="what counts"),
            pytest.param(6_178_283_101_177_847, 5_717_782_696_502_274, id="wait too short"),
            pytest.param(6_557_878_904_820_677, 4_180_793_532_465_511, id="wait too long"),
        ],
    )
    async def test_a_part_of_a_large_amount_is_exact(self, draw_rig: DrawRig, spent: int, room: int) -> None:
        """There is room at the first millisecond at which no more than the room counts."""
        draws, more = draw_rig.draws, [channel(window(room + 1, window_ms=DAY_MS))]
        await draws.draw("a", [channel(window(MAX_STORE_AMOUNT, spent, window_ms=DAY_MS))], LEASE_MS)
        await draw_rig.advance(16 * 3_600_000)
        counting_ms = room * DAY_MS // spent

        assert await draws.draw("b", more, LEASE_MS) == Drawn((0, 0), DAY_MS - counting_ms)
        await draw_rig.advance(DAY_MS - counting_ms)
        counting = -(-spent * counting_ms // DAY_MS)
        assert await left(draws, *more) == [[room + 1 - counting]]
        assert await draws.draw("b", more, LEASE_MS) == GRANTED

    async def test_a_minute_and_a_day_of_one_key_are_two_meters(self, draw_rig: DrawRig) -> None:
        """The minute is over before the day; asking for the one does not shorten the other."""
        minute, day = window(9, key="k"), window(9, key="k", window_ms=DAY_MS)
        await draw_rig.draws.draw("a", [channel(minute, day)], LEASE_MS)
        await draw_rig.advance(2 * MINUTE_MS)
        await draw_rig.draws.draw("b", [channel(minute)], LEASE_MS)

        assert await left(draw_rig.draws, channel(minute, day)) == [[8, 8]]
