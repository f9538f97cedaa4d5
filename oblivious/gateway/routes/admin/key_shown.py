"""A channel key as the admin API shows it, and how keys are looked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import ColumnElement, and_, not_, select
from sqlmodel import col

from oblivious.channels.tables import Channel, ChannelKey
from oblivious.gateway.routes.admin.asked import Field
from oblivious.gateway.routes.admin.listing import Column, Listing

CHANNEL_KEY = "channel key"
"""How the audit calls one."""

KeyState = Literal["on", "refused", "off"]


class KeyShown(msgspec.Struct, frozen=True):
    """What a channel presents to its provider, without the secret.

    Attributes:
        hint: enough to tell it from others.
        state: `on`, `refused` (switched off since its provider refuses it) or `off`.
        pool: the quota that it shares with other keys; empty: none.
        mapping: the channel's name for a model to the one that this key needs, where they differ.
        limits: the most that is sent: `rpm`, `tpm`, `concurrency`, `spend_nano_usd_per_day`.
        off_reason, off_at: what its provider said, and when.
        balance: what its provider said last of its money; null: nothing.
    """

    id: int
    hint: str
    name: str
    state: KeyState
    pool: str
    mapping: Mapping[str, str]
    limits: Mapping[str, Any]
    off_reason: str
    off_at: datetime | None
    balance: Mapping[str, Any] | None
    created_at: datetime


_AS_STORED = tuple(name for name in KeyShown.__struct_fields__ if name != "state")


def key_shown(key: ChannelKey) -> KeyShown:
    """Return a key as clients see it."""
    columns = {name: getattr(key, name) for name in _AS_STORED}
    return KeyShown(state=_state_of(key), **columns)


def key_name(channel: Channel, key: ChannelKey) -> str:
    """Return how the audit names a key."""
    return f"{channel.name}/{key.id}"


def _state_of(key: ChannelKey) -> KeyState:
    if key.disabled:
        return "off"
    return "refused" if key.off_reason else "on"


def _is_in(_column: Column, state: KeyState) -> ColumnElement[bool]:
    disabled, refused = col(ChannelKey.disabled), col(ChannelKey.off_reason) != ""
    states: dict[KeyState, ColumnElement[bool]] = {
        "on": and_(not_(disabled), not_(refused)),
        "refused": and_(not_(disabled), refused),
        "off": disabled.is_(True),
    }
    return states[state]


def key_list(channel_id: int) -> Listing:
    """Return the list of a channel's keys."""
    return Listing(
        rows=select(ChannelKey).where(col(ChannelKey.channel_id) == channel_id),
        fields={
            "id": Field(col(ChannelKey.id), int, filters=False),
            "name": Field(col(ChannelKey.name)),
            "pool": Field(col(ChannelKey.pool)),
            "state": Field(col(ChannelKey.disabled), choices=get_args(KeyState), sorts=False, holds=_is_in),
            "created_at": Field(col(ChannelKey.created_at), datetime, filters=False),
        },
        searched=(col(ChannelKey.name), col(ChannelKey.hint)),
    )
