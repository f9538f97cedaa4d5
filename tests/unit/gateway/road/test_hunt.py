"""The search for a channel as it is told afterwards, and what it leaves to other requests."""

import asyncio
from collections.abc import Sequence

import msgspec
import pytest
from typing_extensions import override

from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.channels.candidate import Candidate
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.channels.pick import Standing
from oblivious.channels.repeats import Repeats
from oblivious.contracts.events import Attempt
from oblivious.infra import upstream
from oblivious.infra.state.draws import Draw, Drawn
from oblivious.infra.state.memory_draws import MemoryDraws
from tests.fakes.clients import FakeClient
from tests.fakes.events import chunk, data
from tests.fakes.road import channel, chat
from tests.fakes.upstreams import Reply, streamed, whole
from tests.fakes.waiting import turns, until
from tests.unit.gateway.road.answers import ANSWER, refused
from tests.unit.gateway.road.fleet import Fleet, limited, outcomes

OPEN = Verdict(Fault.CONNECT, Scope.CHANNEL, Action.COUNT)


def row(*more: Candidate) -> list[Candidate]:
    """Return three channels, one after the other."""
    return [channel(1, priority=9), channel(2, priority=5), channel(3, priority=1), *more]


def break_down(fleet: Fleet, number: int) -> None:
    """Let a channel fail until its breaker opens."""
    failing = channel(number)
    for _ in range(2):
        fleet.road.health.failed(failing, failing.keys[0], OPEN)


def half_open(*candidates: Candidate) -> Fleet:
    """Return a road whose first channel may be tried by one request."""
    fleet = Fleet(*candidates)
    break_down(fleet, 1)
    fleet.board.clock.advance(1_000)
    assert fleet.road.health.of("c1") is Standing.HALF_OPEN
    return fleet


class TestTrace:
    async def test_every_attempt_is_a_step(self) -> None:
        """Who, which model, what came of it, and the provider's words; the same in journal and log."""
        fleet = Fleet(*row()).plays(refused(500), refused(429), whole(ANSWER))

        _, going = await fleet.ask()

        steps = going.trace
        assert [(step.channel, step.key_id, step.outcome, step.status) for step in steps] == [
            ("channel-1", 100, "overload", 500),
            ("channel-2", 200, "rate", 429),
            ("channel-3", 300, "ok", 0),
        ]
        assert [step.reason for step in steps] == ["no", "no", ""]
        assert {step.model for step in steps} == {"gpt"}
        assert [step.attempt_id for step in steps] == [
            attempt.attempt_id for attempt in fleet.journal.of(Attempt)
        ]
        assert sorted(step.at_ms for step in steps) == [step.at_ms for step in steps]
        assert fleet.ended.trace == fleet.line.trace == steps

    async def test_one_attempt_that_went_well_is_not_worth_telling(self) -> None:
        """Nearly all exchanges are such."""
        fleet = Fleet().plays(whole(ANSWER))

        _, going = await fleet.ask()

        assert outcomes(going) == [("channel-1", "ok")]
        assert fleet.ended.trace == fleet.line.trace == ()

    async def test_one_attempt_that_failed_is(self) -> None:
        """It is why the client got an error."""
        fleet = Fleet().plays(refused(500))

        await fleet.ask()

        assert [step.outcome for step in fleet.ended.trace] == ["overload"]

    async def test_who_was_full_is_a_step_without_an_attempt(self) -> None:
        """It names the limit."""
        fleet = Fleet(limited(1, {"rpm": 1}, priority=9), channel(2)).plays(whole(ANSWER), whole(ANSWER))
        await fleet.ask()

        _, going = await fleet.ask()

        passed = going.trace[0]
        assert outcomes(going) == [("channel-1", "full"), ("channel-2", "ok")]
        assert (passed.reason, passed.attempt_id) == ("requests per minute of the channel 1", "")
        assert going.attempts == 1

    async def test_it_has_an_end(self) -> None:
        """A hundred steps say enough."""
        fleet = Fleet(*[channel(number) for number in range(1, 121)])
        fleet.plays(*[refused(500) for _ in range(120)])

        _, going = await fleet.ask()

        assert (len(fleet.asked), len(going.trace)) == (120, 100)


