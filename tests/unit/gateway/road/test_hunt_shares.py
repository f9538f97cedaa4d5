"""What an attempt takes from the limits of its channel, and what it gives back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec
import pytest

from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.infra import upstream
from tests.fakes.clients import FakeClient
from tests.fakes.events import CHAT as STREAM
from tests.fakes.road import CALLER, chat
from tests.fakes.upstreams import Reply, streamed, whole
from tests.fakes.waiting import turns
from tests.unit.gateway.road.answers import ANSWER, COST, refused
from tests.unit.gateway.road.fleet import Fleet, limited

USED = 11 + 7
"""Tokens of the answer."""

MOST = {"rpm": 10, "tpm": 100_000, "concurrency": 2, "spend_nano_usd_per_day": 10**9}
ALL = [10, 100_000, 2, 10**9]


async def to_its_end(fleet: Fleet) -> None:
    await fleet.ask()


async def of_two_choices(fleet: Fleet) -> None:
    await fleet.ask(FakeClient(chat(n=2)))


async def streaming(fleet: Fleet) -> None:
    await fleet.ask(FakeClient(chat(stream=True)))


async def without_a_connection(fleet: Fleet) -> None:
    """Leave before anything was sent."""
    fleet.upstream.connecting.clear()
    going = asyncio.create_task(fleet.ask())
    await turns(50)
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)


class TestShares:
    @pytest.mark.parametrize(
        ("changes", "replies", "asks", "left"),
        [
            pytest.param(
                {}, [whole(ANSWER)], to_its_end, [9, 100_000 - USED, 2, 10**9 - COST], id="an answer"
            ),
            pytest.param(
                {}, [streamed(STREAM)], streaming, [9, 100_000 - USED, 2, 10**9 - COST], id="a stream"
            ),
            pytest.param({}, [refused(500)], to_its_end, [9, 100_000, 2, 10**9], id="a failure"),
            pytest.param({}, [refused(422)], to_its_end, [9, 100_000, 2, 10**9], id="a refusal"),
            pytest.param(
                {}, [upstream.ConnectFailed("no")], to_its_end, [9, 100_000, 2, 10**9], id="nobody at home"
            ),
            pytest.param(
                {"provider": "anthropic", "dialect": ANTHROPIC}, [], of_two_choices, ALL, id="no words for it"
            ),
            pytest.param({}, [], without_a_connection, [9, 100_000, 2, 10**9], id="a client that left"),
        ],
    )
    async def test_what_was_not_used_is_given_back(
        self,
        changes: dict[str, str],
        replies: Sequence[Reply],
        asks: Callable[[Fleet], Awaitable[None]],
        left: list[int],
    ) -> None:
        """Requests that left count; tokens and money only as far as they were used."""
        one = limited(1, MOST, **changes)
        fleet = Fleet(one).plays(*replies)
        assert await fleet.left_of(one) == ALL

        await asks(fleet)

        assert await fleet.left_of(one) == left

    async def test_meanwhile_it_holds_what_it_is_expected_to_use(self) -> None:
        """So that many at once can't take more than there is."""
        answered = asyncio.Event()
        one = limited(1, MOST)
        fleet = Fleet(one).plays(whole(answered, ANSWER))

        going = await fleet.begun()
        requests, tokens, flying, money = await fleet.left_of(one)
        answered.set()
        await going

        assert (requests, flying) == (9, 1)
        assert tokens < 100_000 - USED
        assert money < 10**9 - COST

    async def test_each_attempt_takes_and_gives_back_its_own(self) -> None:
        """A channel that failed is as free as before when the next one is asked."""
        one, other = limited(1, MOST, priority=9), limited(2, MOST)
        fleet = Fleet(one, other).plays(refused(500), whole(ANSWER))

        await fleet.ask()

        assert await fleet.left_of(one) == [9, 100_000, 2, 10**9]
        assert await fleet.left_of(other) == [9, 100_000 - USED, 2, 10**9 - COST]
        assert not +fleet.road.busy

    @pytest.mark.parametrize("ratio", ["0.5", "3"])
    async def test_a_channels_money_is_what_its_provider_is_owed(self, ratio: str) -> None:
        """Whatever the caller's group pays for it."""
        one = limited(1, MOST)
        fleet = Fleet(one, caller=msgspec.structs.replace(CALLER, ratio=ratio)).plays(whole(ANSWER))

        await fleet.ask()

        assert (await fleet.left_of(one))[-1] == 10**9 - COST
