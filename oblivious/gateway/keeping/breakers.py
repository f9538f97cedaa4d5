"""Who was held back and may be tried again, but is asked by nobody: asked by us, so that it comes back."""

from collections.abc import Iterator
from functools import partial

from oblivious.channels.health import HealthMirror
from oblivious.channels.names import is_pattern, upstream_name
from oblivious.channels.pick import Standing
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.contracts.changes import ChangeRefused, NoSuch
from oblivious.gateway.keeping.parts import Keeping, few_at_once
from oblivious.gateway.keeping.roster import Rows
from oblivious.gateway.keeping.testing import ask_all
from oblivious.gateway.keeping.ways import asked_of, first_ways, open_channel, usual_models
from oblivious.infra.crypto import WrongSecret
from oblivious.infra.database.sessions import reading


class Breakers:
    """Leaves a half-open subject to traffic for a round, then probes it; of all processes one does."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._before: frozenset[str] = frozenset()

    async def round(self) -> None:
        """Probe who is still half-open.

        Raises:
            StateStoreError, SQLAlchemyError, OSError: one of the two is out of reach.
        """
        half_open = frozenset(self._keeping.tester.road.health.half_open())
        stayed, self._before = half_open & self._before, half_open
        if stayed:
            rows = await self._keeping.roster.rows()
            await few_at_once(partial(self._probe, subject, rows) for subject in stayed)

    async def _probe(self, subject: str, rows: Rows) -> None:
        health = self._keeping.tester.road.health
        able = (found for found in who_stands_for(subject, rows) if _may_be_asked(health, found[1]))
        found = next(able, None)
        if found is None or await health.claim([subject]) is not None:
            return
        try:
            await self._ask(*found)
        finally:
            health.release([subject])

    async def _ask(self, channel: Channel, key: ChannelKey, model: str) -> None:
        tester = self._keeping.tester
        try:
            async with reading(tester.maker) as session:
                opened = await open_channel(session, tester.providers, channel.id)
            asked = first_ways(list(asked_of(opened, tester.secrets, [model], [key.id])))
            await ask_all(tester, asked, stream=False)
        except (ChangeRefused, NoSuch, WrongSecret):  # it is gone, or cannot be read, which was said
            return


def _may_be_asked(health: HealthMirror, key: ChannelKey) -> bool:
    """Whether a key was not told to slow down: it would show nothing but that."""
    return health.of(f"k{key.id}") is not Standing.COOLING


def who_stands_for(subject: str, rows: Rows) -> Iterator[tuple[Channel, ChannelKey, str]]:
    """Yield those who can show that a subject is well: a channel, its key, and a public model."""
    whose, _, upstream_model = subject.partition(":")
    for channel, key in rows.working:
        usual = usual_models(channel)
        if whose == "p":
            if key.pool == upstream_model and usual:
                yield channel, key, usual[0]
        elif upstream_model:
            if whose == f"k{key.id}":
                yield channel, key, _public_name(channel, key, upstream_model)
        elif whose in {f"k{key.id}", f"c{channel.id}"} and usual:
            yield channel, key, usual[0]


def _public_name(channel: Channel, key: ChannelKey, upstream_model: str) -> str:
    """Return the public model that a key asks for by that name; the name itself where there is none."""
    for model in channel.models:
        own = upstream_name(channel.mapping, model)
        if not is_pattern(model) and key.mapping.get(own, own) == upstream_model:
            return model
    return upstream_model
