"""The API keeps what its description promises, whatever it is asked; and the description reads well."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from litestar import Litestar
from schemathesis.python.asgi import get_client
from schemathesis.specs.openapi.checks import allow_header_conformance, ignored_auth, positive_data_acceptance

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.tables import metadata
from oblivious.channels.keys import add_channel_key
from oblivious.channels.repository import add_channel
from oblivious.channels.wanted import Wanted
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.sessions import sessions, writing
from tests.integration.gateway.admin.desk import ADMIN, Desk, described

DESCRIPTION = schemathesis.openapi.from_dict(described()).include(path_regex="^/api/v1/")

NOBODY = "http://127.0.0.1:9/v1"
"""Where no provider is: nothing that is asked here leaves the machine."""

BOUNDED = settings(
    max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


UNPROMISED = [
    positive_data_acceptance,  # a text of the right shape may still name no provider
    allow_header_conformance,  # what Litestar answers to OPTIONS by itself names only some methods of a path
    ignored_auth,  # it would ask a server; `test_access.py` asks every route without a key
]


class Opened:
    """An API that is opened by whoever asks it first, in the asker's own loop."""

    def __init__(self, database_url: str, secrets: Secrets) -> None:
        self._engine = create_engine(database_url)
        self.desk = Desk(sessions(self._engine), secrets, self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _app: Litestar) -> AsyncIterator[None]:
        async with self._engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await self.desk.furnish()
        async with writing(self.desk.maker) as session:
            channel = await add_channel(
                session,
                PROVIDERS,
                name="first",
                provider="openai",
                wanted=Wanted(base_url=NOBODY, models=["gpt-4o"]),
                secrets=self.desk.secrets,
            )
            await add_channel_key(
                session, self.desk.secrets, channel, PROVIDERS["openai"], "sk-provider-0123456789"
            )
        await self.desk.look()
        yield
        await self._engine.dispose()


@pytest.fixture
def asked(database_url: str, secrets: Secrets) -> Iterator[dict[str, Any]]:
    """How the API is called; it is furnished by then."""
    desk = Opened(database_url, secrets).desk
    with get_client(cast("Any", desk.app)) as client:
        client.get("http://gateway.test/healthz")
        key = desk.keys[ADMIN]
        yield {
            "session": client,
            "base_url": "http://gateway.test",
            # Whatever is changed, it is what was seen: else each such request would end there.
            "headers": {"Authorization": f"Bearer {key}", "If-Match": "*"},
        }


def test_shapes_are_called_by_words() -> None:
    """Generated clients make classes of them: no name is that of one of our modules."""
    shapes = described()["components"]["schemas"]

    assert [name for name in shapes if not re.fullmatch("([A-Z][a-z]+)+", name)] == []


def test_each_list_has_a_kind_of_page() -> None:
    """Whose items have a shape."""
    description = described()
    shapes = description["components"]["schemas"]
    lists = [
        operation
        for path in description["paths"].values()
        for operation in path.values()
        if any(parameter["name"] == "cursor" for parameter in operation.get("parameters", []))
    ]

    answers = [one["responses"]["200"]["content"]["application/json"]["schema"] for one in lists]
    pages = {answer["$ref"].rpartition("/")[2] for answer in answers}
    items = {shapes[page]["properties"]["items"]["items"]["$ref"].rpartition("/")[2] for page in pages}
    assert len(pages) == len(items) == len(lists)
    assert all(page.endswith("Page") for page in pages)
    assert items <= shapes.keys()


@DESCRIPTION.parametrize()
@BOUNDED
def test_every_answer_is_described(case: schemathesis.Case[Any], asked: dict[str, Any]) -> None:
    """No 500, no status, media type or shape that is not described; nothing without a key."""
    case.call_and_validate(**asked, excluded_checks=UNPROMISED)
