"""Channels and their keys as the command line shows them: as the API does, and a channel with its keys."""

from collections.abc import Sequence

from msgspec.structs import asdict

from oblivious.app.output import Row
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.gateway.routes.admin.channel_shown import channel_shown
from oblivious.gateway.routes.admin.key_shown import key_shown


def channel_row(row: Channel, keys: Sequence[ChannelKey]) -> Row:
    """Return a channel with its keys."""
    rows = [key_row(key) for key in keys]
    shown = asdict(channel_shown(row, has_key=any(one["state"] == "on" for one in rows)))
    return {**shown, "disabled": row.disabled, "keys": rows}


def key_row(row: ChannelKey) -> Row:
    """Return a key by its hint; `source`: where a file of settings says that its secret stands."""
    return {**asdict(key_shown(row)), "source": row.source, "disabled": row.disabled}
