"""`oblivious worker`: the far side of the bus."""

import asyncio
import os
import signal

from oblivious.app.base import Base, opened
from oblivious.app.output import Row
from oblivious.app.settings import Mode, Settings
from oblivious.app.state import state_store
from oblivious.billing.settlement import Settlement
from oblivious.consumers.reap import reap
from oblivious.infra.bus.rabbit.subscription import Subscription
from oblivious.infra.database.installation import check_secret
from oblivious.infra.database.migrate import check_current
from oblivious.infra.database.sessions import reading
from oblivious.infra.telemetry.logs import configure_logs


async def work_until_stopped(settings: Settings) -> None:
    """Settle what the broker holds until SIGTERM or SIGINT; the batch in hand is finished first.

    Raises:
        SchemaOutdated, ForeignSecret: the database is not ready for this program.
    """
    configure_logs(settings.log_level, settings.log_format)
    async with opened(settings) as base:
        await check_current(base.engine)
        async with reading(base.maker) as session:
            await check_secret(session, base.secrets)
        store = state_store(settings)
        subscription = Subscription(settings.amqp_url, Settlement(base.maker, store).settle)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, subscription.stop)
        reaping = asyncio.create_task(reap(store))
        try:
            await subscription.run()
        finally:
            reaping.cancel()
            await asyncio.gather(reaping, return_exceptions=True)
            await store.close()


async def deadletters_list(base: Base) -> list[Row]:
    """Return what could not be settled, with its reason."""


async def deadletters_replay(base: Base) -> int:
    """Try all of it again; return how many there were."""


__all__ = ["Mode", "os"]
