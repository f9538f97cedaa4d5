"""From a presented API key to its caller: memory, then the state store, then the database."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

import msgspec

from oblivious.contracts.caller import Caller
from oblivious.contracts.errors import AdminKey, DisabledKey, StateLost, UnknownKey
from oblivious.identity.caller_rows import TOPICS, StampedCaller, read_caller
from oblivious.identity.known import BadKey, KnownBad, KnownCallers
from oblivious.infra.crypto import Secrets, could_be_api_key
from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.database.revisions import Topic
from oblivious.infra.database.sessions import Sessions, reading
from oblivious.infra.state.errors import StoreUnreachable

__all__ = ["TOPICS", "Callers", "SmallValues"]

_STORED_MS = 60_000
_TRY_AGAIN_MS = 1_000
_WORDS: dict[BadKey, str] = {
    UnknownKey: "The API key is missing or nobody knows it.",
    DisabledKey: "The API key, or the user it belongs to, is switched off.",
    AdminKey: "This is an admin key: it works at /api/v1 only. Make one without `--admin` for requests.",
}

_decode = msgspec.json.Decoder(StampedCaller).decode
_encode = msgspec.json.Encoder().encode


class SmallValues(Protocol):
    """The part of the state store that keeps small values with a life, seen by every worker."""

    async def get(self, key: str) -> bytes | None:
        """Return the value, None if it is not there.

        Raises:
            StoreUnreachable: nobody can tell.
        """
        ...

    async def put(self, key: str, value: bytes, ttl_ms: int) -> None:
        """Keep the value for at most `ttl_ms`.

        Raises:
            StoreUnreachable: it may not be kept.
        """
        ...


class Callers:
    """Who presents which key.

    `on_change` belongs to `TOPICS`: it forgets everybody, and what was read before a change is never
    remembered after it.

    Attributes:
        lookup: the caller of a presented key if this process remembers it, else None; for every request.
    """

    def __init__(
        self,
        maker: Sessions,
        secrets: Secrets,
        store: SmallValues,
        *,
        capacity: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._maker = maker
        self._secrets = secrets
        self._store = store
        self._known = KnownCallers(capacity)
        self._bad = KnownBad(capacity, clock)
        self._flights: dict[str | bytes, asyncio.Task[Caller]] = {}
        self._numbers: dict[Topic, int] = dict.fromkeys(TOPICS, 0)
        self._stamp = 0
        self.lookup: Callable[[str | bytes], Caller | None] = self._known.get

    async def resolve(self, presented: str | bytes) -> Caller:
        """Find the caller of a key; those who present one key at the same time wait for one answer.

        Raises:
            UnknownKey: nobody owns it.
            DisabledKey: it, or its user, was switched off.
            AdminKey: it is one for the admin API.
            StateLost: only the database could tell, and it is out of reach.
        """
        caller = self.lookup(presented)
        if caller is not None:
            return caller
        reason = self._bad.get(presented)
        if reason is not None:
            raise reason(_WORDS[reason])
        # Whoever hangs up must not take the answer from the others.
        return await asyncio.shield(self._flights.get(presented) or self._take_off(presented))

    async def on_change(self, topic: Topic, number: int) -> None:
        """Forget everybody: any of them may have changed."""
        self._numbers[topic] = number
        self._stamp = sum(self._numbers.values())
        self._known.clear()
        self._bad.clear()

    def _take_off(self, presented: str | bytes) -> asyncio.Task[Caller]:
        flight = asyncio.create_task(self._find(presented))
        self._flights[presented] = flight
        flight.add_done_callback(lambda landed: self._land(presented, landed))
        return flight

    def _land(self, presented: str | bytes, flight: asyncio.Task[Caller]) -> None:
        del self._flights[presented]
        if not flight.cancelled():
            # Asked for, so that nobody is told of an error whose every waiter has gone.
            flight.exception()

    async def _find(self, presented: str | bytes) -> Caller:
        found = await self._read(presented if isinstance(presented, str) else presented.decode("latin-1"))
        fresh = found.stamp >= self._stamp
        usable = _usable(found.caller)
        if isinstance(usable, Caller):
            if fresh:
                self._known.put(presented, usable)
            return usable
        if fresh:
            self._bad.put(presented, usable)
        raise usable(_WORDS[usable])

    async def _read(self, api_key: str) -> StampedCaller:
        if not could_be_api_key(api_key):
            return StampedCaller(self._stamp, None)
        place = f"caller:{self._secrets.hash_api_key(api_key)}"
        stored = await self._stored(place)
        if stored is not None and stored.stamp >= self._stamp:
            return stored
        found = await self._in_database(api_key)
        if found.caller is not None:
            await self._store_at(place, found)
        return found

    async def _in_database(self, api_key: str) -> StampedCaller:
        try:
            async with reading(self._maker) as session:
                return await read_caller(session, self._secrets.hashes_of(api_key))
        except DATABASE_LOST as error:
            raise StateLost("the API key can't be checked now", retry_after_ms=_TRY_AGAIN_MS) from error

    async def _stored(self, place: str) -> StampedCaller | None:
        try:
            value = await self._store.get(place)
            return None if value is None else _decode(value)
        except (StoreUnreachable, msgspec.DecodeError):
            return None  # out of reach, or written by another version: the database knows as well

    async def _store_at(self, place: str, found: StampedCaller) -> None:
        try:
            await self._store.put(place, _encode(found), _STORED_MS)
        except StoreUnreachable:
            return  # the next worker asks the database, too


def _usable(caller: Caller | None) -> Caller | BadKey:
    """Return the caller, or why there is none that may use the relay."""
    if caller is None:
        return UnknownKey
    if caller.disabled:
        return DisabledKey
    return AdminKey if caller.admin_key else caller
