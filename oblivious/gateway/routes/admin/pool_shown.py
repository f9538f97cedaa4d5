"""A pool as the admin API shows it, and how pools are looked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlmodel import col

from oblivious.channels.tables import Pool
from oblivious.gateway.routes.admin.asked import Field
from oblivious.gateway.routes.admin.listing import Listing

POOL = "pool"
"""How the audit calls one."""


class PoolShown(msgspec.Struct, frozen=True):
    """A quota that several channel keys share.

    Attributes:
        limits: the most that is sent: `rpm`, `tpm`, `concurrency`, `spend_nano_usd_per_day`.
    """

    id: int
    name: str
    limits: Mapping[str, Any]
    created_at: datetime


POOL_LIST = Listing(
    rows=select(Pool),
    fields={
        "id": Field(col(Pool.id), int, filters=False),
        "name": Field(col(Pool.name)),
        "created_at": Field(col(Pool.created_at), datetime, filters=False),
    },
    searched=(col(Pool.name),),
    usual="name",
)


def pool_shown(pool: Pool) -> PoolShown:
    """Return a pool as clients see it."""
    return msgspec.convert(pool, PoolShown, from_attributes=True)
