"""The admin API over a real database, without a server."""

from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest

from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import Sessions
from tests.integration.gateway.admin.desk import ADMIN, Desk


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty SQLite database; of each kind in turn where a class is marked with `ON_BOTH`."""
    kind: str = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue(f"{kind}_url")
    return url


@pytest.fixture
async def desk(maker: Sessions, secrets: Secrets) -> Desk:
    desk = Desk(maker, secrets)
    await desk.furnish()
    return desk


@pytest.fixture
async def api(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """A client that presents the admin key."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(cast("Any", desk.app)),
        base_url="http://gateway.test/api/v1",
        headers={"authorization": f"Bearer {desk.keys[ADMIN]}"},
    ) as client:
        yield client
