"""Channels that are full are passed over or waited for."""

import asyncio
import json
from collections.abc import Sequence

import pytest
from typing_extensions import override

from oblivious.channels.candidate import Candidate
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.infra import upstream
from oblivious.infra.state.draws import Draw, Drawn
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.memory_draws import MemoryDraws
from tests.fakes.clients import FakeClient
from tests.fakes.hurry import in_a_hurry
from tests.fakes.road import channel
from tests.fakes.upstreams import whole
from tests.unit.gateway.road.answers import ANSWER, refused
from tests.unit.gateway.road.fleet import Fleet, in_pool, limited, outcomes, ticking, with_key_limits

ONE_AT_ONCE = {"concurrency": 1}


class Lost(MemoryDraws):
    """Limits that can't be asked."""

    @override
    async def draw(self, hold_id: str, draws: Sequence[Draw], lease_ms: int) -> Drawn:
        raise StoreUnreachable("as the test wants it")


def rest(fleet: Fleet, candidate: Candidate, ms: int) -> None:
    """Let a channel ask for rest."""
    verdict = Verdict(Fault.RATE, Scope.CHANNEL, Action.COOL, ms)
    fleet.road.health.failed(candidate, candidate.keys[0], verdict)


def told(client: FakeClient) -> tuple[int, str]:
    return client.status, json.loads(client.body)["error"]["code"]


class TestFull:
    @pytest.mark.parametrize(
        "full",
        [
            pytest.param(limited(1, ONE_AT_ONCE, priority=9), id="the channel"),
            pytest.param(with_key_limits(channel(1, priority=9), ONE_AT_ONCE), id="its only key"),
            pytest.param(in_pool(channel(1, priority=9), "acme", ONE_AT_ONCE), id="the pool of its key"),
        ],
    )
    async def test_it_is_passed_over(self, full: Candidate) -> None:
        """And asked again as soon as it has room."""
        answered = asyncio.Event()
        fleet = Fleet(full, channel(2)).plays(whole(answered, ANSWER), whole(ANSWER), whole(ANSWER))

        first = await fleet.begun()
        _, second = await fleet.ask()
        answered.set()
        await first
        _, third = await fleet.ask()

        assert outcomes(second) == [("channel-1", "full"), ("channel-2", "ok")]
        assert outcomes(third) == [("channel-1", "ok")]

    async def test_another_key_of_it_may_have_room(self) -> None:
        """Each has limits of its own."""
        fleet = Fleet(with_key_limits(channel(1, keys=2), {"rpm": 1})).plays(whole(ANSWER), whole(ANSWER))

        await fleet.ask()
        await fleet.ask()

        assert {asked.secret for asked in fleet.asked} == {"key-1-0", "key-1-1"}

    async def test_a_pool_is_full_for_all_channels_that_share_it(self) -> None:
        """Their provider counts them together; who is in no pool goes on."""
        sharing = [in_pool(channel(number, priority=number), "acme", ONE_AT_ONCE) for number in (9, 8)]
        fleet = Fleet(*sharing, channel(1)).plays(whole(asyncio.Event()), whole(ANSWER))

        first = await fleet.begun()
        _, second = await fleet.ask()
        first.cancel()

        assert [step.channel for step in second.trace if step.outcome == "ok"] == ["channel-1"]
        assert second.trace[0].reason == "requests in flight of the pool acme"
        assert second.attempts == 1

    async def test_a_limit_of_the_account_closes_the_pool(self) -> None:
        """Where the provider's table says so: DeepSeek counts an account."""
        sharing = [
            in_pool(channel(number, priority=number, provider="deepseek"), "acme", {"rpm": 9})
            for number in (9, 8)
        ]
        fleet = Fleet(*sharing, channel(1)).plays(refused(429), whole(ANSWER))

        _, going = await fleet.ask()

        assert outcomes(going) == [("channel-9", "rate"), ("channel-1", "ok")]

    async def test_limits_that_can_not_be_asked_hold_nobody_up(self) -> None:
        """It is counted; what the caller may do was asked before."""
        fleet = Fleet(limited(1, {"rpm": 1})).plays(whole(ANSWER), whole(ANSWER))
        fleet.road.draws = Lost()

        for _ in range(2):
            client, _ = await fleet.ask()
            assert client.status == 200

        assert fleet.count("oblivious_state_unreachable") == {("channel limits",): 2}


