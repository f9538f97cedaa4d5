"""One request of the house to one channel key, along the real road, to see whether it answers.

It is written down, judged and billed like any other; the house pays for it. Only what concerns callers is
left out: nobody presents a key, and nothing is held on a wallet.
"""

import asyncio
import time
from dataclasses import replace

import msgspec

from oblivious.adapters.estimate import estimate_input_tokens
from oblivious.adapters.registry import face_of
from oblivious.billing.ledger import TESTS
from oblivious.billing.pricebook import Priced
from oblivious.channels.candidate import Candidate
from oblivious.channels.directory import build_directory
from oblivious.channels.models import NO_RULE
from oblivious.channels.pick import Stage
from oblivious.channels.repeats import Repeats
from oblivious.channels.route import NOWHERE
from oblivious.channels.tiers import line_of
from oblivious.contracts.caller import Caller
from oblivious.contracts.errors import JournalFull, RelayError, UpstreamError
from oblivious.contracts.money import RateCard, Rates
from oblivious.gateway.keeping.question import question_for
from oblivious.gateway.road.admit import open_books
from oblivious.gateway.road.end import end
from oblivious.gateway.road.exchange import CLIENT_GONE, Exchange, Message
from oblivious.gateway.road.failover import first_willing
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.relay import release
from oblivious.gateway.road.stream_back import hand_back
from oblivious.infra.upstream import Deadlines

SECONDS = 30
"""How long a trial takes at most; a provider that is slower than that is as good as down."""

_DEADLINES = Deadlines(
    connect_ms=10_000, first_byte_ms=SECONDS * 1000, idle_ms=SECONDS * 1000, total_ms=SECONDS * 1000
)
_CARD = RateCard(Rates(), source="nobody has said what it costs")
_UNPRICED = Priced(_CARD, msgspec.json.encode(_CARD))


class Trial(msgspec.Struct, frozen=True):
    """What became of it.

    Attributes:
        status: the provider's HTTP status; 0 if none came.
        ms: until the answer was whole, or had failed.
        error: why it failed; empty on success.
    """

    status: int
    ms: int
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether the channel key works."""
        return not self.error


def house(account_id: int) -> Caller:
    """Return the house as a caller; the number is that of the account `house:tests`."""
    return Caller(key_id=0, key_name="", user_id=0, account_id=account_id, group=TESTS, unlimited=True)


async def tried(road: Road, payer: Caller, candidate: Candidate, model: str, *, stream: bool) -> Trial:
    """Ask a candidate, which has one key, for a public model; `payer` is the house.

    How it stands with the health board is no matter: a trial is how one that is held back comes back. There
    is one attempt, with no other model in its place, and it is cut after `SECONDS`.
    """
    alone = replace(
        road,
        limits=replace(road.limits, deadlines=_DEADLINES, wait_ms=0),
        directory=build_directory([], rules=road.directory.rules),
        repeats=Repeats(),
    )
    nobody = _Nobody()
    exchange = _exchange(payer, candidate.taking(), model, nobody, stream=stream)
    try:
        _begin(alone, exchange)
        accepted = await first_willing(alone, exchange)
        await hand_back(alone, exchange, accepted)
    except RelayError as error:
        exchange.error, exchange.reason, exchange.status = error, error.code, error.status
    except asyncio.CancelledError:
        exchange.status, exchange.reason = CLIENT_GONE, "stopped"
        raise
    finally:
        end(alone, exchange)
        release(exchange)
        nobody.leave()
    return _trial(exchange)


class _Nobody:
    """Stands for a client: it takes everything, and leaves when the exchange is over."""

    def __init__(self) -> None:
        self._over = asyncio.Event()
        self.leave = self._over.set

    async def receive(self) -> Message:
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def send(self, _message: Message) -> None:
        """Take it."""


def _exchange(payer: Caller, candidate: Candidate, model: str, nobody: _Nobody, *, stream: bool) -> Exchange:
    endpoint, body = question_for(candidate, model, stream=stream)
    face = face_of(endpoint)
    exchange = Exchange(endpoint, face, [], b"", receive=nobody.receive, send=nobody.send)
    exchange.caller, exchange.pinned = payer, True
    exchange.body, exchange.envelope = body, face.envelope(endpoint, body)
    exchange.candidates, exchange.route = (candidate,), NOWHERE._replace(model=model)
    exchange.stages = (Stage(model, line_of([candidate]).tiers, NO_RULE.abilities),)
    exchange.estimate = exchange.expected_tokens = estimate_input_tokens(body)
    return exchange


def _begin(road: Road, exchange: Exchange) -> None:
    if not road.journal.has_room(len(road.live) + 1):
        raise JournalFull("there is no room to write this exchange down")
    (candidate,) = exchange.candidates
    model, provider = exchange.envelope.model, candidate.provider.name
    exchange.priced = road.prices.priced(model, provider, candidate.upstream_model) or _UNPRICED
    open_books(road, exchange, 0)


def _trial(exchange: Exchange) -> Trial:
    ms, error = int((time.monotonic() - exchange.arrived) * 1000), exchange.error
    if error is None:
        return Trial(exchange.status, ms)
    status = error.upstream_status if isinstance(error, UpstreamError) else None
    return Trial(status or 0, ms, error.message or error.code)
