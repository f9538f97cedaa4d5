"""Whoever dies on the way from the journal to settlement: nothing is lost."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from oblivious.infra.bus.rabbit.publisher import RabbitSink
from oblivious.infra.bus.rabbit.subscription import Subscription
from oblivious.infra.bus.shipper import Shipper
from tests.fakes.bus import Ledger
from tests.fakes.records import outcome, price
from tests.fakes.waiting import until
from tests.integration.infra.bus.writers import writing
from tests.services.server import PrivateServer

_REPOSITORY = Path(__file__).parents[5]
_CONSUMER = Path(__file__).with_name("consumer.py")


@asynccontextmanager
async def bus(root: Path, url: str, ledger: Ledger) -> AsyncIterator[Shipper]:
    """Run shipper and consumer."""
    sink, subscription = RabbitSink(url), Subscription(url, ledger.handle)
    shipper = Shipper(root, sink, ledger, price, poll_ms=5, tidy_ms=50)
    running = [asyncio.create_task(shipper.run()), asyncio.create_task(subscription.run())]
    try:
        yield shipper
    finally:
        shipper.stop()
        subscription.stop()
        await asyncio.gather(*running)
        await sink.close()
        shipper.close()


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_a_broker_that_goes_away_in_the_middle_loses_nothing(
    root: Path, ledger: Ledger, private_rabbitmq: PrivateServer, end: str
) -> None:
    """The journal grows meanwhile; everything that was written is settled when it is back."""
    async with (
        bus(root, private_rabbitmq.url, ledger) as shipper,
        writing(root, "boot") as writer,
    ):
        await writer.work(100)
        await ledger.until(lambda: len(ledger.settled) > 100)

        await asyncio.to_thread(getattr(private_rabbitmq, end))
        await writer.work(100)
        await until(lambda: bool(shipper.status().last_error))
        assert shipper.status().lag_seconds > 0
        await asyncio.to_thread(private_rabbitmq.start)
        await writer.work(10)
        await writer.kill()

        await ledger.until_settled(writer.opened)
        await until(lambda: not (root / "boot").exists())


async def test_a_killed_consumer_loses_nothing(amqp_url: str, tmp_path: Path) -> None:
    """What it had not acknowledged is settled by the next one."""
    outcomes = [outcome(number) for number in range(1, 3_001)]
    settled = tmp_path / "settled"
    sink = RabbitSink(amqp_url)
    await sink.deliver(outcomes)
    await sink.close()

    for lines in (1, 700, 3_000):
        consumer = await asyncio.create_subprocess_exec(
            sys.executable,
            str(_CONSUMER),
            amqp_url,
            str(settled),
            cwd=_REPOSITORY,
            env={"PYTHONPATH": str(_REPOSITORY)},
        )
        try:
            await until(lambda: len(_lines(settled)) >= lines)  # noqa: B023 - awaited here
        finally:
            consumer.kill()
            await consumer.wait()

    assert _lines(settled) == {o.opened.exchange_id for o in outcomes}


def _lines(path: Path) -> set[str]:
    return set(path.read_text().split()) if path.exists() else set()
