"""A group as the admin API shows it, and how groups are looked for."""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlmodel import col

from oblivious.contracts.caller import FAIR, STRICT
from oblivious.gateway.routes.admin.asked import Field
from oblivious.gateway.routes.admin.listing import Listing
from oblivious.identity.tables import Group

GROUP = "group"
"""How the audit calls one."""


class GroupShown(msgspec.Struct, frozen=True):
    """A class of service.

    Attributes:
        policy: how much admission holds: `fair` or `strict`.
        ratio: the factor on every price, a decimal text.
        calls_per_choice: several answers are asked for one by one where a provider gives only one.
        strategy: how channels of the same priority are chosen among; empty: by weight.
    """

    id: int
    name: str
    policy: str
    ratio: str
    calls_per_choice: bool
    strategy: str
    created_at: datetime


GROUP_LIST = Listing(
    rows=select(Group),
    fields={
        "id": Field(col(Group.id), int, filters=False),
        "name": Field(col(Group.name)),
        "policy": Field(col(Group.policy), choices=(FAIR, STRICT)),
        "created_at": Field(col(Group.created_at), datetime, filters=False),
    },
    searched=(col(Group.name),),
    usual="name",
)


def group_shown(group: Group) -> GroupShown:
    """Return a group as clients see it."""
    return msgspec.convert(group, GroupShown, from_attributes=True)
