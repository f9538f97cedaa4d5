"""How the search for a channel is told afterwards."""

import asyncio

import msgspec

from oblivious.channels.candidate import Candidate
from oblivious.contracts.events import Attempt
from oblivious.infra import upstream
from tests.fakes.clients import FakeClient
from tests.fakes.events import chunk, data
from tests.fakes.road import channel, chat
from tests.fakes.upstreams import streamed, whole
from tests.unit.gateway.road.answers import ANSWER, refused
from tests.unit.gateway.road.fleet import Fleet, limited, outcomes


def row() -> list[Candidate]:
    """Return three channels, one after the other."""
    return [channel(1, priority=9), channel(2, priority=5), channel(3, priority=1)]


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

        for _ in range(20):
            await fleet.ask()

        named = {100: "deployment-7", 101: "gpt"}
        attempts = fleet.journal.of(Attempt)
        models = [named[attempt.channel_key_id] for attempt in attempts]
        assert {attempt.channel_key_id for attempt in attempts} == set(named)
        assert [attempt.upstream_model for attempt in attempts] == models
        assert [msgspec.json.decode(one.body)["model"] for one in fleet.asked] == models
