"""`/api/v1/routes`: where a request would go, and why."""

from litestar import Controller, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.channels.left_out import Listed
from oblivious.channels.tables import Channel
from oblivious.gateway.routes.admin.answers import ASKS
from oblivious.gateway.routes.admin.channel_shown import KEYED
from oblivious.gateway.routes.admin.parts import Parts
from oblivious.gateway.routes.admin.route_asked import RouteQuestion, exchange_of, read_asker
from oblivious.gateway.routes.admin.route_told import Explanation, explained
from oblivious.infra.database.sessions import reading


class Routes(Controller):
    """Where requests go."""

    path = "/routes"
    tags = ("routes",)

    @post("/explain", summary="Explain where a request would go", status_code=HTTP_200_OK, responses=ASKS)
    async def explain_route(self, parts: Parts, data: JSONBody[RouteQuestion]) -> Explanation:
        """Say which channels would be tried, in which order, and why each other one is out.

        As this gateway process sees it now; nobody is asked, and nothing is taken.
        """
        async with reading(parts.maker) as session:
            caller = await read_asker(session, data)
            house = await _house(session)
        return await explained(parts.road, exchange_of(data, caller), house)


async def _house(session: AsyncSession) -> list[Listed]:
    """Return every channel that there is, by name."""
    keyed = set(await session.scalars(KEYED))
    channels = await session.scalars(select(Channel).order_by(col(Channel.name)))
    return [
        Listed(one.id, one.name, one.models, one.groups, one.disabled, one.draining, one.id in keyed)
        for one in channels
    ]
