"""One try of one channel key: make ready what it needs, and ask it, once or once for each choice."""

from collections.abc import Awaitable

from oblivious.adapters.providers.provider import Auth
from oblivious.channels.directory import Candidate, Key
from oblivious.contracts.errors import BadCredential
from oblivious.gateway.road.ask import ask, next_attempt
from oblivious.gateway.road.calls import calls_of
from oblivious.gateway.road.choices import all_choices
from oblivious.gateway.road.convert import convert, lacks_media, prepare
from oblivious.gateway.road.exchange import Accepted, Exchange
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.shape import off_the_loop
from oblivious.gateway.road.thoughts import recall

_UNAUTHORIZED = 401


def attempt(road: Road, exchange: Exchange, candidate: Candidate, key: Key) -> Awaitable[Accepted]:
    """Ask one channel key; give its answer once it has accepted.

    Raises:
        InvalidRequest: its dialect cannot say what is wanted, or a medium could not be fetched for it.
        UpstreamError: it did not; `elsewhere` says whether another one may.
        JournalFull: the attempt could not be written down, so it was not made.
    """
    if candidate.plain or candidate.provider.auth_of(candidate.dialect) is not Auth.GOOGLE:
        return _made(road, exchange, candidate, key)
    return _made_with_token(road, exchange, candidate, key)


async def _made_with_token(road: Road, exchange: Exchange, candidate: Candidate, key: Key) -> Accepted:
    try:
        return await _made(road, exchange, *await road.credentials.presented(candidate, key))
    except BadCredential as refused:
        if refused.upstream_status != _UNAUTHORIZED or not road.credentials.forget(key):
            raise
    exchange.asked = False
    return await _made(road, exchange, *await road.credentials.presented(candidate, key))


async def _made(road: Road, exchange: Exchange, candidate: Candidate, key: Key) -> Accepted:
    next_attempt(exchange)
    if exchange.shaped:
        exchange.shaped = ()
    exchange.calls = 1 if exchange.envelope.n == 1 else calls_of(exchange, candidate)
    if candidate.dialect != exchange.face.name:
        await recall(road.store, exchange)
        await prepare(road.fetcher, exchange, candidate)
    elif not candidate.plain and lacks_media(exchange, candidate):
        await prepare(road.fetcher, exchange, candidate)
    if exchange.calls > 1:
        return await all_choices(road, exchange, candidate, key)
    if candidate.shaping is None:
        call = convert(exchange, candidate, key)
    else:
        call = await off_the_loop(convert, exchange, candidate, key)
    return await ask(road, exchange, candidate, key, call)
