"""`/api/v1/notices`: what operators should know of, and what of it they have seen."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.status_codes import HTTP_200_OK
from sqlalchemy import select
from sqlmodel import col

from oblivious.channels.tables import Notice
from oblivious.gateway.routes.admin.answers import ACTS, LISTS
from oblivious.gateway.routes.admin.asked import Field
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.listing import Listing
from oblivious.gateway.routes.admin.lists import called, listed, read_page
from oblivious.gateway.routes.admin.page import Page
from oblivious.gateway.routes.admin.parts import Parts
from oblivious.gateway.routes.admin.rows import RowId, row_of
from oblivious.identity.audit import note_change
from oblivious.infra.database.sessions import writing


class NoticeShown(msgspec.Struct, frozen=True):
    """Something that happened by itself.

    Attributes:
        kind: a word for programs: `key_off`, `key_on`, `drained` ...
        subject: whom it concerns: `c12` is the channel 12, `k34` the channel key 34.
        seen: somebody has said that it was read.
    """

    id: int
    at: datetime
    kind: str
    subject: str
    message: str
    seen: bool


NoticePage = Annotated[Page[NoticeShown], called("NoticePage")]

NOTICE_LIST = Listing(
    rows=select(Notice),
    fields={
        "id": Field(col(Notice.id), int, filters=False),
        "kind": Field(col(Notice.kind)),
        "subject": Field(col(Notice.subject)),
        "seen": Field(col(Notice.seen), bool, sorts=False),
    },
    searched=(col(Notice.message),),
    usual="-id",
)


class Notices(Controller):
    """What operators should know of: a key that was switched off, a drain that has ended."""

    path = "/notices"
    tags = ("notices",)

    @get(summary="List notices", responses=LISTS, operation_class=listed(NOTICE_LIST))
    async def list_notices(self, request: AdminRequest, parts: Parts) -> NoticePage:
        """Return the notices, the newest first."""
        return await read_page(request, parts, NOTICE_LIST, _shown)

    @post("/{notice_id:int}/seen", summary="Mark a notice as seen", status_code=HTTP_200_OK, responses=ACTS)
    async def see_notice(self, request: AdminRequest, parts: Parts, notice_id: RowId) -> NoticeShown:
        """Say that a notice was read; said twice, it is the same."""
        async with writing(parts.maker) as session:
            notice = await row_of(session, Notice, notice_id, held=True)
            before = _shown(notice)
            notice.seen = True
            after = _shown(notice)
            await note_change(
                session, request.user, "see", "notice", str(notice_id), before=before, after=after
            )
        return after


def _shown(notice: Notice) -> NoticeShown:
    return msgspec.convert(notice, NoticeShown, from_attributes=True)
