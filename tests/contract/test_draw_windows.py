"""Windows of a day, which count money, and those of a minute beside them; see `test_windows.py`, too."""

import pytest

from oblivious.contracts.money import MAX_STORE_AMOUNT
from oblivious.infra.state.draws import Drawn, Draws
from tests.contract.draw_rigs import (
    DAY_MS,
    GRANTED,
    LEASE_MS,
    MINUTE_MS,
    DrawRig,
    channel,
    left,
    window,
)

DOLLAR = 1_000_000_000
"""Nano-USD."""


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
