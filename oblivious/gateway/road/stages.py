"""Which models may serve an exchange, what it needs, what it belongs to, and in which order all are asked."""

from functools import partial

from oblivious.channels.abilities import Wants, wants_of
from oblivious.channels.affinity import Affinity, affinity_of
from oblivious.channels.pick import Attempts, Stage
from oblivious.channels.strategy import Steady, draw_of
from oblivious.contracts.errors import Blocked, RelayError, TooLong
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.patience import EVERYBODY_WELL


def stages_after(road: Road, exchange: Exchange, error: RelayError) -> tuple[Stage, ...]:
    """Return the models that serve where this one can't for what is asked of it; none for most errors."""
    rule = exchange.route.rule
    if isinstance(error, TooLong):
        return _stages(road, exchange, rule.context_fallbacks)
    if isinstance(error, Blocked):
        return _stages(road, exchange, rule.content_fallbacks)
    return ()


def needs_of(exchange: Exchange) -> Wants:
    """Return what the request needs a model to be able to do; it is looked for once."""
    if exchange.wants is None:
        envelope = exchange.envelope
        exchange.wants = wants_of(envelope.body, envelope.members, exchange.estimate)
    return exchange.wants


def conversation_of(exchange: Exchange) -> Affinity | None:
    """Return what the conversation is known by, if anything."""
    envelope, owner = exchange.envelope, (exchange.caller.account_id, exchange.envelope.model)
    return affinity_of(exchange.headers, envelope.members, exchange.endpoint, len(envelope.body), owner)


def attempts_of(road: Road, exchange: Exchange) -> Attempts:
    """Return the order in which the exchange asks its candidates."""
    affinity, strategy = exchange.affinity, exchange.route.strategy
    dice = road.dice if affinity is None else Steady(affinity.seed)
    return Attempts(
        exchange.stages,
        draw_of(strategy, dice, road.turns, road.latencies) if strategy and affinity is None else None,
        dice,
        road.turns if affinity is None else None,
        standings=EVERYBODY_WELL if exchange.pinned else road.health,
        wants=partial(needs_of, exchange),
    )


def _stages(road: Road, exchange: Exchange, models: tuple[str, ...]) -> tuple[Stage, ...]:
    face, kind = exchange.face, exchange.endpoint.kind
    return road.directory.stages(models, exchange.caller.group, face.name, kind) if models else ()
