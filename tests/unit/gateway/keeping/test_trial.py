"""A trial goes along the real road, and nobody but the house has anything to do with it."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from oblivious.billing.ledger import TESTS
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.channels.pick import Standing
from oblivious.contracts.events import Attempt, Opened
from oblivious.contracts.meters import Meter, MeterKind
from oblivious.gateway.keeping.trial import Trial, house, tried
from oblivious.infra import upstream
from tests.fakes.events import chunk, data
from tests.fakes.road import ACCOUNT, FakeRoad, channel
from tests.fakes.upstreams import Reply, streamed, whole
from tests.fakes.waiting import turns, until
from tests.unit.gateway.road.answers import ANSWER, COST, refused

PAYER = house(99)
CANDIDATE = channel(1)
COUNTED = Verdict(Fault.CONNECT, Scope.CHANNEL, Action.COUNT)
STREAM = data(chunk({"content": "Hello"}), chunk({}, "stop"), "[DONE]")


METER = Meter("requests per minute of the channel", "c1:rpm", MeterKind.WINDOW, 0, 1, 60_000)


async def trial_of(fake: FakeRoad, model: str = "gpt", *, stream: bool = False, **changes: Any) -> Trial:
    return await tried(fake.road, PAYER, channel(1, **changes), model, stream=stream)


def standing(fake: FakeRoad, subject: str = "c1") -> Standing:
    return fake.road.health.of(subject)


class TestATrial:
    async def test_that_is_answered_is_written_down_and_billed_to_the_house(self) -> None:
        """Journal, metrics and log have it as they have any exchange; no wallet is touched."""
        fake = FakeRoad().plays(whole(ANSWER))

        trial = await trial_of(fake)

        assert (trial.ok, trial.status, trial.error) == (True, 200, "")
        assert fake.journal.kinds == ["Opened", "Attempt", "Ended"]
        (opened,), (attempt,) = fake.journal.of(Opened), fake.journal.of(Attempt)
        assert (opened.account_id, opened.user_id, opened.key_id, opened.group) == (99, 0, 0, TESTS)
        assert (opened.hold, opened.model) == (0, "gpt")
        assert (attempt.channel_id, attempt.channel_key_id) == (1, 100)
        assert (fake.ended.amount, fake.line.status) == (COST, 200)
        assert fake.ended.trace == fake.line.trace == ()
        assert await fake.store.wallet(99) is None
        assert await fake.store.wallet(ACCOUNT) is None
        assert await fake.leftovers() == []

    async def test_as_a_stream_is_read_to_its_end(self) -> None:
        """A stream that broke off afterwards would be a failure."""
        fake = FakeRoad().plays(streamed(STREAM))
        assert (await trial_of(fake, stream=True)).ok
        assert await fake.leftovers() == []

    @pytest.mark.parametrize(
        ("reply", "status", "told"),
        [
            (refused(401), 401, "no"),
            (upstream.ConnectFailed("no"), 0, "reach"),
            (whole(b"<html>"), 0, ""),
            (streamed(data(chunk({"content": "Hel"}))), 0, ""),
        ],
        ids=["refused", "nobody there", "garbage", "a stream where none was asked for, cut"],
    )
    async def test_that_fails_tells_why(self, reply: Reply, status: int, told: str) -> None:
        """In the words that a log would have; nothing is owed for it, and it is not tried again."""
        fake = FakeRoad(channel(1), channel(2)).plays(reply)

        trial = await trial_of(fake)

        assert not trial.ok
        assert trial.status in {status, 200}
        assert told in trial.error
        assert len(fake.asked) == 1
        assert fake.ended.amount == 0
        assert await fake.leftovers() == []

    async def test_whose_stream_breaks_off_is_a_failure(self) -> None:
        """What came before does not help."""
        fake = FakeRoad().plays(streamed(data(chunk({"content": "Hel"}))))
        assert not (await trial_of(fake, stream=True)).ok
        assert await fake.leftovers() == []

    async def test_that_is_stopped_ends_its_books(self) -> None:
        """A gateway that goes down leaves nothing open."""
        fake = FakeRoad().plays(asyncio.Event())
        going = asyncio.ensure_future(trial_of(fake))
        await until(lambda: bool(fake.asked))

        going.cancel()
        await asyncio.gather(going, return_exceptions=True)

        assert (fake.ended.http_status, fake.ended.reason) == (499, "stopped")
        assert await fake.leftovers() == []

    async def test_is_cut_after_half_a_minute(self) -> None:
        """Whatever the road allows its callers."""
        fake = FakeRoad().plays(whole(ANSWER))
        await trial_of(fake)
        deadlines = fake.asked[0].deadlines
        assert (deadlines.first_byte_ms, deadlines.idle_ms, deadlines.total_ms) == (30_000, 30_000, 30_000)

    async def test_of_a_model_without_a_price_costs_nothing(self) -> None:
        """It is asked all the same."""
        fake = FakeRoad().plays(whole(ANSWER))
        assert (await trial_of(fake, "nobody-priced-me")).ok
        assert fake.ended.amount == 0

    async def test_without_room_in_the_journal_is_not_made(self) -> None:
        """What cannot be written down is not asked."""
        fake = FakeRoad()
        fake.journal.full = True
        trial = await trial_of(fake)
        assert (trial.ok, fake.asked) == (False, [])


class TestWhomItReaches:
    async def test_a_channel_that_drains_or_has_no_weight_is_asked(self) -> None:
        """It is the only one that there is."""
        fake = FakeRoad().plays(whole(ANSWER), whole(ANSWER))
        assert (await tried(fake.road, PAYER, replace(CANDIDATE, draining=True), "gpt", stream=False)).ok
        assert (await trial_of(fake, weight=0)).ok

    async def test_a_channel_that_is_full_is_not_waited_for(self) -> None:
        """Its limits hold for the house as well."""
        fake = FakeRoad()
        trial = await tried(
            fake.road, PAYER, replace(CANDIDATE, meters=(METER,), metered=True), "gpt", stream=False
        )
        assert not trial.ok
        assert "limit" in trial.error
        assert fake.asked == []


class TestHealth:
    async def test_failures_count_as_those_of_traffic(self) -> None:
        """Five of them open the breaker."""
        fake = FakeRoad().plays(*[upstream.ConnectFailed("no")] * 5)
        for _ in range(5):
            assert standing(fake) is Standing.WELL
            await trial_of(fake)
        assert standing(fake) is Standing.OPEN

    async def test_a_success_closes_an_open_breaker(self) -> None:
        """It is asked although nobody else would be sent there."""
        fake = FakeRoad().plays(whole(ANSWER))
        for _ in range(5):
            fake.road.health.failed(CANDIDATE, CANDIDATE.keys[0], COUNTED)
        assert standing(fake) is Standing.OPEN

        assert (await trial_of(fake)).ok
        await turns()

        assert standing(fake) is Standing.WELL

    async def test_it_spends_no_tries_of_traffic(self) -> None:
        """Its failure is no reason to try less for callers."""
        fake = FakeRoad().plays(*[refused(500)] * 20, whole(ANSWER))
        before = [fake.road.repeats.spend() for _ in range(3)]
        for _ in range(20):
            await trial_of(fake)
        assert before == [True] * 3
        assert fake.road.repeats.spend()
