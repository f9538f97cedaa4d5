"""An admin may say which channel serves a request; nobody else may."""

from oblivious.channels.models import NO_RULE
from oblivious.channels.pick import Stage
from oblivious.channels.tiers import line_of
from oblivious.contracts.errors import Forbidden, InvalidRequest
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.headers import CHANNEL

_HEADER = CHANNEL.decode()


def pinned(exchange: Exchange, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """Return the stages with only the channel that the request names, if it names one.

    Raises:
        Forbidden: the caller is no admin.
        InvalidRequest: no channel of that name serves the model to the caller.
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
    raise InvalidRequest(f"no channel {name!r} serves this model", param=_HEADER)
