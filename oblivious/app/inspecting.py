"""How channels fare and where requests would go, as a command can tell: from the database and the store.

What a gateway process measures itself, requests in flight and times, is not known here. Without Redis neither
are failures and limits: each process then has its own.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

import msgspec

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.app.own_road import open_own_road
from oblivious.channels.repository import get_channel, list_channels
from oblivious.gateway.road.parts import Road
from oblivious.gateway.routes.admin.health_read import read_healths
from oblivious.gateway.routes.admin.health_told import ChannelHealth
from oblivious.gateway.routes.admin.route_asked import RouteQuestion, exchange_of, read_asker, read_house
from oblivious.gateway.routes.admin.route_told import Explanation, explained
from oblivious.infra.database.sessions import reading


class Healths(NamedTuple):
    """How channels fare; `shared`: their failures and limits are known, and not only their rows."""

    channels: Sequence[ChannelHealth]
    shared: bool


class Explained(NamedTuple):
    """Where a request would go; `shared`: by what all gateways know, and not only by rows."""

    explanation: Explanation
    shared: bool


async def inspect_channels(base: Base, name: str | None) -> Healths:
    """Return how one channel fares, or each of them, the oldest first.

    Raises:
        NoSuch: there is no channel of that name.
    """
    async with _open_informed(base) as road, reading(base.maker) as session:
        channels = [await get_channel(session, name)] if name else await list_channels(session)
        told = await read_healths(session, road, PROVIDERS, base.secrets, channels)
        shared = _is_shared(base, road)
    return Healths(told if shared else [_of_rows(one) for one in told], shared)


async def explain(base: Base, question: RouteQuestion) -> Explained:
    """Return where a request would go.

    Raises:
        ChangeRefused: names what makes no sense in the question.
    """
    async with _open_informed(base) as road:
        async with reading(base.maker) as session:
            caller, house = await read_asker(session, question), await read_house(session)
        return Explained(await explained(road, exchange_of(question, caller), house), _is_shared(base, road))


@asynccontextmanager
async def _open_informed(base: Base) -> AsyncGenerator[Road]:
    async with open_own_road(base) as road:
        await road.health.read()
        yield road


def _is_shared(base: Base, road: Road) -> bool:
    return bool(base.settings.redis_url) and not road.health.alone


def _of_rows(told: ChannelHealth) -> ChannelHealth:
    """Return what is known from rows alone: nothing of limits."""
    return msgspec.structs.replace(told, shared=False, limits=None)
