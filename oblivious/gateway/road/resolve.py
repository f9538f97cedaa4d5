"""Step 3: which channels could serve the exchange, and at what price; 404, 403 and 503 come from here."""

from oblivious.billing.pricebook import price_advice
from oblivious.channels.directory import Candidate
from oblivious.channels.models import NO_RULE
from oblivious.channels.pick import Stage
from oblivious.channels.tiers import line_of
from oblivious.contracts.errors import (
    Forbidden,
    NoChannel,
    RelayError,
    UnknownModel,
    UnpricedModel,
    WrongDialect,
)
from oblivious.gateway.road.bindings import bound
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.pinned import pinned
from oblivious.gateway.road.stages import conversation_of, line_for, stages_of

_TRY_AGAIN_MS = 1_000


async def resolve(road: Road, exchange: Exchange) -> None:
    """Fill in `stages`, `candidates` and the frozen `priced` card.

    Raises:
        UnknownModel: no channel offers the model to the caller's group.
        WrongDialect: one does, but only in another dialect.
        Forbidden: one does, but only to other groups; or a channel was named by somebody who may not.
        NoChannel: one did, and is switched off or takes no new work.
        UnpricedModel: nobody has said what the model costs.
        ForeignBinding: the request names ids of an upstream account that is not there.
    """
    group, directory = exchange.caller.group, road.directory
    model = directory.real_name(exchange.envelope.model)
    rule = directory.rule(model) or NO_RULE
    line = line_for(road, exchange, model)
    if not line.candidates and not rule.fallbacks:
        raise _nobody(road, exchange, model, group)
    stages = stages_of(road, exchange, model, line, rule)
    if exchange.envelope.bindings:
        stages = _only(model, await bound(road, exchange, line.candidates))
    stages = pinned(exchange, stages)
    exchange.stages = stages
    exchange.candidates = candidates = _all(stages)
    if not candidates:
        raise NoChannel(f"no channel for the model {model!r} takes new work", retry_after_ms=_TRY_AGAIN_MS)
    first = candidates[0]
    if not exchange.pinned and (len(candidates) > 1 or len(first.keys) > 1):
        exchange.affinity = conversation_of(exchange)
    priced = road.prices.priced(model, first.provider.name, first.upstream_model, exchange.caller.ratio)
    if priced is None:
        raise UnpricedModel(price_advice(model), param="model")
    exchange.priced = priced


def _all(stages: tuple[Stage, ...]) -> tuple[Candidate, ...]:
    tiers = [tier for stage in stages for tier in stage.tiers]
    return tiers[0].candidates if len(tiers) == 1 else tuple(one for tier in tiers for one in tier.candidates)


def _only(model: str, candidates: tuple[Candidate, ...]) -> tuple[Stage, ...]:
    """Return the stage of those who own what the request names; they serve it also while they are drained."""
    return (Stage(model, line_of([one.taking() for one in candidates]).tiers, NO_RULE.abilities),)


def _nobody(road: Road, exchange: Exchange, model: str, group: str) -> RelayError:
    spoken = road.directory.dialects_of(model, group)
    if spoken:
        return WrongDialect(
            f"the model {model!r} is served here only through {' and '.join(sorted(spoken))}, "
            f"not {exchange.face.name}",
            param="model",
        )
    if road.directory.knows(model, group):
        return NoChannel(f"no channel for the model {model!r} is switched on", retry_after_ms=_TRY_AGAIN_MS)
    if road.directory.is_offered(model):
        return Forbidden(f"the model {model!r} is not open to the group {group!r}", param="model")
    return UnknownModel(f"the model {model!r} does not exist here", param="model")
