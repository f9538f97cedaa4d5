"""All channels and keys as the tables have them, with those that are switched off; read when they change."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from oblivious.channels.directory import Directory
from oblivious.channels.keys import list_channel_keys
from oblivious.channels.repository import list_channels
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.gateway.road.parts import Road
from oblivious.infra.database.sessions import Sessions, reading

Pair = tuple[Channel, ChannelKey]


class Rows(NamedTuple):
    """All channels and keys, and which of them chores look at; there are thousands, and it is done often.

    Attributes:
        working: keys that are on, of channels that take work.
        off: keys that were switched off by what their provider said, of channels that are on.
        draining: channels that are being drained.
        loaded: the numbers of channels that have a key which is on.
    """

    working: Sequence[Pair] = ()
    off: Sequence[Pair] = ()
    draining: Sequence[Channel] = ()
    loaded: frozenset[int] = frozenset()


def rows_of(channels: Iterable[Channel], keys: Iterable[ChannelKey]) -> Rows:
    """Sort channels and keys by what is to be done for them."""
    named = {channel.id: channel for channel in channels}
    enabled = [(named[key.channel_id], key) for key in keys if key.channel_id in named and not key.disabled]
    on = [(channel, key) for channel, key in enabled if not key.off_reason]
    return Rows(
        [(channel, key) for channel, key in on if not channel.disabled and not channel.draining],
        [(channel, key) for channel, key in enabled if key.off_reason and not channel.disabled],
        [channel for channel in named.values() if channel.draining],
        frozenset(channel.id for channel, _ in on),
    )


class Roster:
    """Reads the rows again once the road has another directory: every change brings it one."""

    def __init__(self, road: Road, maker: Sessions) -> None:
        self._road = road
        self._maker = maker
        self._read_for: Directory | None = None
        self._rows = Rows()
        self._reading = asyncio.Lock()

    async def rows(self) -> Rows:
        """Return the same rows as long as nothing has changed.

        Raises:
            SQLAlchemyError, OSError: the database is out of reach.
        """
        async with self._reading:
            directory = self._road.directory
            if directory is not self._read_for:
                async with reading(self._maker) as session:
                    rows = rows_of(await list_channels(session), await list_channel_keys(session))
                self._rows, self._read_for = rows, directory
            return self._rows
