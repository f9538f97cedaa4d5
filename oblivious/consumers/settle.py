"""The consumer that turns outcomes from the bus into the ledger."""

import asyncio

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
    consuming = asyncio.create_task(subscription.run())
    chores = {asyncio.create_task(_until(stopping)), asyncio.create_task(keep_telling(settlement.untold))}
    try:
        # Whichever ends first: a bug must not leave a worker that stands idle and looks well.
        ended, _ = await asyncio.wait({consuming, *chores}, return_when=asyncio.FIRST_COMPLETED)
        subscription.stop()
        await consuming
        await settlement.untold.tell()
        for task in ended:
            task.result()
    finally:
        for task in (consuming, *chores):
            task.cancel()
        await asyncio.gather(consuming, *chores, return_exceptions=True)


async def _until(event: asyncio.Event) -> None:
    await event.wait()


async def keep_telling(untold: Untold, every_seconds: float = _TELL_SECONDS) -> None:
    """Tell the state store what it missed as soon as it is back, also when nothing new comes; for ever."""
    while True:
        await asyncio.sleep(every_seconds)
        await untold.tell()
