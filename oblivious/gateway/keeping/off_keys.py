"""Keys that were switched off since their provider refused them: probed ever more rarely, until they work."""

from datetime import datetime
from functools import partial

import structlog

from oblivious.channels.names import is_pattern, matches
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.errors import Garbled, UpstreamError
from oblivious.gateway.keeping.inquiring import listed_models
from oblivious.gateway.keeping.parts import Keeping, few_at_once
from oblivious.gateway.keeping.slots import slot_of
from oblivious.gateway.keeping.testing import ask_all, on_again
from oblivious.gateway.keeping.ways import asked_of, first_ways, open_channel, usual_models
from oblivious.infra.crypto import WrongSecret
from oblivious.infra.database.sessions import reading
from oblivious.infra.database.types import utc_now

_log = structlog.get_logger(__name__)


class OffKeys:
    """Probes each at its times; of all processes one does."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._done: dict[int, tuple[datetime, int]] = {}

    async def round(self) -> None:
        """Probe what is due.

        Raises:
            StateStoreError, SQLAlchemyError, OSError: one of the two is out of reach.
        """
        rows = await self._keeping.roster.rows()
        self._done = {key.id: self._done[key.id] for _, key in rows.off if key.id in self._done}
        await few_at_once(partial(self._probe_if_due, *both) for both in rows.off)

    async def _probe_if_due(self, channel: Channel, key: ChannelKey) -> None:
        times, since = self._keeping.times, key.off_at
        if since is None:
            return
        slot = slot_of((utc_now() - since).total_seconds(), times.probe_first, times.probe_most)
        if slot < 0 or self._done.get(key.id) == (since, slot):
            return
        self._done[key.id] = since, slot
        # No process comes to this slot again once the next one has begun.
        if await self._keeping.taken(f"probe:k{key.id}:{since.timestamp()}:{slot}", times.probe_most + 60):
            await self._probe(channel, key)

    async def _probe(self, channel: Channel, key: ChannelKey) -> None:
        try:
            listed = await self._listed(channel, key)
            await self._ask(channel, key, listed)
        except UpstreamError as error:
            _log.info("channel_key_still_off", channel_key_id=key.id, error=error.message)
        except (ChangeRefused, WrongSecret) as error:  # said when the channel is loaded
            _log.info("channel_key_still_off", channel_key_id=key.id, error=str(error))

    async def _listed(self, channel: Channel, key: ChannelKey) -> tuple[str, ...]:
        """Ask for the list of models first: a key that is refused there need not be tried any further."""
        tester = self._keeping.tester
        try:
            return await listed_models(tester.secrets, tester.providers, channel, key)
        except (ChangeRefused, Garbled):  # it has none that can be asked for
            return ()

    async def _ask(self, channel: Channel, key: ChannelKey, listed: tuple[str, ...]) -> None:
        tester = self._keeping.tester
        models = usual_models(channel)[:1] or _fitting(channel, listed)
        if not models:
            if listed:
                await on_again(tester, key.id)
            return
        async with reading(tester.maker) as session:
            opened = await open_channel(session, tester.providers, channel.id)
        asked = first_ways(list(asked_of(opened, tester.secrets, models, [key.id])))
        await ask_all(tester, asked, stream=False)


def _fitting(channel: Channel, listed: tuple[str, ...]) -> tuple[str, ...]:
    """Return a model of the provider's list that a pattern of the channel stands for, if there is one."""
    patterns = [name for name in channel.models if is_pattern(name)]
    fitting = (name for name in listed if any(matches(pattern, name) for pattern in patterns))
    return tuple(fitting)[:1]
