"""Step 3: which channels could serve the exchange, and at what price; 404, 403 and 503 come from here."""

from oblivious.billing.pricebook import price_advice
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


async def resolve(road: Road, exchange: Exchange) -> None:
    """Fill in `candidates` and the frozen `priced` card.

    Raises:
        UnknownModel: no channel offers the model to the caller's group.
        WrongDialect: one does, but only in another dialect.
        Forbidden: one does, but only to other groups.
        NoChannel: one did, and is switched off.
        UnpricedModel: nobody has said what the model costs.
        ForeignBinding: the request names ids of an upstream account that is not there.
    """
    model, group = exchange.envelope.model, exchange.caller.group
    candidates = road.directory.candidates(model, group, exchange.face.name, kind=exchange.endpoint.kind)
    if not candidates:
        raise _nobody(road, exchange, model, group)
    if exchange.envelope.bindings:
        candidates = await bound(road, exchange, candidates)
    exchange.candidates = candidates
    first = candidates[0]
    priced = road.prices.priced(model, first.provider.name, first.upstream_model, exchange.caller.ratio)
    if priced is None:
        raise UnpricedModel(price_advice(model), param="model")
    exchange.priced = priced


def _nobody(road: Road, exchange: Exchange, model: str, group: str) -> RelayError:
    spoken = road.directory.dialects_of(model, group)
    if spoken:
        return WrongDialect(
            f"the model {model!r} is served here only through {' and '.join(sorted(spoken))}, "
            f"not {exchange.face.name}",
            param="model",
        )
    if road.directory.knows(model, group):
        return NoChannel(f"no channel for the model {model!r} is switched on", retry_after_ms=1_000)
    if road.directory.is_offered(model):
        return Forbidden(f"the model {model!r} is not open to the group {group!r}", param="model")
    return UnknownModel(f"the model {model!r} does not exist here", param="model")
