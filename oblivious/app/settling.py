"""Who carries outcomes to the ledger, in each of the three modes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from oblivious.app.base import Base
from oblivious.app.settings import Mode
from oblivious.app.works import Work
from oblivious.billing.deadletters import DeadLetters
from oblivious.billing.interrupted import price_interrupted
from oblivious.billing.marks import DatabaseMarks
from oblivious.billing.settlement import Settlement
from oblivious.consumers.reap import reap, tidy
from oblivious.consumers.settle import keep_telling
from oblivious.infra.bus.embedded import EmbeddedSink
from oblivious.infra.bus.rabbit.publisher import RabbitSink
from oblivious.infra.bus.shipper import Shipper
from oblivious.infra.state.protocol import StateStore
from oblivious.infra.telemetry import families
from oblivious.infra.telemetry.logs import LineWriter
from oblivious.infra.telemetry.tally import Tally

_MEASURE_S = 1.0


@asynccontextmanager
async def open_shipper(base: Base, store: StateStore) -> AsyncGenerator[tuple[Shipper, list[Work]]]:
    """Open the shipper of this data folder, with the chores that settling brings along.

    It delivers to the broker, or where there is none straight to the ledger.
    """
    root, marks = base.settings.journal_root, DatabaseMarks(base.maker)
    if base.settings.mode is Mode.BUS:
        broker = RabbitSink(base.settings.amqp_url)
        shipper = Shipper(root, broker, marks, price_interrupted)
        yield shipper, []
        shipper.close()
        await broker.close()
    else:
        settlement = Settlement(base.maker, store)
        shipper = Shipper(
            root, EmbeddedSink(settlement.settle, DeadLetters(base.maker)), marks, price_interrupted
        )
        yield shipper, [*settling_chores(base, store), partial(keep_telling, settlement.untold)]
        shipper.close()


def settling_chores(base: Base, store: StateStore) -> list[Work]:
    """Return what somebody who settles does on the side: clear away what nobody gave back."""
    return [partial(reap, store), partial(tidy, store, base.maker)]


async def measured(shipper: Shipper, tally: Tally, writer: LineWriter) -> None:
    """Put what the shipper is behind with, and lost log lines, among the numbers; for ever."""
    while True:
        status = shipper.status()
        tally.put(families.JOURNAL_LAG, status.lag_seconds)
        tally.put(families.BUS_LAG, status.waiting)
        tally.put(families.LOG_DROPPED, writer.dropped)
        await asyncio.sleep(_MEASURE_S)
