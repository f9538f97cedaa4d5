"""What an attempt takes from the limits of its channel, key and pool, and gives back when it is over."""

from decimal import Decimal

import msgspec

from oblivious.billing.cost import cost
from oblivious.channels.candidate import pool_subject
from oblivious.channels.pick import Choice
from oblivious.channels.quota import corrections, costing
from oblivious.contracts.meters import MeterKind
from oblivious.contracts.money import RateCard
from oblivious.contracts.usage import NOTHING, Usage
from oblivious.gateway.road.calls import calls_at_most
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.patience import Blocked
from oblivious.infra.state.draws import Draw
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.telemetry import families

_FULL_MS = 1_000
_ONE = Decimal(1)


async def take_share(road: Road, exchange: Exchange, choice: Choice) -> Blocked | None:
    """Take what the attempt is expected to use; None when it was granted, or nothing is limited.

    While the store is out of reach limits of channels are not held: what the caller may do was asked before.
    """
    draws = _draws(exchange, choice)
    if not draws:
        return None
    hold_id = f"{exchange.id}-{exchange.attempts + 1}"
    try:
        drawn = await road.draws.draw(hold_id, draws, road.limits.lease_ms)
    except StoreUnreachable:
        road.tally.add(families.STATE_LOST, 1, "channel limits")
        return None
    if drawn.refused is None:
        exchange.share = (hold_id, draws)
        return None
    draw = draws[drawn.refused[0]]
    meter = draw.meters[drawn.refused[1]]
    subject = draw.owner if draw.owner.startswith("p:") else meter.key.partition(":")[0]
    wait = None if meter.cost > meter.limit else drawn.retry_after_ms or _FULL_MS
    return Blocked(subject, meter.name, wait, known=meter.kind is not MeterKind.GAUGE)


def enter_channel(road: Road, exchange: Exchange) -> None:
    """Count the exchange among those that its candidate's channel serves."""
    if exchange.candidate is not None:
        exchange.serving = exchange.candidate.channel_id
        road.busy[exchange.serving] += 1


def leave_channel(road: Road, exchange: Exchange, *, sent: bool = True) -> None:
    """End what the last attempt has taken, now that it is known what was used; said twice, it counts once."""
    if exchange.serving:
        road.busy[exchange.serving] -= 1
        exchange.serving = 0
    if exchange.share is None:
        return
    hold_id, draws = exchange.share
    exchange.share = None
    if not sent:
        road.draws.undo(hold_id, draws)
        return
    usage = exchange.usage
    tokens, spend = usage.input_tokens + usage.output_tokens, _spent(exchange, usage)
    road.draws.give_back(hold_id, draws, [corrections(draw.meters, tokens, spend) for draw in draws])


def _draws(exchange: Exchange, choice: Choice) -> list[Draw]:
    candidate, key = choice.candidate, choice.key
    need = exchange.need
    tokens, spend = exchange.expected_tokens, need.amount if need is not None else 0
    calls = calls_at_most(exchange, candidate)
    own = costing(candidate.meters + key.meters, tokens, spend, calls)
    shared = costing(key.pool_meters, tokens, spend, calls)
    draws = [Draw(candidate.subject, own)] if own else []
    return [*draws, Draw(pool_subject(key.pool), shared)] if shared else draws


def _spent(exchange: Exchange, usage: Usage) -> int:
    """Return what the provider is owed: the price without the group's ratio."""
    if usage is NOTHING:
        return 0
    return cost(_plain(exchange.priced.card), usage)


def _plain(card: RateCard) -> RateCard:
    return card if card.ratio == 1 else msgspec.structs.replace(card, ratio=_ONE)
