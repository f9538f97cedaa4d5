"""An installation whose admin API can be asked."""

from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.loading import load_directory
from oblivious.gateway.framework import Lifespan, framework
from oblivious.gateway.routes.admin.parts import AdminParts
from oblivious.identity.api_keys import create_api_key
from oblivious.identity.defaults import ensure_defaults
from oblivious.identity.tables import KeyKind
from oblivious.identity.users import create_user
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import Sessions, reading, writing
from oblivious.infra.upstream import ConnectFailed
from tests.fakes.road import FakeRoad
from tests.fakes.upstreams import Reply

ON_BOTH = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.services)], indirect=True
)
"""For what depends on the database: order, filters, JSON, locks. A bad value is bad on both."""

ADMIN_EMAIL, MEMBER_EMAIL = "admin@example.test", "member@example.test"
ADMIN, RELAY, MEMBER = "admin", "relay", "member"


class Script(deque[Reply]):
    """What upstreams answer; when that is over, nobody is there."""

    @override
    def popleft(self) -> Reply:
        return super().popleft() if self else ConnectFailed("there is nobody")


class Desk:
    """An installation with an admin and a member, and what is known of its API.

    Attributes:
        keys: `admin` works here; `relay` is the same admin's for requests, `member` another user's.
        fake: the road with its scripted upstream.
        road: what the API looks at; it knows of channels what `look` has shown it last.
    """

    def __init__(self, maker: Sessions, secrets: Secrets, lifespan: Lifespan | None = None) -> None:
        self.maker = maker
        self.secrets = secrets
        self.keys: dict[str, str] = {}
        self.fake = FakeRoad()
        self.fake.upstream.replies = Script()
        self.road = self.fake.road
        self.app = _application(lifespan) if lifespan else _shared_application()
        _opened.append(self)

    @property
    def parts(self) -> AdminParts:
        """What the API is made from here."""
        return AdminParts(self.maker, self.secrets, PROVIDERS, self.road)

    async def furnish(self) -> None:
        """Add the users and their keys."""
        async with writing(self.maker) as session:
            await ensure_defaults(
                session, admin_email=ADMIN_EMAIL, admin_password=None, create_account=_some_account
            )
            await create_user(session, MEMBER_EMAIL, account_id=2)
            for name, user_id, kind in (
                (ADMIN, 1, KeyKind.ADMIN),
                (RELAY, 1, KeyKind.RELAY),
                (MEMBER, 2, KeyKind.RELAY),
            ):
                made = await create_api_key(session, self.secrets, user_id=user_id, name=name, kind=kind)
                self.keys[name] = made.key

    async def look(self) -> None:
        """Let the road know which channels there are, as a running gateway does within a second."""
        async with reading(self.maker) as session:
            self.road.directory = await load_directory(session, self.secrets, PROVIDERS)


_opened: deque[Desk] = deque(maxlen=1)
"""The desk that is asked: the last one. An application takes longer to build than most tests to run."""


@lru_cache(1)
def _shared_application() -> Litestar:
    return _application(_no_lifespan)


def _application(lifespan: Lifespan) -> Litestar:
    return framework(
        admin_of=lambda: _opened[-1].parts, check=_nothing_wrong, scrape=_no_numbers, lifespan=lifespan
    )


def described() -> dict[str, Any]:
    """Return the description of the API, which needs no database."""
    app = framework(admin_of=_nobody, check=_nothing_wrong, scrape=_no_numbers, lifespan=_no_lifespan)
    return app.openapi_schema.to_schema()


def _nobody() -> AdminParts:
    raise LookupError


async def _nothing_wrong() -> dict[str, str]:
    return {}


async def _no_numbers() -> bytes:
    return b""


@asynccontextmanager
async def _no_lifespan(_app: Litestar) -> AsyncGenerator[None]:
    yield


async def _some_account(session: AsyncSession, *, name: str, unlimited: bool) -> int:
    return 1
