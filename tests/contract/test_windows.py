"""Sliding windows, whoever's they are: what is left, when there is room, and how the end corrects them."""

import pytest

from oblivious.contracts.meters import Reading
from tests.contract.window_rigs import AccountWindow, ChannelWindow, WindowRig


@pytest.fixture(
    params=[
        pytest.param((AccountWindow, "memory_rig"), id="an account's in memory"),
        pytest.param((AccountWindow, "redis_rig"), id="an account's in redis", marks=pytest.mark.services),
        pytest.param((ChannelWindow, "memory_draw_rig"), id="a channel's in memory"),
        pytest.param(
            (ChannelWindow, "redis_draw_rig"), id="a channel's in redis", marks=pytest.mark.services
        ),
    ]
)
def window(request: pytest.FixtureRequest) -> WindowRig:
    kind, rig = request.param
    made: WindowRig = kind(request.getfixturevalue(rig))
    return made


class TestWindow:
    """Two buckets, the older weighted. The clock starts 20 s into a minute's bucket."""

    @pytest.fixture(autouse=True)
    async def _twenty_seconds_in(self, window: WindowRig) -> None:
        await window.advance(20_000)

    async def test_it_slides(self, window: WindowRig) -> None:
        """What was taken goes bit by bit while the next bucket passes."""
        await window.take("a", 100, 60)

        seen: list[int] = []
        for step in (0, 39_999, 1, 15_000, 30_000, 15_000):
            await window.advance(step)
            seen.append(await left(window, 100))

        assert seen == [40, 40, 40, 55, 85, 100]

    @pytest.mark.parametrize(
        ("first", "wanted", "retry_after_ms"),
        [
            # 40 s are left of this bucket; then 60 weigh less by the second.
            pytest.param(60, 70, 40_000 + 30_000, id="waits for half of the next bucket"),
            pytest.param(100, 100, 40_000 + 60_000, id="waits for all of it"),
            pytest.param(60, 41, 40_000 + 1_000, id="waits for a sixtieth"),
        ],
    )
    async def test_retry_after_is_when_it_fits(
        self, window: WindowRig, first: int, wanted: int, retry_after_ms: int
    ) -> None:
        """A millisecond before it is refused, then it is granted."""
        await window.take("a", 100, first)

        assert await window.take("b", 100, wanted) == retry_after_ms
        await window.advance(retry_after_ms - 1)
        assert await window.take("b", 100, wanted) == 1
        await window.advance(1)
        assert await window.take("b", 100, wanted) is None

    async def test_what_is_above_the_limit_never_fits(self, window: WindowRig) -> None:
        """Also where nothing was taken."""
        assert await window.take("a", 100, 101) == 0

    async def test_retry_after_within_a_bucket(self, window: WindowRig) -> None:
        """Where the previous bucket is in the way, its weight is waited for; a refusal takes nothing."""
        await window.take("a", 60, 60)
        await window.advance(50_000)

        assert await window.take("b", 60, 20) == 10_000
        assert await window.reading(60) == Reading(10, 50_000)

    async def test_readings_say_when_nothing_counts(self, window: WindowRig) -> None:
        """From the taking: the rest of this bucket and the whole next one. Asking takes nothing."""
        seen = [await window.reading(10)]
        await window.take("a", 10)
        seen += [await window.reading(10)]
        await window.advance(41_000)
        seen += [await window.reading(10)]

        assert seen == [Reading(10, 0), Reading(9, 100_000), Reading(9, 59_000)]

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
        self, window: WindowRig, wait_ms: int, delta: int, remaining: int
    ) -> None:
        """Tokens are estimated when they are taken and known at the end."""
        await window.take("a", 100, 60)
        await window.advance(wait_ms)

        window.end("a", 100, delta)

        assert await left(window, 100) == remaining

    async def test_one_that_ends_twice_is_corrected_once(self, window: WindowRig) -> None:
        """The repeat of an end changes nothing."""
        await window.take("a", 100, 60)

        for _ in range(2):
            window.end("a", 100, -40)

        assert await left(window, 100) == 80

    @pytest.mark.parametrize(("delta", "remaining"), [(-40, 140), (30, 110)], ids=["too much", "too little"])
    async def test_one_whose_lease_ended_is_only_charged_more(
        self, window: WindowRig, delta: int, remaining: int
    ) -> None:
        """When it was taken is forgotten, so nothing can be given back."""
        await window.take("a", 200, 60, lease_ms=10_000)
        await window.advance(10_000)
        assert await left(window, 200) == 140

        window.end("a", 200, delta)

        assert await left(window, 200) == remaining


async def left(window: WindowRig, limit: int) -> int:
    return (await window.reading(limit)).remaining
