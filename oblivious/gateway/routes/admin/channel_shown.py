"""A channel as the admin API shows it, and how channels are looked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.channels.tables import Channel, ChannelKey, Origin
from oblivious.gateway.routes.admin.asked import Field
from oblivious.gateway.routes.admin.listing import Column, Listing
from oblivious.infra.database.json_lists import list_holds

CHANNEL = "channel"
"""How the audit calls one."""

Switch = Literal["on", "draining", "off"]
"""What an operator wants of a channel."""

State = Literal["on", "no_key", "draining", "off"]


class ChannelShown(msgspec.Struct, frozen=True):
    """One configured way to a provider; its keys are shown apart.

    Attributes:
        base_urls: dialect to base URL, where it is not the provider's own.
        models: the public model names it serves.
        mapping: public model name to the provider's, where they differ.
        weight: its share among channels of the same priority; 0: only when no other of them is left.
        priority: higher is tried first.
        groups: the groups that may use it; empty: all.
        key_mode: `random` or `polling`.
        origin: who says what it serves: `operator`, `environment`, `machine` or `demo`.
        state: `on`, `no_key` (none of its keys is on, so it serves nothing), `draining` (takes no new work,
            ends by itself) or `off`.
        tag: a word that many channels share, to change them together.
        limits: the most that is sent: `rpm`, `tpm`, `concurrency`, `spend_nano_usd_per_day`.
        abilities: what it can and cannot do: `tools`, `vision`, `context_tokens`.
        shaping: what it changes in what goes up.
        link: how connections are made; stars stand for secrets.
        tests: what is asked of it to see whether it works, and how often.
    """

    id: int
    name: str
    provider: str
    base_urls: Mapping[str, str]
    models: Sequence[str]
    mapping: Mapping[str, str]
    weight: int
    priority: int
    groups: Sequence[str]
    key_mode: str
    origin: str
    state: State
    tag: str
    note: str
    limits: Mapping[str, Any]
    abilities: Mapping[str, Any]
    shaping: Mapping[str, Any]
    link: Mapping[str, Any]
    tests: Mapping[str, Any]
    created_at: datetime


KEYED = select(col(ChannelKey.channel_id)).where(
    not_(col(ChannelKey.disabled)), col(ChannelKey.off_reason) == ""
)
"""The channels that have a key which is on."""

_AS_STORED = tuple(name for name in ChannelShown.__struct_fields__ if name not in {"state", "link"})


async def shown(session: AsyncSession, channel: Channel) -> ChannelShown:
    """Return a channel as clients see it."""
    return (await all_shown(session, [channel]))[0]


async def all_shown(session: AsyncSession, channels: Sequence[Channel]) -> list[ChannelShown]:
    """Return channels as clients see them."""
    ids = [channel.id for channel in channels]
    keyed = set(await session.scalars(KEYED.where(col(ChannelKey.channel_id).in_(ids))))
    return [channel_shown(channel, has_key=channel.id in keyed) for channel in channels]


def channel_shown(channel: Channel, *, has_key: bool) -> ChannelShown:
    """Return a channel as clients see it, given whether any of its keys is on."""
    columns = {name: getattr(channel, name) for name in _AS_STORED}
    return ChannelShown(state=state_of(channel, has_key=has_key), link=channel.link_shown, **columns)


def state_of(channel: Channel, *, has_key: bool) -> State:
    """Return whether a channel takes work, given whether any of its keys is on."""
    if channel.disabled:
        return "off"
    if channel.draining:
        return "draining"
    return "on" if has_key else "no_key"


def _is_in(_column: Column, state: State) -> ColumnElement[bool]:
    disabled, draining = col(Channel.disabled), col(Channel.draining)
    keyed = col(Channel.id).in_(KEYED)
    states: dict[State, ColumnElement[bool]] = {
        "on": and_(not_(disabled), not_(draining), keyed),
        "no_key": and_(not_(disabled), not_(draining), not_(keyed)),
        "draining": and_(not_(disabled), draining),
        "off": disabled.is_(True),
    }
    return states[state]


CHANNEL_LIST = Listing(
    rows=select(Channel),
    fields={
        "id": Field(col(Channel.id), int, filters=False),
        "name": Field(col(Channel.name)),
        "provider": Field(col(Channel.provider)),
        "tag": Field(col(Channel.tag)),
        "state": Field(col(Channel.disabled), choices=get_args(State), sorts=False, holds=_is_in),
        "model": Field(col(Channel.models), sorts=False, holds=list_holds),
        "group": Field(col(Channel.groups), sorts=False, holds=list_holds),
        "origin": Field(col(Channel.origin), choices=tuple(Origin)),
        "weight": Field(col(Channel.weight), int),
        "priority": Field(col(Channel.priority), int),
        "created_at": Field(col(Channel.created_at), datetime, filters=False),
    },
    searched=(col(Channel.name), col(Channel.tag), col(Channel.note)),
    usual="name",
)
"""What channels are filtered and sorted by; `model` and `group` are those that a channel names itself."""