class TestWaiting:
    @pytest.mark.parametrize(
        "limits",
        [{"rpm": 1}, {"tpm": 1_030}, {"spend_nano_usd_per_day": 2_030_000}],
        ids=lambda given: next(iter(given)),
    )
    def test_a_window_is_waited_for(self, limits: dict[str, int]) -> None:
        """When there is nobody else, and it is soon enough."""

        async def waits() -> None:
            fleet = Fleet(limited(1, limits), now=ticking, wait_ms=10**9).plays(whole(ANSWER), whole(ANSWER))
            await fleet.ask()
            began = ticking()
            client, going = await fleet.ask()

            assert client.status == 200
            assert outcomes(going) == [("channel-1", "full"), ("", "waited"), ("channel-1", "ok")]
            assert ticking() - began > 1_000

        in_a_hurry(waits())

    def test_so_is_one_whose_requests_have_to_end(self) -> None:
        """Nobody knows when, so it is asked soon at first, and then after twice as long each time."""

        async def waits() -> None:
            fleet = Fleet(limited(1, ONE_AT_ONCE), now=ticking)
            answered = asyncio.Event()
            fleet.plays(whole(answered, ANSWER), whole(ANSWER))
            first = await fleet.begun()
            asyncio.get_running_loop().call_later(0.3, answered.set)
            began = ticking()

            _, second = await fleet.ask()
            await first

            passed = [("channel-1", "full"), ("", "waited")]
            assert outcomes(second) == [*passed * 3, ("channel-1", "ok")]
            assert 350 <= ticking() - began < 500

        in_a_hurry(waits())

    def test_one_that_was_waited_for_and_failed_is_not_waited_for_again(self) -> None:
        """It was full before; now it is known what is wrong with it, and the client hears that at once."""

        async def fails() -> None:
            fleet = Fleet(limited(1, ONE_AT_ONCE), now=ticking, wait_ms=6_000)
            answered = asyncio.Event()
            fleet.plays(whole(answered, ANSWER), upstream.ConnectFailed("nobody is there"))
            first = await fleet.begun()
            asyncio.get_running_loop().call_later(0.04, answered.set)

            client, going = await fleet.ask()
            await first

            assert outcomes(going) == [("channel-1", "full"), ("", "waited"), ("channel-1", "connect")]
            assert told(client) == (502, "upstream_unreachable")

        in_a_hurry(fails())

    def test_so_is_one_that_asked_for_rest(self) -> None:
        """For as long as it asked."""

        async def waits() -> None:
            fleet = Fleet(now=ticking, wait_ms=60_000).plays(whole(ANSWER))
            rest(fleet, channel(1), 30_000)
            began = ticking()

            _, going = await fleet.ask()

            assert outcomes(going) == [("", "waited"), ("channel-1", "ok")]
            assert 30_000 <= ticking() - began <= 30_020

        in_a_hurry(waits())

    @pytest.mark.parametrize(
        ("rests_ms", "code", "seconds"),
        [
            pytest.param((20_000, 12_000), "upstream_rate_limited", "12", id="one that rests"),
            pytest.param((900_000, 900_000), "rate_limit_exceeded", "120", id="one that is full"),
        ],
    )
    async def test_whoever_would_wait_too_long_hears_when_the_first_has_room(
        self, rests_ms: tuple[int, int], code: str, seconds: str
    ) -> None:
        """Of all that are full or rest; nobody is asked."""
        fleet = Fleet(limited(1, {"rpm": 1}), channel(2), channel(3), wait_ms=4_000).plays(whole(ANSWER))
        for number, ms in enumerate(rests_ms, 2):
            rest(fleet, channel(number), ms)
        await fleet.ask()

        client, _ = await fleet.ask()

        assert told(client) == (429, code)
        assert client.headers["retry-after"] == seconds
        assert len(fleet.asked) == 1

    async def test_a_request_that_never_fits_is_told_so(self) -> None:
        """With the limit, and without a time to come again."""
        fleet = Fleet(limited(1, {"tpm": 1}))

        client, _ = await fleet.ask()

        assert told(client) == (429, "request_exceeds_limit")
        assert "tokens per minute of the channel 1" in json.loads(client.body)["error"]["message"]
        assert "retry-after" not in client.headers
        assert await fleet.leftovers() == []

    async def test_it_may_fit_elsewhere(self) -> None:
        """A channel with a small limit is no reason to refuse it."""
        fleet = Fleet(limited(1, {"tpm": 1}, priority=9), limited(2, {"tpm": 10_000})).plays(whole(ANSWER))

        client, going = await fleet.ask()

        assert client.status == 200
        assert outcomes(going) == [("channel-1", "full"), ("channel-2", "ok")]
