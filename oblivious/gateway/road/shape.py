"""Between steps 5 and 6: what a channel changes in what goes up, before it is signed."""

import asyncio
import dataclasses
from collections.abc import Callable
from typing import TypeVar

from oblivious.channels.directory import Candidate, Key
from oblivious.channels.shaping.applied import Applied
from oblivious.channels.shaping.facts import Facts
from oblivious.channels.shaping.headers import shape_headers
from oblivious.channels.shaping.patience import LARGE_BYTES
from oblivious.channels.shaping.shape import shape_body
from oblivious.channels.shaping.shaping import Shaping
from oblivious.gateway.road.carry import Written
from oblivious.gateway.road.exchange import Exchange
from oblivious.infra.upstream import Deadlines

T = TypeVar("T")


def shaped(exchange: Exchange, candidate: Candidate, shaping: Shaping, written: Written) -> Written:
    """Return a request as its channel sends it; what was done is noted with the exchange."""
    facts = _facts(exchange, candidate)
    headers, applied = shape_headers(shaping, facts, written.headers)
    body = written.body
    if shaping.works_on_body and isinstance(body, bytes):
        body, of_body = shape_body(shaping, facts, body)
        applied += of_body
    exchange.shaped = tuple(applied)
    return written._replace(headers=headers, body=body)


async def off_the_loop(
    write: Callable[[Exchange, Candidate, Key], T], exchange: Exchange, candidate: Candidate, key: Key
) -> T:
    """Write a request to a channel that shapes it, in a thread where that takes some milliseconds.

    Raises:
        InvalidRequest: as `write` does.
    """
    shaping = candidate.shaping
    if shaping is None or not shaping.works_on_body or len(exchange.body) <= LARGE_BYTES:
        return write(exchange, candidate, key)
    return await asyncio.to_thread(write, exchange, candidate, key)


def timed(shaping: Shaping, deadlines: Deadlines) -> Deadlines:
    """Return the deadlines of an attempt as the channel has them; the total can only become shorter."""
    if shaping.timeouts is None:
        return deadlines
    own = {
        name: value
        for name in shaping.timeouts.__struct_fields__
        if (value := getattr(shaping.timeouts, name)) is not None
    }
    total_ms = min(deadlines.total_ms, own.get("total_ms", deadlines.total_ms))
    return dataclasses.replace(deadlines, **own | {"total_ms": total_ms})


def taken_for(exchange: Exchange, shaping: Shaping, status: int) -> int:
    """Return the status that the provider's status means at this channel."""
    taken = shaping.statuses.get(str(status))
    if taken is None:
        return status
    exchange.shaped += (Applied("statuses", f"taken for {taken}", str(status)),)
    return taken


def _facts(exchange: Exchange, candidate: Candidate) -> Facts:
    return Facts(
        model=exchange.envelope.model,
        upstream_model=candidate.upstream_model,
        exchange_id=exchange.id,
        attempt_id=exchange.attempt_id,
        user_id=exchange.caller.user_id,
        group=exchange.caller.group,
        channel=candidate.name,
        client=exchange.client,
        dialect=candidate.dialect,
        stream=exchange.envelope.stream,
        kind=exchange.endpoint.kind,
        headers=exchange.headers,
    )
