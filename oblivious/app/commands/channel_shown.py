"""Channels and their keys as the command line shows them."""

from collections.abc import Sequence

from oblivious.app.output import Row
from oblivious.channels.tables import Channel, ChannelKey


def channel_shown(row: Channel, keys: Sequence[ChannelKey]) -> Row:
    """Return a channel with its keys."""
    return {
        "id": row.id,
        "name": row.name,
        "provider": row.provider,
        "state": channel_state(row, keys),
        "base_urls": row.base_urls,
        "models": row.models,
        "mapping": row.mapping,
        "weight": row.weight,
        "priority": row.priority,
        "groups": row.groups,
        "key_mode": row.key_mode,
        "tag": row.tag,
        "note": row.note,
        "limits": row.limits,
        "abilities": row.abilities,
        "shaping": row.shaping,
        "link": row.link_shown,
        "tests": row.tests,
        "origin": row.origin,
        "disabled": row.disabled,
        "keys": [key_shown(key) for key in keys],
    }


def key_shown(row: ChannelKey) -> Row:
    """Return a key by its hint."""
    return {
        "id": row.id,
        "name": row.name,
        "hint": row.hint,
        "state": _key_state(row),
        "off_reason": row.off_reason,
        "source": row.source,
        "pool": row.pool,
        "mapping": row.mapping,
        "limits": row.limits,
        "disabled": row.disabled,
    }


def channel_state(row: Channel, keys: Sequence[ChannelKey]) -> str:
    """Return whether a channel takes work, in a word; without a key that is on it serves nothing."""
    if row.disabled:
        return "off"
    if row.draining:
        return "draining"
    return "on" if any(_key_state(key) == "on" for key in keys) else "no_key"


def _key_state(row: ChannelKey) -> str:
    if row.disabled:
        return "disabled"
    return "off" if row.off_reason else "on"
