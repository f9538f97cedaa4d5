"""Who is asked next when an attempt fails, and what the client is told when nobody is left."""

import asyncio
import json
from random import Random

import pytest
from typing_extensions import override

from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.contracts.errors import (
    BadCredential,
    BrokeOff,
    NoChannel,
    OutOfCredit,
    Overloaded,
    Refused,
    RelayError,
    UpstreamError,
    UpstreamRateLimited,
)
from oblivious.contracts.events import Attempt
from oblivious.gateway.road.ask import reason_in
from oblivious.gateway.road.verdict import verdict
from oblivious.infra import upstream
from tests.fakes.clients import FakeClient
from tests.fakes.road import FakeRoad, channel, chat
from tests.fakes.upstreams import Piece, Reply, whole
from tests.unit.gateway.road.answers import ANSWER, COST, refused


def two_channels(keys: int = 1) -> FakeRoad:
    return FakeRoad(channel(1, priority=10, keys=keys), channel(2, priority=5))


class TestWhoIsAskedNext:
    @pytest.mark.parametrize(
        ("failure", "next_key"),
        [
            pytest.param(refused(401), "key-1-1", id="a bad key"),
            pytest.param(refused(402), "key-1-1", id="a key without credit"),
            pytest.param(refused(429), "key-1-1", id="a key that is throttled"),
            pytest.param(
                whole(upstream.BrokeOff("no"), status=429), "key-1-1", id="throttled, and half a reason"
            ),
            pytest.param(refused(500), "key-2-0", id="a failing provider"),
            pytest.param(refused(404, "model_not_found"), "key-2-0", id="a model that is not there"),
            pytest.param(upstream.ConnectFailed("no"), "key-2-0", id="nobody at home"),
            pytest.param(upstream.FirstByteTimedOut("no"), "key-2-0", id="silence"),
            pytest.param(upstream.Garbage("no"), "key-2-0", id="garbage"),
            pytest.param(whole(upstream.BrokeOff("no")), "key-2-0", id="half an answer"),
            pytest.param(whole(b"<html>"), "key-2-0", id="another language"),
        ],
    )
    async def test_a_fault_of_the_key_asks_the_next_key_any_other_the_next_channel(
        self, failure: Reply, next_key: str
    ) -> None:
        """What says something of the whole channel is not tried again with its other keys."""
        fake = two_channels(keys=2)
        fake.upstream.replies.extend([failure, whole(ANSWER)])
        client = FakeClient(chat())

        await fake.asked_by(client)

        first, second = (asked.secret for asked in fake.asked)
        keys = {"key-1-0", "key-1-1"}
        assert client.status == 200
        assert second == next_key if next_key == "key-2-0" else {first, second} == keys
        assert await fake.leftovers() == []

    @pytest.mark.parametrize(
        "pieces", [[b"{", asyncio.Event()], [b"x" * 2_000_000], [b"{", upstream.Garbage("no gzip")]]
    )
    async def test_a_reason_that_does_not_come_is_not_waited_for(self, pieces: list[Piece]) -> None:
        """The status has said what matters."""
        response = whole(*pieces, status=429)

        assert await reason_in(response, within_s=0.01) == b""
        assert response.closed

    async def test_the_failed_attempt_costs_nothing_and_has_its_record(self) -> None:
        """Two attempts, one bill."""
        fake = two_channels().plays(refused(500), whole(ANSWER))

        await fake.asked_by(FakeClient(chat()))

        attempts = fake.journal.of(Attempt)
        assert fake.journal.kinds == ["Opened", "Attempt", "Attempt", "Ended"]
        assert [attempt.channel_id for attempt in attempts] == [1, 2]
        assert fake.ended.amount == COST
        assert fake.ended.attempt_id == attempts[1].attempt_id == fake.asked[1].header(b"x-request-id")
        assert fake.count("oblivious_failovers") == {(): 1}
        assert fake.count("oblivious_upstream_errors") == {("channel-1", "upstream_overloaded"): 1}

    async def test_what_the_provider_says_of_the_request_itself_ends_it(self) -> None:
        """No other channel would like it better; its words and its status reach the client."""
        fake, client = two_channels().plays(refused(422)), FakeClient(chat())

        await fake.asked_by(client)

        assert (client.status, fake.line.reason) == (422, "upstream_refused")
        assert json.loads(client.body)["error"]["message"] == "no"
        assert (len(fake.asked), fake.ended.amount) == (1, 0)

    async def test_a_key_that_asked_for_rest_is_left_alone_by_others_too(self) -> None:
        """Retry-After holds for the whole process."""
        fake = two_channels().plays(refused(429, retry_after="30"), whole(ANSWER), whole(ANSWER))

        await fake.asked_by(FakeClient(chat()))
        await fake.asked_by(FakeClient(chat()))

        assert [asked.secret for asked in fake.asked] == ["key-1-0", "key-2-0", "key-2-0"]

    async def test_after_its_rest_it_is_asked_as_before(self) -> None:
        """Somebody waits for it who has nobody else."""
        fake = FakeRoad().plays(refused(429, retry_after="0.05"), whole(ANSWER))
        await fake.asked_by(FakeClient(chat()))
        client = FakeClient(chat())

        going = await fake.asked_by(client)

        assert client.status == 200
        assert [step.outcome for step in going.trace] == ["waited", "ok"]

    async def test_whoever_would_wait_too_long_is_told_when_to_come_again(self) -> None:
        """Nobody is asked who has asked for rest."""
        fake = FakeRoad(wait_ms=1_000).plays(refused(429, retry_after="30"))
        await fake.asked_by(FakeClient(chat()))
        client = FakeClient(chat())

        await fake.asked_by(client)

        assert (client.status, len(fake.asked)) == (429, 1)
        assert 25 <= int(client.headers["retry-after"]) <= 30

    async def test_a_channel_that_fails_too_often_is_passed_over(self) -> None:
        """Five of ten; one failure alone changes nothing."""
        fake = two_channels()
        for _ in range(5):
            fake.plays(refused(500), whole(ANSWER))
        fake.plays(whole(ANSWER))

        for _ in range(6):
            await fake.asked_by(FakeClient(chat()))

        assert [asked.secret for asked in fake.asked] == ["key-1-0", "key-2-0"] * 5 + ["key-2-0"]

    async def test_the_last_channel_there_is_is_asked_although_its_breaker_is_open(self) -> None:
        """And once it answers it counts as well."""
        fake = FakeRoad().plays(*(refused(500) for _ in range(5)), whole(ANSWER))
        for _ in range(5):
            await fake.asked_by(FakeClient(chat()))
        client = FakeClient(chat())

        await fake.asked_by(client)

        assert client.status == 200
        assert not fake.road.health

    async def test_a_key_that_is_refused_for_good_is_switched_off(self) -> None:
        """With the provider's words; a bare 403 is no such thing."""
        fake = two_channels().plays(refused(401, "invalid_api_key"), refused(403, "z"), whole(ANSWER))
        off: list[tuple[str, int, str]] = []
        fake.road.switch_off = lambda choice, _, reason: off.append(
            (choice.candidate.name, choice.key.id, reason)
        )

        await fake.asked_by(FakeClient(chat()))

        assert off == [("channel-1", 100, "no")]

    async def test_a_mapped_model_goes_up_under_its_own_name_and_comes_back_under_ours(self) -> None:
        """The client never learns what its model is called elsewhere."""
        mapped = channel(1).to("gpt-4o-2026")
        fake = FakeRoad(mapped).plays(whole(ANSWER.replace(b'"gpt"', b'"gpt-4o-2026"')))
        client = FakeClient(chat())

        await fake.asked_by(client)

        assert json.loads(fake.asked[0].body)["model"] == "gpt-4o-2026"
        assert json.loads(client.body)["model"] == "gpt"

    async def test_who_cannot_say_what_is_wanted_is_passed_over(self) -> None:
        """Another dialect may have the words; nothing was asked, so nothing has failed."""
        wordless = channel(1, provider="anthropic", dialect=ANTHROPIC, priority=9)
        fake = FakeRoad(wordless, channel(2)).plays(whole(ANSWER))
        client = FakeClient(chat(n=2))

        await fake.asked_by(client)

        assert client.status == 200
        assert [attempt.channel_id for attempt in fake.journal.of(Attempt)] == [2]
        assert fake.count("oblivious_upstream_errors") == {}

    async def test_if_nobody_can_say_it_the_field_is_named(self) -> None:
        """And nothing is owed."""
        fake = FakeRoad(channel(1, provider="anthropic", dialect=ANTHROPIC))
        client = FakeClient(chat(n=2))

        await fake.asked_by(client)

        assert (client.status, json.loads(client.body)["error"]["param"]) == (400, "n")
        assert fake.ended.amount == 0
        assert await fake.leftovers() == []