class TestHalfOpen:
    async def test_one_request_tries_and_others_pass_it_over(self) -> None:
        """Until it has its answer; then all of them come back."""
        answered = asyncio.Event()
        fleet = half_open(*row()[:2])
        fleet.plays(Held(answered), whole(ANSWER), whole(ANSWER))

        trying = await fleet.begun()
        _, other = await fleet.ask()
        answered.set()
        _, tried = await trying
        _, later = await fleet.ask()

        assert outcomes(other) == [("channel-1", "taken"), ("channel-2", "ok")]
        assert outcomes(tried) == outcomes(later) == [("channel-1", "ok")]

    async def test_a_try_that_fails_holds_it_back_for_longer(self) -> None:
        """And whoever tried is served by another one."""
        fleet = half_open(*row()[:2])
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
        fleet = Fleet(*row()[:2]).plays(refused(500), whole(ANSWER))
        break_down(fleet, 1)
        fleet.road.repeats = spent(tries)

        await fleet.ask()

        assert [one.secret for one in fleet.asked] == asked

    async def test_who_asked_for_rest_is_no_last_resort(self) -> None:
        """A provider that says when to come again is believed."""
        fleet = Fleet(channel(1), wait_ms=10)
        rest = Verdict(Fault.RATE, Scope.CHANNEL, Action.COOL, 30_000)
        fleet.road.health.failed(channel(1), channel(1).keys[0], rest)

        client, _ = await fleet.ask()

        assert (client.status, fleet.asked) == (429, [])

    async def test_the_first_try_of_one_that_is_well_needs_no_repeat(self) -> None:
        """However many have failed before."""
        fleet = Fleet(*row()).plays(refused(500), refused(500), whole(ANSWER))
        fleet.road.repeats = spent(0)

        client, _ = await fleet.ask()

        assert client.status == 200


class TestMidStream:
    async def test_a_stream_that_breaks_off_is_held_against_its_channel(self) -> None:
        """The client can't be helped any more; those who come after it can."""
        begun = data(chunk({"content": "Hel"}))
        fleet = Fleet(*row()[:2])
        for _ in range(2):
            fleet.plays(streamed(begun, upstream.BrokeOff("cut")))
        fleet.plays(whole(ANSWER))

        _, first = await fleet.ask(FakeClient(chat(stream=True)))
        await fleet.ask(FakeClient(chat(stream=True)))
        _, third = await fleet.ask()

        assert outcomes(first) == [("channel-1", "ok"), ("channel-1", "connect")]
        assert fleet.count("oblivious_upstream_errors") == {("channel-1", "upstream_broke_off"): 2}
        assert outcomes(third) == [("channel-2", "ok")]

    async def test_a_client_that_leaves_is_not(self) -> None:
        """It says nothing of the channel."""
        fleet = Fleet().plays(streamed(data(chunk({"content": "Hel"})), asyncio.Event()))
        client = FakeClient(chat(stream=True))

        going = asyncio.create_task(fleet.ask(client))
        await client.got.wait()
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)

        assert not fleet.road.health


class TestKeyRenames:
    async def test_a_keys_own_name_for_the_model_goes_up(self) -> None:
        """Deployments are called differently in each account; the client hears its own name."""
        two = channel(1, keys=2)
        first = msgspec.structs.replace(two.keys[0], renames={"gpt": "deployment-7"})
        fleet = Fleet(two.with_keys((first, two.keys[1]))).plays(*(whole(ANSWER) for _ in range(20)))

        steps = [(await fleet.ask())[1].trace[0] for _ in range(20)]

        named = {100: "deployment-7", 101: "gpt"}
        assert {step.key_id for step in steps} == set(named)
        assert [step.model for step in steps] == [named[step.key_id] for step in steps]
        assert [msgspec.json.decode(one.body)["model"] for one in fleet.asked] == [
            step.model for step in steps
        ]
        assert [attempt.upstream_model for attempt in fleet.journal.of(Attempt)] == [
            step.model for step in steps
        ]
