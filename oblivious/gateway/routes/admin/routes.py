"""`/api/v1/routes`: where a request would go, and why."""

from litestar import Controller, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from oblivious.gateway.routes.admin.answers import ASKS
from oblivious.gateway.routes.admin.parts import Parts
from oblivious.gateway.routes.admin.route_asked import RouteQuestion, exchange_of, read_asker, read_house
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
            house = await read_house(session)
        return await explained(parts.road, exchange_of(data, caller), house)
