"""Ids that belong to the upstream account which made them lead back to it."""

import asyncio
from collections.abc import Sequence

import structlog

from oblivious.channels.directory import Candidate
from oblivious.contracts.errors import ForeignBinding, StateLost
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.parts import Road
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.protocol import StateStore

_log = structlog.get_logger(__name__)

_MONTH_MS = 30 * 24 * 3600 * 1000
"""As long as OpenAI keeps a stored response (read in its documentation, 2026-11)."""


async def remember(road: Road, exchange: Exchange, bindings: Sequence[str]) -> None:
    """Note which channel key the ids of this answer belong to, before the client can use them.

    It is noted also if the client leaves meanwhile; a store out of reach is waited for as long as one call.
    """
    if not bindings or exchange.key is None:
        return
    owner = str(exchange.key.id).encode()
    places = [_place(exchange.caller.account_id, binding) for binding in bindings]
    task = asyncio.ensure_future(_keep(road.store, places, owner))
    road.chores.add(task)
    task.add_done_callback(road.chores.discard)
    await asyncio.shield(task)


async def bound(road: Road, exchange: Exchange, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Return the one candidate, with the one key, that owns the ids named in the request.

    Where only one key could own them it is asked even if nobody remembers: the upstream knows best.

    Raises:
        ForeignBinding: the owner is unknown or gone, or the ids belong to different accounts.
        StateLost: nobody can be asked who the owner is.
    """
    owners = {await _owner(road.store, exchange.caller.account_id, b) for b in exchange.envelope.bindings}
    if owners == {None} and sum(len(candidate.keys) for candidate in candidates) == 1:
        return candidates
    if len(owners - {None}) > 1:
        raise ForeignBinding("the request names ids that belong to different upstream accounts")
    owner = next(iter(owners - {None}), None)
    for candidate in candidates:
        for key in candidate.keys:
            if key.id == owner:
                return (candidate.with_keys((key,)),)
    raise ForeignBinding(
        "the request names a response, conversation or encrypted reasoning that no account here owns"
    )


async def _owner(store: StateStore, account_id: int, binding: str) -> int | None:
    try:
        value = await store.get(_place(account_id, binding))
    except StoreUnreachable as error:
        raise StateLost("the owner of an id in the request can't be looked up now") from error
    return int(value) if value is not None else None


async def _keep(store: StateStore, places: Sequence[str], owner: bytes) -> None:
    try:
        await asyncio.gather(*[store.put(place, owner, _MONTH_MS) for place in places])
    except StoreUnreachable as error:
        _log.warning("binding_not_kept", error=str(error))


def _place(account_id: int, binding: str) -> str:
    return f"bind:{account_id}:{binding}"
