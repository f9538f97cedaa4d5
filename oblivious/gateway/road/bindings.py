"""Ids that belong to the upstream account which made them lead back to it."""

from collections.abc import Sequence

from oblivious.channels.directory import Candidate
from oblivious.contracts.errors import ForeignBinding, StateLost, ThreadLost
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.notes import Note
from oblivious.gateway.road.parts import Road
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.protocol import StateStore

_MONTH_MS = 30 * 24 * 3600 * 1000
"""As long as OpenAI keeps a stored response (read in its documentation, 2026-11)."""


def owners_of(exchange: Exchange, bindings: Sequence[str]) -> list[Note]:
    """Return what notes which channel key the ids of an answer belong to."""
    if not bindings or exchange.key is None:
        return []
    owner = str(exchange.key.id).encode()
    return [Note(_place(exchange.caller.account_id, binding), owner, _MONTH_MS) for binding in bindings]


async def bound(road: Road, exchange: Exchange, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Return the one candidate, with the one key, that owns the ids named in the request.

    Where only one key could own them it is asked even if nobody remembers: the upstream knows best.

    Raises:
        ForeignBinding: the owner is unknown or gone, or the ids belong to different accounts.
        ThreadLost: the same, of a conversation that an account was to keep.
        StateLost: nobody can be asked who the owner is.
    """
    owners = {await _owner(road.store, exchange.caller.account_id, b) for b in exchange.envelope.bindings}
    if owners == {None} and sum(len(candidate.keys) for candidate in candidates) == 1:
        return candidates
    if len(owners - {None}) > 1:
        raise _foreign(exchange, "the request names ids that belong to different upstream accounts")
    owner = next(iter(owners - {None}), None)
    for candidate in candidates:
        for key in candidate.keys:
            if key.id == owner:
                return (candidate.with_keys((key,)),)
    raise _foreign(
        exchange,
        "the request names a response, conversation or encrypted reasoning that no account here owns",
    )


def _foreign(exchange: Exchange, message: str) -> ForeignBinding:
    """Return what a client understands: Anthropic's send a conversation anew that is lost."""
    return ThreadLost(message, param="thread") if exchange.envelope.threaded else ForeignBinding(message)


async def _owner(store: StateStore, account_id: int, binding: str) -> int | None:
    try:
        value = await store.get(_place(account_id, binding))
    except StoreUnreachable as error:
        raise StateLost("the owner of an id in the request can't be looked up now") from error
    return int(value) if value is not None else None


def _place(account_id: int, binding: str) -> str:
    return f"bind:{account_id}:{binding}"
