"""Who gets in: admins, by the keys made for it. Sessions of the console will be one more way to an actor."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from oblivious.contracts.errors import UnknownKey
from oblivious.gateway.routes.admin.parts import PartsOf
from oblivious.gateway.routes.admin.request_ids import request_id
from oblivious.identity.admins import find_admin
from oblivious.infra.database.sessions import reading

_SCHEME = "bearer"


Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def guard_of(parts_of: PartsOf) -> Guard:
    """Return what lets admins through, each named as the request's user, and nobody else."""

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        parts = parts_of()
        presented = presented_key(connection.headers.get("authorization", ""))
        async with reading(parts.maker) as session:
            admin = await find_admin(session, parts.secrets, presented)
        connection.scope["user"] = msgspec.structs.replace(admin, request_id=request_id(connection.scope))

    return guard


def presented_key(header: str) -> str:
    """Return the key in an `Authorization` header.

    Raises:
        UnknownKey: there is none.
    """
    scheme, _, key = header.strip().partition(" ")
    if scheme.lower() != _SCHEME or not key.strip():
        raise UnknownKey("send an admin key as `Authorization: Bearer sk-...`")
    return key.strip()
