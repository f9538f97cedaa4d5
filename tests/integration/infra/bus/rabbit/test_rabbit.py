"""Publisher, subscription and dead letters on a real broker."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aio_pika
import pytest

from oblivious.contracts.events import Outcome
from oblivious.infra.bus.protocols import BadOutcomes
from oblivious.infra.bus.rabbit.deadletters import list_dead, replay
from oblivious.infra.bus.rabbit.messages import MOST_OUTCOMES
from oblivious.infra.bus.rabbit.publisher import RabbitSink
from oblivious.infra.bus.rabbit.subscription import Subscription
from oblivious.infra.bus.rabbit.topology import DEAD, OUTCOMES, channel_to, declare
from tests.fakes.bus import Ledger
from tests.fakes.records import outcome
from tests.fakes.waiting import until


def some(count: int, first: int = 1) -> list[Outcome]:
    """Return outcomes of one journal."""
    return [outcome(number) for number in range(first, first + count)]


def names(outcomes: Sequence[Outcome]) -> list[str]:
    """Name their exchanges."""
    return [o.opened.exchange_id for o in outcomes]


async def waiting_in(url: str, queue: str) -> int:
    """Count the messages that wait."""
    async with channel_to(url, "a test") as channel:
        return (await declare(channel, queue)).declaration_result.message_count or 0


@asynccontextmanager
async def consuming(url: str, ledger: Ledger) -> AsyncIterator[Subscription]:
    """Consume into the ledger."""
    subscription = Subscription(url, ledger.handle)
    running = asyncio.create_task(subscription.run())
    yield subscription
    subscription.stop()
    await running


@pytest.fixture
async def sink(amqp_url: str) -> AsyncIterator[RabbitSink]:
    sink = RabbitSink(amqp_url)
    yield sink
    await sink.close()


class TestPublishing:
    async def test_delivered_outcomes_are_in_the_queue(self, amqp_url: str, sink: RabbitSink) -> None:
        """As few messages as hold them."""
        await sink.deliver(some(2 * MOST_OUTCOMES + 1))

        assert await waiting_in(amqp_url, OUTCOMES) == 3

    async def test_a_message_that_finds_no_queue_is_a_failure(self, amqp_url: str, sink: RabbitSink) -> None:
        """The next delivery makes the queue again."""
        await sink.deliver(some(1))
        async with channel_to(amqp_url, "a test") as channel:
            await channel.queue_delete(OUTCOMES)

        with pytest.raises(aio_pika.exceptions.DeliveryError):
            await sink.deliver(some(1))
        await sink.deliver(some(1))

        assert await waiting_in(amqp_url, OUTCOMES) == 1

    async def test_a_broker_out_of_reach_is_a_failure(self) -> None:
        """Nothing is waited for in silence."""
        sink = RabbitSink("amqp://guest:guest@127.0.0.1:1/")

        with pytest.raises(OSError, match=r"\w"):
            await sink.deliver(some(1))


class TestConsuming:
    async def test_outcomes_arrive_as_they_were_sent(self, amqp_url: str, sink: RabbitSink) -> None:
        """Also those that were sent before anybody listened."""
        ledger = Ledger()
        await sink.deliver(some(300))

        async with consuming(amqp_url, ledger):
            await sink.deliver(some(300, first=301))
            await ledger.until_settled(names(some(600)))

        assert list(ledger.settled.values()) == some(600)
        assert await waiting_in(amqp_url, OUTCOMES) == 0

    async def test_a_lost_database_costs_nothing(self, amqp_url: str, sink: RabbitSink) -> None:
        """The batch waits, unacknowledged, and is settled when it is back."""
        ledger = Ledger()
        ledger.failing = ConnectionError("the database is away")
        await sink.deliver(some(10))

        async with consuming(amqp_url, ledger) as subscription:
            await until(lambda: "away" in subscription.last_error)
            ledger.failing = None
            await ledger.until_settled(names(some(10)))

        assert await waiting_in(amqp_url, DEAD) == 0

    async def test_stopping_does_not_wait_for_the_database(self, amqp_url: str, sink: RabbitSink) -> None:
        """What was not settled is given to the next consumer."""
        ledger = Ledger()
        ledger.failing = ConnectionError("the database is away")
        await sink.deliver(some(10))
        async with consuming(amqp_url, ledger) as subscription:
            await until(lambda: bool(subscription.last_error))

        ledger.failing = None
        async with consuming(amqp_url, ledger):
            await ledger.until_settled(names(some(10)))

    async def test_a_removed_queue_is_made_again(self, amqp_url: str, sink: RabbitSink) -> None:
        """The broker tells its consumer, which must not wait for ever."""
        ledger = Ledger()
        async with consuming(amqp_url, ledger) as subscription:
            await sink.deliver(some(1))
            await ledger.until_settled(names(some(1)))
            async with channel_to(amqp_url, "a test") as channel:
                await channel.queue_delete(OUTCOMES)
            await until(lambda: "ConsumerLost" in subscription.last_error)
            await sink.close()
            await sink.deliver(some(1, first=2))
            await ledger.until_settled(names(some(2)))


class TestDeadLetters:
    async def test_bad_outcomes_are_put_aside_and_the_others_settled(
        self, amqp_url: str, sink: RabbitSink
    ) -> None:
        """They can be listed with their reason, and replayed when the reason is gone."""
        ledger = Ledger()
        bad = {"x3", "x7"}

        async def settle(outcomes: list[Outcome]) -> None:
            await ledger.deliver([o for o in outcomes if o.opened.exchange_id not in bad])
            if rejected := [(o, "no account") for o in outcomes if o.opened.exchange_id in bad]:
                raise BadOutcomes(rejected)

        subscription = Subscription(amqp_url, settle)
        running = asyncio.create_task(subscription.run())
        await sink.deliver(some(10))
        await ledger.until_settled(set(names(some(10))) - bad)
        await sink.deliver(some(1, first=11))
        await ledger.until_settled(["x11"])

        letters = await list_dead(amqp_url)
        listed_again = await list_dead(amqp_url, most=1)
        bad.clear()
        replayed = await replay(amqp_url)
        await ledger.until_settled(names(some(11)))
        subscription.stop()
        await running

        assert [(names(letter.outcomes), letter.reason) for letter in letters] == [
            (["x3"], "no account"),
            (["x7"], "no account"),
        ]
        assert (len(listed_again), replayed, await waiting_in(amqp_url, DEAD)) == (1, 2, 0)

    async def test_what_cannot_be_read_is_put_aside_and_holds_up_nothing(
        self, amqp_url: str, sink: RabbitSink
    ) -> None:
        """Its body is kept as it came."""
        ledger = Ledger()
        async with channel_to(amqp_url, "a test") as channel:
            await channel.default_exchange.publish(aio_pika.Message(b"hello?"), OUTCOMES)
        await sink.deliver(some(1))

        async with consuming(amqp_url, ledger):
            await ledger.until_settled(names(some(1)))

        letters = await list_dead(amqp_url)
        assert [(letter.body, letter.outcomes) for letter in letters] == [(b"hello?", [])]
        assert "version" in letters[0].reason

    async def test_what_fails_once_more_comes_back(self, amqp_url: str) -> None:
        """A replay ends, though its letters are dead again at once."""
        ledger = Ledger()
        async with channel_to(amqp_url, "a test") as channel:
            await channel.default_exchange.publish(aio_pika.Message(b"hello?"), OUTCOMES)
        async with consuming(amqp_url, ledger):
            while not await list_dead(amqp_url):
                pass

            assert await replay(amqp_url) == 1
            while not await list_dead(amqp_url):
                pass