class Dice(Random):
    """Always draws the shortest pause, and notes between which it had to choose."""

    def __init__(self) -> None:
        super().__init__(1)
        self.ranges: list[tuple[float, float]] = []

    @override
    def uniform(self, a: float, b: float) -> float:
        self.ranges.append((a, b))
        return a


class TestBackOff:
    async def test_another_channel_is_asked_at_once(self) -> None:
        """However many have failed before it: each is the first try of one that may be well."""
        channels = [channel(number, priority=-number) for number in range(1, 12)]
        fake = FakeRoad(*channels).plays(*(refused(500) for _ in channels))
        fake.road.dice = dice = Dice()

        await fake.asked_by(FakeClient(chat()))

        assert (len(fake.asked), dice.ranges) == (11, [])

    async def test_another_key_of_a_channel_that_failed_waits_within_a_ceiling_that_doubles(self) -> None:
        """Full jitter, two seconds at most, and only while repeats are few."""
        fake = FakeRoad(channel(1, keys=6)).plays(*(refused(500) for _ in range(6)))
        fake.road.dice = dice = Dice()

        await fake.asked_by(FakeClient(chat()))

        assert len(fake.asked) == 6
        assert dice.ranges == [(0, min(2.0, 0.05 * 2**number)) for number in range(5)]

    async def test_repeats_end_when_they_are_too_large_a_share_of_the_traffic(self) -> None:
        """The purse is empty after ten of them; five exchanges pay for one more."""
        fake = FakeRoad(channel(1, keys=20)).plays(*(refused(500) for _ in range(12)))
        fake.road.dice = Dice()

        await fake.asked_by(FakeClient(chat()))

        assert len(fake.asked) == 11

    async def test_no_attempt_begins_after_the_total_deadline(self) -> None:
        """All attempts together have it."""
        fake = FakeRoad(channel(1, priority=9), channel(2), deadlines=upstream.Deadlines(1, 1, 1, 0))
        fake.plays(refused(500))
        client = FakeClient(chat())

        await fake.asked_by(client)

        assert (len(fake.asked), client.status) == (1, 503)

    async def test_a_later_attempt_has_what_is_left_of_it(self) -> None:
        """The second one's total is shorter than the first one's."""
        fake = two_channels().plays(refused(500), whole(ANSWER))
        exchange_total = fake.road.limits.deadlines.total_ms

        await fake.asked_by(FakeClient(chat()))

        first, second = (asked.deadlines for asked in fake.asked)
        assert first.total_ms == exchange_total
        assert 0 < second.total_ms <= exchange_total
        assert second.idle_ms == first.idle_ms


