"""Sliding windows of every state store: what is left, when there is room, and how the end corrects them."""

import pytest

from oblivious.contracts.meters import Reading
from oblivious.infra.state.protocol import StateStore
from tests.contract.state_rigs import LEASE_MS, Rig, gauge, need, window


class TestWindow:
    """Two buckets, the older weighted. The clock starts 20 s into a minute's bucket."""

    @pytest.fixture(autouse=True)
    async def _twenty_seconds_in(self, rig: Rig) -> None:
        await rig.advance(20_000)

    async def test_it_slides(self, rig: Rig) -> None:
        """What was taken goes bit by bit while the next bucket passes."""
        await rig.store.take(need("a", window(100, cost=60)))

        seen: list[int] = []
        for step in (0, 39_999, 1, 15_000, 30_000, 15_000):
            await rig.advance(step)
            seen.append((await rig.store.take(need("a", window(100, cost=60)))).readings[0].remaining)

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
        self, rig: Rig, first: int, wanted: int, retry_after_ms: int
    ) -> None:
        """A millisecond before it is refused, then it is granted."""
        await rig.store.take(need("a", window(100, cost=first)))

        refused = await rig.store.take(need("b", window(100, cost=wanted)))

        assert (refused.refused_by, refused.retry_after_ms) == (0, retry_after_ms)
        if retry_after_ms:
            await rig.advance(retry_after_ms - 1)
            assert (await rig.store.take(need("b", window(100, cost=wanted)))).retry_after_ms == 1
            await rig.advance(1)
            assert (await rig.store.take(need("b", window(100, cost=wanted)))).refused_by == -1

    async def test_retry_after_within_a_bucket(self, rig: Rig) -> None:
        """Where the previous bucket is in the way, its weight is waited for."""
        await rig.store.take(need("a", window(60, cost=60)))
        await rig.advance(50_000)

        refused = await rig.store.take(need("b", window(60, cost=20)))

        assert (refused.refused_by, refused.retry_after_ms) == (0, 10_000)
        assert refused.readings == (Reading(10, 50_000),)

    async def test_reset_says_when_nothing_counts(self, rig: Rig) -> None:
        """From the taking: the rest of this bucket and the whole next one."""
        empty = await rig.store.take(need("a", window(10, cost=0)))
        taken = await rig.store.take(need("b", window(10)))
        await rig.advance(41_000)
        later = await rig.store.take(need("b", window(10)))

        assert [t.readings[0].reset_ms for t in (empty, taken, later)] == [0, 100_000, 59_000]

    @pytest.mark.parametrize(
        ("wait_ms", "delta", "remaining"),
        [
            pytest.param(1_000, -40, 80, id="too much, same bucket"),
            pytest.param(1_000, 25, 15, id="too little, same bucket"),
            pytest.param(1_000, 400, 0, id="far too little"),
            pytest.param(55_000, -40, 85, id="too much, next bucket: given back where it was taken"),
            pytest.param(55_000, 25, 30, id="too little, next bucket: counts now"),
            pytest.param(115_000, -40, 100, id="too much, long ago: nothing left to give back"),
            pytest.param(115_000, 25, 75, id="too little, long ago: counts now"),
        ],
    )
    async def test_the_end_corrects_it(self, rig: Rig, wait_ms: int, delta: int, remaining: int) -> None:
        """Tokens are estimated at admission and known at the end."""
        meters = (gauge(5), window(100, cost=60))
        await rig.store.take(need("a", *meters))
        await rig.advance(wait_ms)

        rig.store.finish(need("a", *meters), 1, (0, delta))

        seen = await rig.store.take(need("b", window(100, cost=0)))
        assert seen.readings[0].remaining == remaining

    async def test_an_exchange_ended_twice_is_corrected_once(self, store: StateStore) -> None:
        """The repeat of an end changes nothing."""
        await store.take(need("a", window(100, cost=60)))

        for _ in range(2):
            store.finish(need("a", window(100)), 1, (-40,))

        assert (await store.take(need("b", window(100, cost=0)))).readings[0].remaining == 80

    @pytest.mark.parametrize(("delta", "remaining"), [(-40, 140), (30, 110)], ids=["too much", "too little"])
    async def test_one_whose_lease_ended_is_only_charged_more(
        self, rig: Rig, delta: int, remaining: int
    ) -> None:
        """When it was taken is forgotten, so nothing can be given back."""
        await rig.store.take(need("a", window(200, cost=60)))
        await rig.advance(LEASE_MS)
        await rig.store.sweep()

        rig.store.finish(need("a", window(200)), 1, (delta,))

        seen = await rig.store.take(need("b", window(200, cost=0)))
        assert seen.readings[0].remaining == remaining
