"""Who tries a channel that did not fare well, and who is told what came of it."""

import asyncio
from collections.abc import Sequence

import pytest
from typing_extensions import override

from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.channels.candidate import Candidate
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.channels.pick import Standing
from oblivious.channels.repeats import Repeats
from oblivious.infra import upstream
from oblivious.infra.state.draws import Draw, Drawn
from oblivious.infra.state.memory_draws import MemoryDraws
from tests.fakes.clients import FakeClient
from tests.fakes.road import channel, chat
from tests.fakes.upstreams import Reply, whole
from tests.fakes.waiting import turns
from tests.unit.gateway.road.answers import ANSWER, refused
from tests.unit.gateway.road.fleet import Fleet, limited, outcomes

BROKE = Verdict(Fault.CONNECT, Scope.CHANNEL, Action.COUNT)

BEGINS_WITH = 10
"""Tries that a gateway has in its purse when it begins."""

REST = Verdict(Fault.RATE, Scope.CHANNEL, Action.COOL, 30_000)


class Asking(MemoryDraws):
    """Limits that never answer; `asked` when somebody has asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    @override
    async def draw(self, hold_id: str, draws: Sequence[Draw], lease_ms: int) -> Drawn:
        self.asked.set()
        await asyncio.Event().wait()
        return await super().draw(hold_id, draws, lease_ms)


def two() -> list[Candidate]:
    return [channel(1, priority=9), channel(2)]


def failed(fleet: Fleet, *verdicts: Verdict) -> Fleet:
    """Let the first channel fail."""
    failing = channel(1)
    for verdict in verdicts:
        fleet.road.health.failed(failing, failing.keys[0], verdict)
    return fleet


def half_open(*candidates: Candidate) -> Fleet:
    """Return a road whose first channel may be tried by one request."""
    fleet = failed(Fleet(*candidates), BROKE, BROKE)
    fleet.board.clock.advance(1_000)
    assert fleet.road.health.of("c1") is Standing.HALF_OPEN
    return fleet


def with_left(tries: int) -> Repeats:
    """Return a purse with so many tries in it, which nobody pays into."""
    purse = Repeats(share=0)
    for _ in range(BEGINS_WITH - tries):
        assert purse.spend()
    return purse


class TestHalfOpen:
    async def test_one_request_tries_and_others_pass_it_over(self) -> None:
        """Until it has its answer; then all of them come back."""
        answered = asyncio.Event()
        fleet = half_open(*two())
        fleet.plays(whole(answered, ANSWER), whole(ANSWER), whole(ANSWER))

        trying = await fleet.begun()
        _, other = await fleet.ask()
        answered.set()
        _, tried = await trying
        _, later = await fleet.ask()

        assert outcomes(other) == [("channel-1", "taken"), ("channel-2", "ok")]
        assert outcomes(tried) == outcomes(later) == [("channel-1", "ok")]

    async def test_a_try_that_fails_holds_it_back_for_longer(self) -> None:
        """And whoever tried is served by another one."""
        fleet = half_open(*two())
        fleet.plays(upstream.ConnectFailed("no"), whole(ANSWER))

        client, going = await fleet.ask()

        assert client.status == 200
        assert outcomes(going) == [("channel-1", "connect"), ("channel-2", "ok")]
        assert fleet.road.health.of("c1") is Standing.OPEN
        assert fleet.road.health.back_in_ms(["c1"]) == 2_000

    @pytest.mark.parametrize(
        ("reply", "asks"),
        [
            pytest.param(whole(ANSWER), chat(), id="an answer"),
            pytest.param(refused(500), chat(), id="a failure"),
            pytest.param(refused(422), chat(), id="a judgement of the request"),
            pytest.param(whole(ANSWER), chat(n=2), id="what its dialect can not say"),
        ],
    )
    async def test_it_is_left_to_others_whatever_came_of_it(self, reply: Reply, asks: bytes) -> None:
        """Else nobody could try for half a minute."""
        dialect = {"provider": "anthropic", "dialect": ANTHROPIC} if b'"n"' in asks else {}
        fleet = half_open(channel(1, **dialect)).plays(reply)

        await fleet.ask(FakeClient(asks))
        await turns()

        assert await fleet.board.claim("try:c1", 1)

    async def test_it_is_left_to_others_when_the_client_leaves_before_the_answer(self) -> None:
        """Its attempt says nothing of the channel."""
        fleet = half_open().plays(asyncio.Event())

        trying = await fleet.begun()
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)
        await turns()

        assert fleet.road.health.of("c1") is Standing.HALF_OPEN
        assert await fleet.board.claim("try:c1", 1)

    async def test_it_is_left_to_others_when_the_client_leaves_while_limits_are_asked(self) -> None:
        """Between the claim and the attempt."""
        fleet = half_open(limited(1, {"rpm": 9}))
        fleet.road.draws = asking = Asking()

        going = asyncio.create_task(fleet.ask())
        await asking.asked.wait()
        assert not await fleet.board.claim("try:c1", 1)
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
        await turns()

        assert await fleet.board.claim("try:c1", 1)

    async def test_one_that_is_full_is_left_to_others(self) -> None:
        """It was claimed, and not asked."""
        fleet = half_open(limited(1, {"tpm": 1}, priority=9), channel(2)).plays(whole(ANSWER))

        _, going = await fleet.ask()
        await turns()

        assert outcomes(going) == [("channel-1", "full"), ("channel-2", "ok")]
        assert await fleet.board.claim("try:c1", 1)


class TestLastResort:
    @pytest.mark.parametrize(
        ("tries", "asked"), [(1, ["key-2-0", "key-1-0"]), (0, ["key-2-0"])], ids=["repeats left", "none left"]
    )
    async def test_after_a_failure_it_counts_as_a_repeat(self, tries: int, asked: list[str]) -> None:
        """An outage must not be fed with every request there is."""
        fleet = failed(Fleet(*two()), BROKE, BROKE).plays(refused(500), whole(ANSWER))
        fleet.road.repeats = with_left(tries)

        await fleet.ask()

        assert [one.secret for one in fleet.asked] == asked

    async def test_who_asked_for_rest_is_no_last_resort(self) -> None:
        """A provider that says when to come again is believed."""
        fleet = failed(Fleet(channel(1), wait_ms=10), REST)

        client, _ = await fleet.ask()

        assert (client.status, fleet.asked) == (429, [])

    async def test_the_first_try_of_one_that_is_well_needs_no_repeat(self) -> None:
        """However many have failed before."""
        fleet = Fleet(*two()).plays(refused(500), whole(ANSWER))
        fleet.road.repeats = with_left(0)

        client, _ = await fleet.ask()

        assert client.status == 200