SLOW, FAST = (
    UpstreamRateLimited("slow", retry_after_ms=9_000),
    UpstreamRateLimited("fast", retry_after_ms=200),
)
DOWN, CUT = Overloaded("down"), BrokeOff("cut")
KEY, CREDIT = BadCredential("key"), OutOfCredit("credit")
JUDGED = Refused("judged", upstream_status=400)


class TestVerdict:
    @pytest.mark.parametrize(
        ("failures", "told"),
        [
            pytest.param([DOWN, CUT], CUT, id="the last"),
            pytest.param([DOWN, JUDGED], JUDGED, id="a judgement of the request"),
            pytest.param([SLOW, FAST, SLOW], FAST, id="all throttle: who has room first"),
            pytest.param([SLOW, DOWN], DOWN, id="a failure rather than one key's limit"),
            pytest.param([DOWN, SLOW], DOWN, id="in any order"),
            pytest.param([DOWN, KEY], DOWN, id="nothing of our operator's affairs if there is more"),
            pytest.param([KEY, CREDIT], CREDIT, id="our operator's affairs if there is nothing else"),
            pytest.param([SLOW, KEY], SLOW, id="a limit rather than our operator's affairs"),
            pytest.param([KEY, SLOW], SLOW, id="in any order as well"),
        ],
    )
    def test_the_most_telling_failure_is_told(self, failures: list[UpstreamError], told: RelayError) -> None:
        """What the client could do something about comes first."""
        assert verdict(failures, []) is told

    def test_nobody_to_ask_is_said_as_such(self) -> None:
        """There may be somebody in a second."""
        told = verdict([], [])

        assert isinstance(told, NoChannel)
        assert told.retry_after_ms
