"""What models thought before their calls, kept for a day for clients that cannot give it back.

It is kept by the account of ours and the call that it belongs to, as the provider wrote it. No other account
finds it, and no log has it.
"""

import msgspec
import structlog

from oblivious.adapters.chat.thoughts import Kept, missing, put_back
from oblivious.adapters.dialects.endpoint import Kind
from oblivious.adapters.lenient import BROKEN
from oblivious.gateway.road.convert import read_once
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.notes import Note
from oblivious.infra.state.errors import StateStoreError
from oblivious.infra.state.protocol import StateStore

_log = structlog.get_logger(__name__)

_DAY_MS = 24 * 3600 * 1000
_TOLD = (Kind.CHAT, Kind.COUNT)
"""Of what is asked for: what holds a conversation."""

_MOST_CALLS = 256
"""Of a conversation that are looked up, the latest."""

_decode = msgspec.json.Decoder(Kept).decode


def thoughts_of(exchange: Exchange) -> list[Note]:
    """Return what is to be noted of an answer whose dialect was changed."""
    if exchange.listener is None:
        return []
    account = exchange.caller.account_id
    return [Note(_place(account, key), kept, _DAY_MS) for key, kept in exchange.listener.kept().items()]


async def recall(store: StateStore, exchange: Exchange) -> None:
    """Put back into the neutral request what its client did not give back, once; without the store, nothing.

    Raises:
        InvalidRequest: names the field that is wrong.
    """
    if exchange.recalled or exchange.endpoint.kind not in _TOLD:
        return
    exchange.recalled = True
    request, plan = read_once(exchange)
    keys = missing(request.turns)[-_MOST_CALLS:]
    found = await _found(store, exchange.caller.account_id, keys) if keys else {}
    if found:
        exchange.read = msgspec.structs.replace(request, turns=put_back(request.turns, found)), plan


async def _found(store: StateStore, account: int, keys: list[str]) -> dict[str, Kept]:
    try:
        values = await store.get_many([_place(account, key) for key in keys])
    except StateStoreError as error:
        _log.warning("thoughts_not_recalled", error=str(error))
        return {}
    read = ((key, _read(value)) for key, value in zip(keys, values, strict=True) if value is not None)
    return {key: kept for key, kept in read if kept is not None}


def _read(value: bytes) -> Kept | None:
    try:
        return _decode(value)
    except (msgspec.ValidationError, *BROKEN):  # another version's
        return None


def _place(account: int, key: str) -> str:
    return f"thoughts:{account}:{key}"
