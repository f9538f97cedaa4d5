"""`/api/v1/audit`: who changed what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, get
from sqlalchemy import select
from sqlmodel import col

from oblivious.gateway.routes.admin.answers import LISTS
from oblivious.gateway.routes.admin.asked import Field
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.listing import Listing, read_list
from oblivious.gateway.routes.admin.lists import asked_of, called, listed, page_of
from oblivious.gateway.routes.admin.page import Page
from oblivious.gateway.routes.admin.parts import Parts
from oblivious.identity.audit import COMMAND_LINE, AuditRow
from oblivious.identity.users import emails_of
from oblivious.infra.database.sessions import reading


class ChangeShown(msgspec.Struct, frozen=True):
    """A change that was made by this API or on the command line.

    Attributes:
        user: the address of who made it; empty: the user is gone.
        user_id, key_id: who made it, by which admin key; 0: it was made on the command line.
        action: `create`, `edit`, `delete`, `enable` ...
        kind: what was changed: `group`, `channel` ...
        name: which of them.
        before, after: what was changed as the API showed it; null where there was nothing, or is nothing now.
    """

    id: int
    at: datetime
    user: str
    user_id: int
    key_id: int
    action: str
    kind: str
    name: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    request_id: str


ChangePage = Annotated[Page[ChangeShown], called("ChangePage")]

AUDIT_LIST = Listing(
    rows=select(AuditRow),
    fields={
        "id": Field(col(AuditRow.id), int, filters=False),
        "user_id": Field(col(AuditRow.user_id), int),
        "key_id": Field(col(AuditRow.key_id), int),
        "action": Field(col(AuditRow.action)),
        "kind": Field(col(AuditRow.kind)),
        "name": Field(col(AuditRow.name)),
        "request_id": Field(col(AuditRow.request_id)),
    },
    searched=(col(AuditRow.name), col(AuditRow.kind), col(AuditRow.action)),
    usual="-id",
)


class Audit(Controller):
    """What was changed by this API or on the command line; nothing here can be changed or deleted."""

    path = "/audit"
    tags = ("audit",)

    @get(summary="List changes", responses=LISTS, operation_class=listed(AUDIT_LIST))
    async def list_changes(self, request: AdminRequest, parts: Parts) -> ChangePage:
        """Return who changed what, the newest first."""
        asked = asked_of(request, AUDIT_LIST)
        async with reading(parts.maker) as session:
            found = await read_list(session, AUDIT_LIST, asked)
            users = await emails_of(session, {row.user_id for row in found.items})
        users[COMMAND_LINE.user_id] = COMMAND_LINE.email
        return page_of(found, lambda row: _shown(row, users))


def _shown(row: AuditRow, users: Mapping[int, str]) -> ChangeShown:
    columns = {name: getattr(row, name) for name in _AS_STORED}
    return ChangeShown(user=users.get(row.user_id, ""), **columns)


_AS_STORED = tuple(name for name in ChangeShown.__struct_fields__ if name != "user")
