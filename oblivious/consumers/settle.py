"""The consumer that turns outcomes from the bus into the ledger."""

import asyncio
import contextlib

from oblivious.billing.settlement import Settlement
from oblivious.billing.untold import Untold
from oblivious.contracts.events import Outcome
from oblivious.infra.bus.protocols import BadOutcomes, Handler
from oblivious.infra.bus.rabbit.subscription import Subscription

_TELL_SECONDS = 1.0


def bus_handler(settlement: Settlement) -> Handler:
    """Return the handler for a subscription: bad outcomes count as done in their journals.

    That comes before they are among the dead letters, and is safe all the same: until they are there the
    broker keeps their message, and hands it out again.
    """

    async def handle(outcomes: list[Outcome]) -> None:
        try:
            await settlement.settle(outcomes)
        except BadOutcomes as bad:
            await settlement.mark([outcome for outcome, _ in bad.rejected])
            raise

    return handle


async def settle_from_bus(url: str, settlement: Settlement, stopping: asyncio.Event) -> None:
    """Settle what the broker holds until `stopping`; the batch in hand is finished first."""
    subscription = Subscription(url, bus_handler(settlement))
    running = asyncio.create_task(subscription.run())
    telling = asyncio.create_task(keep_telling(settlement.untold))
    try:
        await stopping.wait()
        subscription.stop()
        await running
        await settlement.untold.tell()
    finally:
        for task in (running, telling):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def keep_telling(untold: Untold, every_seconds: float = _TELL_SECONDS) -> None:
    """Tell the state store what it missed as soon as it is back, also when nothing new comes; for ever."""
    while True:
        await asyncio.sleep(every_seconds)
        await untold.tell()
