"""What the road looks up, read from the database and read again whenever it changes."""

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.billing.overrides import read_overrides
from oblivious.billing.pricebook import PriceBook
from oblivious.channels.directory import Directory
from oblivious.channels.loading import load_directory
from oblivious.gateway.road.forget import forget_gone
from oblivious.gateway.road.parts import Road
from oblivious.identity.caller_rows import TOPICS
from oblivious.identity.groups import list_groups
from oblivious.infra.database.revisions import Topic
from oblivious.infra.database.sessions import reading
from oblivious.infra.database.watcher import Watcher


async def read_directory(base: Base) -> Directory:
    """Return which channels there are now."""
    async with reading(base.maker) as session:
        strategies = {group.name: group.strategy for group in await list_groups(session) if group.strategy}
        return await load_directory(session, base.secrets, PROVIDERS, strategies)


async def read_prices(base: Base) -> PriceBook:
    """Return which prices hold now."""
    async with reading(base.maker) as session:
        return PriceBook(await read_overrides(session))


def watcher_of(base: Base, road: Road) -> Watcher:
    """Return what keeps a road up to date with every change, whoever made it."""

    async def on_channels(_topic: Topic, _number: int) -> None:
        before, road.directory = road.directory, await read_directory(base)
        await road.health.welcome(before, road.directory)
        forget_gone(road)

    async def on_prices(_topic: Topic, _number: int) -> None:
        road.prices = await read_prices(base)

    async def on_accounts(_topic: Topic, _number: int) -> None:
        await road.wallets.refresh()

    watcher = Watcher(base.maker)
    watcher.subscribe(TOPICS, road.callers.on_change)
    watcher.subscribe([Topic.CHANNELS, Topic.GROUPS], on_channels)
    watcher.subscribe([Topic.PRICES], on_prices)
    watcher.subscribe([Topic.ACCOUNTS], on_accounts)
    return watcher
