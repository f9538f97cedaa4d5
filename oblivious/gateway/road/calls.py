"""How many calls a request takes: one, or one for each choice where an upstream has only one to give."""

from oblivious.adapters.dialects.endpoint import OPENAI_CHAT, Kind
from oblivious.adapters.registry import UPSTREAMS
from oblivious.channels.directory import Candidate
from oblivious.contracts.errors import InvalidRequest
from oblivious.gateway.road.exchange import Exchange

MOST_CALLS = 8
"""For one exchange: each takes a connection, and what one client may take must not grow with its wishes."""


def calls_of(exchange: Exchange, candidate: Candidate) -> int:
    """Return how many calls to a candidate answer the exchange.

    Raises:
        InvalidRequest: more choices are wanted than calls are made.
    """
    calls = _needed(exchange, candidate)
    if calls > MOST_CALLS:
        raise InvalidRequest(
            f"`n` is at most {MOST_CALLS} here: the model gives one choice a call", param="n"
        )
    return calls


def calls_at_most(exchange: Exchange, candidate: Candidate) -> int:
    """Return how many calls to a candidate are made if it can be asked at all."""
    return min(_needed(exchange, candidate), MOST_CALLS)


def range_of_calls(exchange: Exchange) -> tuple[int, int]:
    """Return the least and the greatest number of calls that the exchange's candidates take."""
    if exchange.envelope.n == 1:
        return 1, 1
    needed = [_needed(exchange, candidate) for candidate in exchange.candidates]
    possible = [calls for calls in needed if calls <= MOST_CALLS] or [1]
    return min(possible), max(possible)


def _needed(exchange: Exchange, candidate: Candidate) -> int:
    n = exchange.envelope.n
    if n == 1 or not exchange.caller.calls_per_choice or exchange.endpoint.kind is not Kind.CHAT:
        return 1
    return n if _has_one_choice(candidate) else 1


def _has_one_choice(candidate: Candidate) -> bool:
    return UPSTREAMS[candidate.dialect].one_choice or (
        candidate.dialect == OPENAI_CHAT and "n" in candidate.provider.unsupported
    )
