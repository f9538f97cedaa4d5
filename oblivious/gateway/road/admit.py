"""Step 4: take what the exchange needs from every meter of its account, or refuse by name."""

import time

import msgspec

from oblivious.adapters.estimate import estimate_input_tokens, input_bound
from oblivious.billing.estimate import hold_amount
from oblivious.contracts.caller import STRICT
from oblivious.contracts.errors import JournalFull, StateLost
from oblivious.contracts.events import Opened
from oblivious.contracts.meters import Need, Taken
from oblivious.gateway.road.calls import range_of_calls
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.limits import floor_of, meters_of, refusal
from oblivious.gateway.road.parts import Road
from oblivious.infra.state.errors import StoreUnreachable, WalletUnknown
from oblivious.infra.telemetry import families

_TRY_AGAIN_MS = 1_000


async def admit(road: Road, exchange: Exchange) -> None:
    """Hold what the exchange may cost, and write down that it has begun.

    Raises:
        RateLimited, OutOfMoney: names the meter, and in how many milliseconds it has room again.
        StateLost: the meters can't be asked, and the policy is to refuse then.
        JournalFull: there is no room on disk to remember what the exchange will cost.
    """
    if not road.journal.has_room(len(road.live) + 1):
        raise JournalFull("there is no room to write this exchange down", retry_after_ms=_TRY_AGAIN_MS)
    need = exchange.need = need_of(road, exchange)
    try:
        taken = await _take(road, exchange, need)
    except StoreUnreachable as error:
        _without_store(road, error)
    else:
        exchange.taken = taken
        if taken.refused_by >= 0:
            refused = refusal(need, taken)
            exchange.holds = False
            raise refused
    open_books(road, exchange, need.amount)


async def _take(road: Road, exchange: Exchange, need: Need) -> Taken:
    try:
        return await road.store.take(need)
    except WalletUnknown:
        await road.wallets.seed(need.account_id, strict=exchange.caller.policy == STRICT)
    try:
        return await road.store.take(need)
    except WalletUnknown as error:
        raise StateLost("the meters are being rebuilt", retry_after_ms=_TRY_AGAIN_MS) from error


def need_of(road: Road, exchange: Exchange) -> Need:
    """Return what the exchange may use, and fill in what it is expected to."""
    caller, envelope = exchange.caller, exchange.envelope
    exchange.estimate = estimate_input_tokens(envelope.body)
    _, calls = range_of_calls(exchange)
    amount, tokens = 0, exchange.estimate * calls
    if not exchange.endpoint.free:
        cap, usual = envelope.max_output_tokens, road.history.p99(envelope.model)
        amount = _hold(exchange, usual, calls)
        tokens += (usual if cap is None else min(cap, usual)) * envelope.n
    exchange.expected_tokens = tokens
    floor, meters = floor_of(caller, amount), meters_of(caller, tokens)
    return Need(exchange.id, caller.account_id, amount, floor, meters, road.limits.lease_ms)


def _hold(exchange: Exchange, usual_output: int, calls: int) -> int:
    envelope, priced = exchange.envelope, exchange.priced
    strict = exchange.caller.policy == STRICT
    return hold_amount(
        priced.card,
        input_bound(envelope.body) if strict else exchange.estimate,
        envelope.max_output_tokens,
        envelope.n,
        calls=calls,
        strict=strict,
        recent_p99_output=usual_output,
        longest_output=priced.longest_output,
    )


def _without_store(road: Road, error: StoreUnreachable) -> None:
    """Go on unmetered, or refuse, as the operator has chosen."""
    policy = "allow" if road.limits.allow_without_state else "refuse"
    road.tally.add(families.STATE_LOST, 1, policy)
    if policy == "refuse":
        raise StateLost("the limits can't be checked right now", retry_after_ms=_TRY_AGAIN_MS) from error


def open_books(road: Road, exchange: Exchange, hold: int) -> None:
    """Write down that the exchange has begun, with what is held for it (nano-USD)."""
    caller = exchange.caller
    calls, _ = range_of_calls(exchange)  # should the end stay unknown, no more is billed than was certain
    road.journal.append(
        Opened(
            exchange.id,
            time.time_ns() // 1_000_000,
            caller.key_id,
            caller.user_id,
            caller.account_id,
            caller.group,
            exchange.face.name,
            exchange.endpoint.name,
            exchange.envelope.model,
            exchange.envelope.stream,
            hold,
            exchange.estimate * calls,
            msgspec.Raw(exchange.priced.encoded),
            exchange.request_id,
        )
    )
    exchange.opened = True
    road.live[exchange.id] = exchange
