"""What all draws do, whichever they are: taken together or not at all, given back, and never left behind."""

import asyncio
from collections.abc import Sequence

import pytest

from oblivious.contracts.meters import Reading
from oblivious.infra.state.draws import FULL_GAUGE_MS, RELEASED_AT_ONCE, Draw, Drawn, Draws
from tests.contract.draw_rigs import GRANTED, LEASE_MS, DrawRig, channel, gauge, left, pool, window


class TestDraw:
    @pytest.mark.parametrize(
        ("wanted", "granted"),
        [
            pytest.param([channel(window(50))], 50, id="by a window"),
            pytest.param([channel(window(1_000, cost=20))], 50, id="by a window of larger costs"),
            pytest.param([channel(gauge(50))], 50, id="by a gauge"),
            pytest.param([channel(window(90), gauge(50))], 50, id="by the tightest meter"),
            pytest.param([channel(window(90)), pool(gauge(50))], 50, id="by the pool"),
            pytest.param([channel(gauge(50)), pool(gauge(90))], 50, id="by the channel"),
            pytest.param([], 200, id="by nothing"),
        ],
    )
    async def test_of_200_at_two_gateways_exactly_the_limit_is_granted(
        self, draw_rig: DrawRig, wanted: Sequence[Draw], granted: int
    ) -> None:
        """Draws are atomic: never one above the limit, never one too few, wherever they are asked."""
        gateways = (draw_rig.draws, draw_rig.elsewhere)

        answers = await asyncio.gather(
            *[gateways[n % 2].draw(f"x{n}", wanted, LEASE_MS) for n in range(200)],
        )

        assert answers.count(GRANTED) == granted

    @pytest.mark.parametrize(
        ("channel_limits", "pool_limit", "refused"),
        [
            pytest.param((0, 9), 9, (0, 0), id="first"),
            pytest.param((9, 0), 9, (0, 1), id="second"),
            pytest.param((9, 9), 0, (1, 0), id="of another owner"),
            pytest.param((9, 0), 0, (0, 1), id="two: the first one is named"),
        ],
    )
    async def test_a_refusal_names_the_meter_and_takes_nothing(
        self, draws: Draws, channel_limits: tuple[int, int], pool_limit: int, refused: tuple[int, int]
    ) -> None:
        """All or none over all owners: what one had granted is there again."""
        wanted = (channel(window(channel_limits[0]), gauge(channel_limits[1])), pool(gauge(pool_limit)))

        drawn = await draws.draw("x", wanted, LEASE_MS)

        assert drawn.refused == refused
        assert await left(draws, *wanted) == [[*channel_limits], [pool_limit]]

    async def test_the_refuser_comes_after_one_that_takes(self, draws: Draws) -> None:
        """Its neighbour's window and gauge are as if nothing had been asked."""
        await draws.draw("before", [channel(window(9), gauge(9)), pool(gauge(1))], LEASE_MS)

        drawn = await draws.draw("x", [channel(window(9), gauge(9)), pool(gauge(1))], LEASE_MS)

        assert drawn == Drawn((1, 0), FULL_GAUGE_MS)
        assert await left(draws, channel(window(9), gauge(9)), pool(gauge(1))) == [[8, 8], [0]]

    async def test_asked_again_it_grants_again_and_takes_nothing(self, draws: Draws) -> None:
        """A lost answer costs nothing: the repeat is granted even where there is no more room."""
        wanted = (channel(window(1), gauge(1)), pool(gauge(1)))

        assert [await draws.draw("x", wanted, LEASE_MS) for _ in range(3)] == [GRANTED] * 3
        assert await left(draws, channel(window(9), gauge(9)), pool(gauge(9))) == [[8, 8], [8]]

    async def test_owners_do_not_share_meters(self, draws: Draws) -> None:
        """The same meter key of another owner is another meter."""
        for owner in ("c1", "c2", "p:c1"):
            assert await draws.draw("x", [Draw(owner, (window(1), gauge(1)))], LEASE_MS) == GRANTED

    @pytest.mark.parametrize(
        "name", ["p:a b", "p:}{", "p:{x}", "p:ä=1", "p:"], ids=["space", "braces", "tag", "accent", "nothing"]
    )
    async def test_any_text_is_a_name(self, draws: Draws, name: str) -> None:
        """Of an owner or of a meter: operators choose what pools are called."""
        wanted = [Draw(name, (window(5, key=name), gauge(5, key=f"{name} =1")))]

        await draws.draw("x", wanted, LEASE_MS)
        assert await left(draws, *wanted) == [[4, 4]]
        draws.undo("x", wanted)

        assert await left(draws, *wanted) == [[5, 5]]

    @pytest.mark.parametrize(
        ("cost", "retry_after_ms"),
        [pytest.param(3, FULL_GAUGE_MS, id="full"), pytest.param(4, 0, id="above its limit")],
    )
    async def test_a_full_gauge_is_asked_again_in_a_second(
        self, draws: Draws, cost: int, retry_after_ms: int
    ) -> None:
        """Nobody knows when it has room; but one that is too small never has."""
        await draws.draw("x", [channel(gauge(3))], LEASE_MS)

        assert await draws.draw("y", [channel(gauge(3, cost))], LEASE_MS) == Drawn((0, 0), retry_after_ms)

    async def test_nobody_knows_when_a_gauge_has_all_its_room(self, draws: Draws) -> None:
        """What is left is all that is said of it."""
        await draws.draw("x", [channel(gauge(9))], LEASE_MS)

        assert await draws.readings([channel(gauge(9))]) == [(Reading(8, 0),)]

    async def test_what_costs_nothing_holds_nothing(self, draws: Draws) -> None:
        """It is granted up to the limit itself, and ends like any other."""
        free = channel(window(0, cost=0), gauge(0, cost=0))

        assert await draws.draw("x", [free], LEASE_MS) == GRANTED
        draws.give_back("x", [free])

        assert await left(draws, channel(window(5), gauge(5))) == [[5, 5]]


