"""Steps 5 to 7: convert, send, commit; and as long as nothing was committed, try the next channel."""

from oblivious.contracts.errors import InvalidRequest, UpstreamError
from oblivious.gateway.road.attempt import attempt
from oblivious.gateway.road.exchange import Accepted, Exchange
from oblivious.gateway.road.hunt import Hunt
from oblivious.gateway.road.parts import Road


async def first_willing(road: Road, exchange: Exchange) -> Accepted:
    """Try the candidates in order until one has accepted the exchange.

    Another channel that is well is tried at once; what has failed in this exchange is tried again only while
    repeats are few, after a back-off. Who is full or was told to slow down is waited for, if not for long.

    Raises:
        UpstreamError: nobody accepted; the most telling of the failures.
        InvalidRequest: nobody was asked, since no channel's dialect can say what is wanted.
        RateLimited: everybody who is left is full, or was told to slow down.
        NoChannel: there was nobody left to ask.
    """
    hunt = Hunt(road, exchange)
    try:
        while (choice := await hunt.next()) is not None:
            try:
                accepted = await attempt(road, exchange, choice.candidate, choice.key)
            except InvalidRequest as error:  # its dialect has no words for this; another one may
                hunt.unsayable(error)
            except UpstreamError as failure:
                hunt.failed(failure)
            else:
                hunt.succeeded()
                return accepted
    finally:  # the client may leave at any step of it
        hunt.ended()
    raise hunt.verdict()
