"""`oblivious ship`: the shipper process, which `serve` starts and watches."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator
from functools import partial

from oblivious.app.base import Base, opened
from oblivious.app.settings import Settings
from oblivious.app.settling import measured, open_shipper
from oblivious.app.state import open_store
from oblivious.app.works import running
from oblivious.billing.ledger import house_accounts
from oblivious.contracts.ids import new_id
from oblivious.gateway.keeping.reports import serve_nobody
from oblivious.gateway.road.wallets import Wallets
from oblivious.infra.bus.shipper import Shipper
from oblivious.infra.database.sessions import reading
from oblivious.infra.state.protocol import Entry, Standing
from oblivious.infra.telemetry.logs import configure_logs
from oblivious.infra.telemetry.tally import Tally, leave_dumps


async def ship(settings: Settings) -> None:
    """Carry this data folder's journals to where they are settled until SIGTERM, and then the rest."""
    writer = configure_logs(settings.log_level, settings.log_format)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    loop.add_signal_handler(signal.SIGINT, stopping.set)
    boot_id = new_id()
    tally = Tally(boot_id)
    async with opened(settings) as base, contextlib.AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings))
        shipper, chores = await stack.enter_async_context(open_shipper(base, store))

        wallets = Wallets(
            store,
            base.maker,
            boot_id=boot_id,
            node=socket.gethostname(),
            held=lambda: _unsettled(shipper, base),
        )
        measuring = [
            partial(measured, shipper, tally, writer),
            partial(leave_dumps, tally, settings.metrics_root),
        ]
        telling = partial(serve_nobody, store, boot_id)
        async with running([shipper.run, wallets.beat, telling, *measuring, *chores]):
            await stopping.wait()
        await shipper.drain()
        await wallets.leave()


async def _unsettled(shipper: Shipper, base: Base) -> AsyncIterator[list[Entry]]:
    """Yield what ended and is not settled: its money is spent, whatever the state store remembers.

    What the house owes itself is left out: it has no wallet.
    """
    async for batch in shipper.unsettled():
        async with reading(base.maker) as session:
            own = await house_accounts(session, {spent.account_id for spent in batch})
        yield [
            Entry(spent.account_id, spent.exchange_id, Standing.SPENT, spent.amount)
            for spent in batch
            if spent.account_id not in own
        ]