class TestEnd:
    async def test_gauges_are_freed_and_windows_stay(self, draws: Draws) -> None:
        """A request that is over was one of this minute all the same."""
        wanted = (channel(window(9), gauge(9)), pool(window(9), gauge(9)))
        await draws.draw("x", wanted, LEASE_MS)

        draws.give_back("x", wanted)

        assert await left(draws, *wanted) == [[8, 9], [8, 9]]

    async def test_an_undone_hold_leaves_no_trace(self, draws: Draws) -> None:
        """A request that was never sent counts nowhere."""
        wanted = (channel(window(9, cost=4), gauge(9)), pool(window(9)))
        await draws.draw("x", wanted, LEASE_MS)

        draws.undo("x", wanted)

        assert await left(draws, *wanted) == [[9, 9], [9]]

    async def test_an_end_that_comes_again_frees_nothing(self, draws: Draws) -> None:
        """Neither of a gauge that others hold nor of a window."""
        wanted = (channel(window(9, cost=3), gauge(9)),)
        for hold_id in ("x", "y"):
            await draws.draw(hold_id, wanted, LEASE_MS)

        for _ in range(3):
            draws.undo("x", wanted)

        assert await left(draws, *wanted) == [[6, 8]]

    async def test_each_owner_is_corrected_by_its_own(self, draws: Draws) -> None:
        """Above zero and below; where nothing is said, nothing changes."""
        meters = (gauge(9), window(100, cost=10, key="tpm"))
        wanted = (channel(*meters), pool(*meters), Draw("c13", meters), Draw("c14", meters))
        await draws.draw("x", wanted, LEASE_MS)

        draws.give_back("x", wanted, [(0, 30), (0, -4), (0,)])

        assert await left(draws, *wanted) == [[9, 60], [9, 94], [9, 90], [9, 90]]

    async def test_one_who_gives_up_while_asking_holds_nothing(self, draws: Draws) -> None:
        """Its draw is undone, though nobody is left to say so."""
        wanted = (channel(window(9), gauge(9)), pool(gauge(9)))

        asking = asyncio.ensure_future(draws.draw("x", wanted, LEASE_MS))
        asking.cancel()
        await left(draws, *wanted)  # by the time of this answer the other one is here

        assert await left(draws, *wanted) == [[9, 9], [9]]


class TestLease:
    async def test_what_a_dead_gateway_held_is_free_when_its_lease_is_over(self, draw_rig: DrawRig) -> None:
        """To the millisecond, and to others; what it took from windows stays taken."""
        wanted = (channel(gauge(1), window(9)), pool(gauge(1)))
        await draw_rig.draws.draw("dead", wanted, LEASE_MS)
        await draw_rig.advance(LEASE_MS - 1)
        assert (await draw_rig.elsewhere.draw("alive", wanted, LEASE_MS)).refused == (0, 0)

        await draw_rig.advance(1)

        assert await left(draw_rig.elsewhere, *wanted) == [[1, 8], [1]]
        assert await draw_rig.elsewhere.draw("alive", wanted, LEASE_MS) == GRANTED

    async def test_a_renewed_hold_lives_on(self, draw_rig: DrawRig) -> None:
        """For as long as somebody renews it, however short its windows and first lease were."""
        wanted = (channel(gauge(1)), pool(gauge(1)))
        await draw_rig.draws.draw("x", wanted, 1_000)
        for _ in range(10):
            await draw_rig.advance(900)
            await draw_rig.draws.renew([("c12", "x"), ("p:acme", "x")], 1_000)

        assert await left(draw_rig.draws, *wanted) == [[0], [0]]

    async def test_a_renewal_is_never_shorter(self, draw_rig: DrawRig) -> None:
        """And what nobody holds cannot be renewed."""
        wanted = (channel(gauge(9)),)
        await draw_rig.draws.draw("x", wanted, LEASE_MS)
        await draw_rig.draws.renew([("c12", "x"), ("c12", "nobody"), ("c99", "nobody")], 1)

        await draw_rig.advance(LEASE_MS - 1)

        assert await left(draw_rig.draws, *wanted, Draw("c99", (gauge(9),))) == [[8], [9]]

    async def test_any_number_may_be_renewed_and_end(self, draw_rig: DrawRig) -> None:
        """More than one script call names, and more than one call clears away."""
        wanted = (channel(gauge(5_000)),)
        ids = [f"x{n}" for n in range(1_200)]
        await asyncio.gather(*[draw_rig.draws.draw(hold_id, wanted, 1_000) for hold_id in ids])
        await draw_rig.draws.renew([("c12", hold_id) for hold_id in ids], LEASE_MS)
        await draw_rig.advance(LEASE_MS - 1)
        assert await left(draw_rig.draws, *wanted) == [[3_800]]

        await draw_rig.advance(1)

        seen = [(await left(draw_rig.draws, *wanted))[0][0] for _ in range(10)]
        assert seen == [min(5_000, 3_800 + n * RELEASED_AT_ONCE) for n in range(1, 11)]
