"""Which models may serve an exchange, one instead of the other, with everybody who can serve each."""

from collections.abc import Iterable

from oblivious.channels.abilities import Wants, wants_of
from oblivious.channels.affinity import Affinity, affinity_of
from oblivious.channels.models import NO_RULE, ModelRule
from oblivious.channels.pick import Stage
from oblivious.channels.tiers import Line
from oblivious.contracts.errors import Blocked, RelayError, TooLong
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.parts import Road


def line_for(road: Road, exchange: Exchange, model: str) -> Line:
    """Return everybody who can serve a public model to the caller."""
    return road.directory.line(model, exchange.caller.group, exchange.face.name, exchange.endpoint.kind)


def stages_of(road: Road, exchange: Exchange, model: str, line: Line, rule: ModelRule) -> tuple[Stage, ...]:
    """Return the stage of a model, served by a line, and those of the models that stand in for it."""
    own = Stage(model, line.tiers, rule.abilities)
    return (own, *_stages(road, exchange, rule.fallbacks)) if rule.fallbacks else (own,)


def stages_after(road: Road, exchange: Exchange, error: RelayError) -> tuple[Stage, ...]:
    """Return the models that serve where this one can't for what is asked of it; none for most errors."""
    rule = rule_of(road, exchange)
    if isinstance(error, TooLong):
        return _stages(road, exchange, rule.context_fallbacks)
    if isinstance(error, Blocked):
        return _stages(road, exchange, rule.content_fallbacks)
    return ()


def rule_of(road: Road, exchange: Exchange) -> ModelRule:
    """Return what operators say of the model that is asked for."""
    return road.directory.rule(road.directory.real_name(exchange.envelope.model)) or NO_RULE


def strategy_of(road: Road, exchange: Exchange) -> str:
    """Return how channels of equal priority are chosen among: as the model has it, else the group."""
    return rule_of(road, exchange).strategy or road.directory.strategies.get(exchange.caller.group, "")


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


def _stages(road: Road, exchange: Exchange, models: Iterable[str]) -> tuple[Stage, ...]:
    found: list[Stage] = []
    for name in models:
        model = road.directory.real_name(name)
        abilities = (road.directory.rule(model) or NO_RULE).abilities
        found.append(Stage(model, line_for(road, exchange, model).tiers, abilities))
    return tuple(found)
