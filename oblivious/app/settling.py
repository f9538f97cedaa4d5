"""Who carries outcomes to the ledger, in each of the three modes."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from oblivious.app.base import Base
from oblivious.app.settings import Mode
from oblivious.billing.deadletters import DeadLetters
from oblivious.billing.interrupted import price_interrupted
from oblivious.billing.marks import DatabaseMarks
from oblivious.billing.settlement import Settlement
from oblivious.infra.bus.embedded import EmbeddedSink
from oblivious.infra.bus.rabbit.publisher import RabbitSink
from oblivious.infra.bus.shipper import Shipper
from oblivious.infra.state.protocol import StateStore


@asynccontextmanager
async def open_shipper(base: Base, store: StateStore) -> AsyncGenerator[Shipper]:
    """Open the shipper of this data folder.

    It delivers to the broker, or where there is none straight to the ledger.
    """
    root, marks = base.settings.journal_root, DatabaseMarks(base.maker)
    if base.settings.mode is Mode.BUS:
        broker = RabbitSink(base.settings.amqp_url)
        shipper = Shipper(root, broker, marks, price_interrupted)
        yield shipper
        shipper.close()
        await broker.close()
    else:
        ledger = EmbeddedSink(Settlement(base.maker, store).settle, DeadLetters(base.maker))
        shipper = Shipper(root, ledger, marks, price_interrupted)
        yield shipper
        shipper.close()
