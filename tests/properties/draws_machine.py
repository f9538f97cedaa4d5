"""Everything that can happen to draws, in every order: asked, refused, repeated, ended, renewed, left behind.

The machine plays gateways against one implementation, or several at once, and keeps books beside them. All
must answer as the books say.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from oblivious.contracts.meters import Meter, MeterKind
from oblivious.infra.state.draws import Draw, Drawn, Draws
from tests.fakes.clock import FakeClock
from tests.properties.draw_books import OwnersBook

LEASE_MS = 20_000
MINUTE_MS = 60_000
DAY_MS = 86_400_000
OWNERS = ("c1", "p:acme")
CENT = 10_000_019
"""About a cent in nano-USD, and no round number: fractions must not get lost."""

ResultT = TypeVar("ResultT")


class Bench(Protocol):
    """The draws under test with their one clock."""

    draws: Sequence[Draws]
    now: FakeClock

    def run(self, call: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """Drive one call to its end."""
        ...

    def advance(self, milliseconds: int) -> None:
        """Let time pass for all."""
        ...


class Request(NamedTuple):
    """Who asked for what."""

    hold_id: str
    draws: tuple[Draw, ...]


class DrawsMachine(RuleBasedStateMachine):
    """The rules; a subclass makes the bench."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = self.make_bench()
        self.books = {owner: OwnersBook(self.bench.now) for owner in OWNERS}
        self.requests: list[Request] = []

    def make_bench(self) -> Bench:
        """Return the draws of one run, empty."""
        raise NotImplementedError

    @rule(
        owners=st.sampled_from([OWNERS, OWNERS[::-1], OWNERS[:1], OWNERS[1:]]),
        requests=st.integers(0, 4),
        cents=st.integers(0, 700),
        gauge=st.integers(0, 2),
    )
    def draw(self, owners: tuple[str, ...], requests: int, cents: int, gauge: int) -> None:
        """A request takes from all or from none; a refusal says truly when there is room."""
        request = Request(f"x{len(self.requests)}", _draws(owners, requests, cents, gauge))
        drawn = self._ask(request)
        if drawn.refused is None:
            self.requests.append(request)
        else:
            self._check_wait(request, drawn)

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def draw_again(self, data: st.DataObject) -> None:
        """The answer was lost; or the lease was, and then it is a new draw by an old name."""
        self._ask(data.draw(st.sampled_from(self.requests)))

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), requests=st.integers(-4, 4), cents=st.integers(-700, 700))
    def give_back(self, data: st.DataObject, requests: int, cents: int) -> None:
        """A request ends, or an end comes late or again."""
        request = data.draw(st.sampled_from(self.requests))
        self._end(request, [(0, requests, cents * CENT)] * len(request.draws))

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        """A request was never sent."""
        request = data.draw(st.sampled_from(self.requests))
        for draws in self.bench.draws:
            draws.undo(request.hold_id, request.draws)
        for draw in request.draws:
            self.books[draw.owner].end(request.hold_id, _corrected(draw, [-m.cost for m in draw.meters]))

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), lease_ms=st.sampled_from([1, LEASE_MS]))
    def renew(self, data: st.DataObject, lease_ms: int) -> None:
        """Gateways renew what they hold, be it gone or not."""
        some = data.draw(st.lists(st.sampled_from(self.requests), max_size=5))
        holds = [(draw.owner, request.hold_id) for request in some for draw in request.draws]
        for draws in self.bench.draws:
            self.bench.run(partial(draws.renew, holds, lease_ms))
        for owner, hold_id in holds:
            self.books[owner].renew(hold_id, lease_ms)

    @rule(milliseconds=st.sampled_from([1, 999, LEASE_MS - 1, LEASE_MS, MINUTE_MS, DAY_MS // 7, 2 * DAY_MS]))
    def wait(self, milliseconds: int) -> None:
        """Time passes."""
        self.bench.advance(milliseconds)

    @rule()
    def look(self) -> None:
        """What is left of each meter is what the books say."""
        asked = _draws(OWNERS, 0, 0, 0)
        seen = [self.bench.run(partial(draws.readings, asked)) for draws in self.bench.draws]
        assert all(readings == seen[0] for readings in seen)
        remaining = [[reading.remaining for reading in readings] for readings in seen[0]]
        assert remaining == [self.books[draw.owner].remaining(draw.meters) for draw in asked]

    def teardown(self) -> None:
        """Look once more."""
        self.look()

    def _ask(self, request: Request) -> Drawn:
        answers = [
            self.bench.run(partial(draws.draw, request.hold_id, request.draws, LEASE_MS))
            for draws in self.bench.draws
        ]
        assert all(answer == answers[0] for answer in answers)
        refusing = [self.books[d.owner].draw(request.hold_id, d.meters, LEASE_MS) for d in request.draws]
        refused = next(((at, meter) for at, meter in enumerate(refusing) if meter is not None), None)
        assert answers[0].refused == refused
        if refused is not None:
            for draw in request.draws:
                self.books[draw.owner].end(request.hold_id, _corrected(draw, [-m.cost for m in draw.meters]))
        return answers[0]

    def _end(self, request: Request, corrections: Sequence[tuple[int, ...]]) -> None:
        for draws in self.bench.draws:
            draws.give_back(request.hold_id, request.draws, corrections)
        for draw, deltas in zip(request.draws, corrections, strict=True):
            self.books[draw.owner].end(request.hold_id, _corrected(draw, deltas))

    def _check_wait(self, request: Request, drawn: Drawn) -> None:
        """A window that refused has room after the wait, and not a millisecond before."""
        assert drawn.refused is not None
        draw, meter = (request.draws[drawn.refused[0]], drawn.refused[1])
        refuser, wait = draw.meters[meter], drawn.retry_after_ms
        if refuser.kind is MeterKind.WINDOW:
            book = self.books[draw.owner]
            assert wait > 0
            assert book.used(refuser, wait) + refuser.cost <= refuser.limit
            assert book.used(refuser, wait - 1) + refuser.cost > refuser.limit


def _draws(owners: Sequence[str], requests: int, cents: int, gauge: int) -> tuple[Draw, ...]:
    meters = (
        Meter("in flight", "now", MeterKind.GAUGE, 4, gauge),
        Meter("requests per minute", "rpm", MeterKind.WINDOW, 10, requests, MINUTE_MS),
        Meter("spend per day", "usd", MeterKind.WINDOW, 1_000 * CENT, cents * CENT, DAY_MS),
    )
    return tuple(Draw(owner, meters) for owner in owners)


def _corrected(draw: Draw, deltas: Sequence[int]) -> list[tuple[Meter, int]]:
    return [pair for pair in zip(draw.meters, deltas, strict=True) if pair[0].kind is MeterKind.WINDOW]
