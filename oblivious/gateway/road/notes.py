"""What must be known again when the client comes back, noted before it has the whole answer."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import structlog

from oblivious.gateway.road.parts import Road
from oblivious.infra.state.errors import StateStoreError
from oblivious.infra.state.protocol import StateStore

_log = structlog.get_logger(__name__)


class Note(NamedTuple):
    """A value for the state store, and how long it is kept."""

    place: str
    value: bytes
    ttl_ms: int


async def note_down(road: Road, notes: Sequence[Note]) -> None:
    """Keep the notes, all in one round trip.

    They are kept also if the client leaves meanwhile; a store out of reach is waited for as long as one call.
    """
    if not notes:
        return
    task = asyncio.ensure_future(_keep(road.store, notes))
    road.chores.add(task)
    task.add_done_callback(road.chores.discard)
    await asyncio.shield(task)


async def _keep(store: StateStore, notes: Sequence[Note]) -> None:
    try:
        await asyncio.gather(*[store.put(*note) for note in notes])
    except StateStoreError as error:
        _log.warning("answer_not_noted", error=str(error))
