"""Step 3: which channels could serve the exchange, and at what price; 404, 403 and 503 come from here."""

from oblivious.billing.pricebook import price_advice
from oblivious.channels.models import NO_RULE
from oblivious.channels.pick import Stage
from oblivious.channels.route import candidates_of
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
from oblivious.gateway.road.headers import CHANNEL
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.pinned import pinned
from oblivious.gateway.road.stages import conversation_of

_TRY_AGAIN_MS = 1_000


async def resolve(road: Road, exchange: Exchange) -> None:
    """Fill in `route`, `stages`, `candidates` and the frozen `priced` card.

    Raises:
        UnknownModel: no channel offers the model to the caller's group.
        WrongDialect: one does, but only in another dialect.
        Forbidden: one does, but only to other groups; or a channel was named by somebody who may not.
        NoChannel: one did, and is switched off or takes no new work.
        UnpricedModel: nobody has said what the model costs.
        ForeignBinding: the request names ids of an upstream account that is not there.
    """
    face, endpoint, directory = exchange.face, exchange.endpoint, road.directory
    route = directory.route(exchange.envelope.model, exchange.caller.group, face.name, endpoint.kind)
    if not route.served and not route.rule.fallbacks:
        raise _nobody(road, exchange, route.model, exchange.caller.group)
    exchange.route = route
    if exchange.envelope.bindings or CHANNEL in exchange.headers:
        exchange.stages = await _narrowed(road, exchange)
        exchange.candidates = candidates_of(exchange.stages)
    else:
        exchange.stages, exchange.candidates = route.stages, route.candidates
    candidates = exchange.candidates
    if not candidates:
        raise NoChannel(
            f"no channel for the model {route.model!r} takes new work", retry_after_ms=_TRY_AGAIN_MS
        )
    first = candidates[0]
    if not exchange.pinned and (len(candidates) > 1 or len(first.keys) > 1):
        exchange.affinity = conversation_of(exchange)
    priced = road.prices.priced(route.model, first.provider.name, first.upstream_model, exchange.caller.ratio)
    if priced is None:
        raise UnpricedModel(price_advice(route.model), param="model")
    exchange.priced = priced


async def _narrowed(road: Road, exchange: Exchange) -> tuple[Stage, ...]:
    """Return the stages with only those whom the request names: as owner of its ids, or as an admin may.

    Who owns what the request names serves it also while it is drained.
    """
    route, stages = exchange.route, exchange.route.stages
    if exchange.envelope.bindings:
        owners = await bound(road, exchange, route.served)
        tiers = line_of([one.taking() for one in owners]).tiers
        stages = (Stage(route.model, tiers, NO_RULE.abilities),)
    return pinned(road, exchange, stages)


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
