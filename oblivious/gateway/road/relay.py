"""The whole road on one screen."""

import asyncio

import structlog

from oblivious.contracts.errors import RelayError
from oblivious.gateway.road.accept import accept
from oblivious.gateway.road.admit import admit
from oblivious.gateway.road.authenticate import authenticate
from oblivious.gateway.road.count import could_not_count, count_here, is_counted_here
from oblivious.gateway.road.end import end
from oblivious.gateway.road.exchange import CLIENT_GONE, ClientLeft, Exchange
from oblivious.gateway.road.failover import first_willing
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.refuse import refuse
from oblivious.gateway.road.resolve import resolve
from oblivious.gateway.road.spool import Spooled
from oblivious.gateway.road.stream_back import hand_back

_log = structlog.get_logger(__name__)


async def relay(road: Road, exchange: Exchange) -> None:
    """Take one request through every step; whatever happens, the end is reached once."""
    try:
        await accept(exchange, road.limits)
        exchange.caller = await authenticate(exchange.headers, exchange.query, road.callers)
        if is_counted_here(road, exchange):
            await count_here(road, exchange)
            return
        await resolve(road, exchange)
        await admit(road, exchange)  # from here something is held, and the end gives it back
        accepted = await first_willing(road, exchange)  # convert, send, commit; with failover
        await hand_back(road, exchange, accepted)
    except RelayError as error:
        if could_not_count(exchange, error):
            await count_here(road, exchange)
        else:
            await refuse(road, exchange, error)
    except ClientLeft:
        exchange.status, exchange.reason = CLIENT_GONE, "client_gone"
    except asyncio.CancelledError:
        exchange.status, exchange.reason = CLIENT_GONE, "client_gone" if exchange.gone else "stopped"
        if not exchange.gone:
            raise
    except Exception:  # noqa: BLE001 - the edge: what is left is our bug, logged and told as such
        _log.exception("bug_on_the_road", exchange_id=exchange.id)
        await refuse(road, exchange, RelayError("this is our fault; the operator's log has it"))
    finally:
        end(road, exchange)
        release(exchange)


def release(exchange: Exchange) -> None:
    """Close an upstream connection that is not done, and delete a spooled body."""
    if exchange.accepted is not None:
        exchange.accepted.response.close()
    if isinstance(exchange.body, Spooled):
        exchange.body.close()
