"""An admin may say which channel serves a request; nobody else may."""

from oblivious.channels.models import NO_RULE
from oblivious.channels.pick import Stage
from oblivious.channels.tiers import line_of
from oblivious.contracts.errors import Forbidden, InvalidRequest
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.headers import CHANNEL
from oblivious.gateway.road.parts import Road

_HEADER = CHANNEL.decode()


def pinned(road: Road, exchange: Exchange, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """Return the stages with only the channel that the request names, if it names one.

    Raises:
        Forbidden: the caller is no admin.
        InvalidRequest: no channel of that name serves the model to the caller, or it takes no new work.
    """
    named = exchange.headers.get(CHANNEL)
    if named is None:
        return stages
    if not exchange.caller.admin:
        raise Forbidden(f"the header {_HEADER} is for admins", param=_HEADER)
    name = named.decode("utf-8", "replace")
    for stage in stages:
        found = [one for tier in stage.tiers for one in tier.candidates if one.name == name]
        if found:
            exchange.pinned = True
            return (Stage(stage.model, line_of(found).tiers, NO_RULE.abilities),)
    if any(_drains(road, exchange, stage.model, name) for stage in stages):
        raise InvalidRequest(f"the channel {name!r} is draining: it takes no new work", param=_HEADER)
    raise InvalidRequest(f"no channel {name!r} serves this model", param=_HEADER)


def _drains(road: Road, exchange: Exchange, model: str, name: str) -> bool:
    group, kind = exchange.caller.group, exchange.endpoint.kind
    serving = road.directory.line(model, group, exchange.face.name, kind).candidates
    return any(one.name == name and one.draining for one in serving)
