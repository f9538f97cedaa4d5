"""Everything that can happen to a wallet, in every order: takes, ends, settlements, loss and time.

The machine plays gateway, settlement, reaper and ledger against one store, or against several at once, which
must then answer alike and look alike after every step. It assumes what the house guarantees: a command is
less than a minute on its way, and an exchange that is settled before its end belongs to a dead process.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from oblivious.contracts.meters import Meter, MeterKind, Need, Taken
from oblivious.infra.state.errors import WalletUnknown
from oblivious.infra.state.protocol import Entry, EntryView, Settled, Standing, StateStore, WalletView
from oblivious.infra.state.wallet import ENDED_TOMBSTONE_MS, TOMBSTONE_MS

ACCOUNT = 7
LEASE_MS = 20_000
IN_FLIGHT_LIMIT = 4
TOKEN_LIMIT = 1_000
TAKEN_TOKENS = 100
ResultT = TypeVar("ResultT")


class Bench(Protocol):
    """The stores under test with their one clock."""

    stores: Sequence[StateStore]

    def run(self, work: Awaitable[ResultT]) -> ResultT:
        """Drive one call to its end."""
        ...

    def advance(self, milliseconds: int) -> None:
        """Let time pass for all stores."""
        ...

    def lose_data(self) -> None:
        """Empty all stores."""
        ...


class Exchange:
    """What the gateway and the ledger know of an exchange."""

    def __init__(self, number: int, amount: int, floor: int | None) -> None:
        meters = (
            Meter("tokens per minute", "a:tpm", MeterKind.WINDOW, TOKEN_LIMIT, TAKEN_TOKENS, 60_000),
            Meter("in flight", "a:now", MeterKind.GAUGE, IN_FLIGHT_LIMIT),
        )
        self.need = Need(f"{number:032x}", ACCOUNT, amount, floor, meters, LEASE_MS)
        self.spent = 0
        self.tokens = 0
        self.ended_at: int | None = None
        self.end_arrived = False
        self.posted = False
        self.store_knows_end = False
        self.store_knows_posted = False

    @property
    def id(self) -> str:
        """Its name everywhere."""
        return self.need.exchange_id


class WalletMachine(RuleBasedStateMachine):
    """The rules; a subclass makes the bench."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = self.make_bench()
        self.now = 0
        self.balance = 0
        self.sequence = 0
        self.exchanges: list[Exchange] = []
        self.told: list[Settled] = []
        self.balances: list[tuple[int, int]] = [(0, 0)]
        self.lost_data = False
        self.seeded = False

    def make_bench(self) -> Bench:
        """Return the stores of one run, empty."""
        raise NotImplementedError

    # -- money comes -----------------------------------------------------------------------------------

    @initialize(amount=st.integers(0, 5_000))
    def start(self, amount: int) -> None:
        """Most accounts begin with money and a wallet that is known."""
        if amount:
            self.credit(amount)

    @rule(amount=st.integers(1, 2_000))
    def credit(self, amount: int) -> None:
        """The ledger grows; the store hears of it by a seed."""
        self._post(amount)
        self.seed()

    @rule(amount=st.integers(1, 2_000))
    def credit_untold(self, amount: int) -> None:
        """The ledger grows, and the news is lost."""
        self._post(amount)

    @rule()
    def seed(self) -> None:
        """A gateway read the ledger."""
        self.seeded = True
        self._each(lambda store: store.seed(ACCOUNT, self.balance, self.sequence))

    @rule(data=st.data())
    def seed_what_is_old(self, data: st.DataObject) -> None:
        """A gateway read the ledger, then slept: it brings no news."""
        posted, sequence = data.draw(st.sampled_from(self.balances))
        assume(self._view().posted is not None)
        before = self._view()
        self._each(lambda store: store.seed(ACCOUNT, posted, sequence))
        if sequence <= before.sequence:
            assert self._view() == before

    # -- exchanges -------------------------------------------------------------------------------------

    @rule(amount=st.integers(0, 1_500), floor=st.sampled_from([0, -700, None]))
    def take(self, amount: int, floor: int | None) -> None:
        """Admission: granted exactly if all meters and the wallet have room."""
        exchange = Exchange(len(self.exchanges), amount, floor)
        taken = self._take(exchange)
        view = self._view()
        if taken is None:
            assert view.posted is None
            assert exchange.id not in view.entries
            return
        if taken.refused_by < 0:
            self.exchanges.append(exchange)
        self._check_judgement(exchange, taken, view)

    @precondition(lambda self: self._standing())
    @rule(data=st.data())
    def take_again(self, data: st.DataObject) -> None:
        """The answer was lost on its way; the same is granted again and nothing taken twice."""
        exchange = data.draw(st.sampled_from(self._standing()))
        before = self._view()
        taken = self._take(exchange)
        assert taken is not None
        assert taken.refused_by == -1
        assert self._view() == before

    @precondition(lambda self: self._in_flight())
    @rule(data=st.data(), share=st.sampled_from([0, 1, 50, 100, 170]), arrives=st.booleans())
    def end(self, data: st.DataObject, share: int, arrives: bool) -> None:  # noqa: FBT001 - drawn by name
        """An exchange ends, for nothing, less, all or more than it held; the store may not hear of it yet."""
        exchange = data.draw(st.sampled_from(self._in_flight()))
        exchange.spent = exchange.need.amount * share // 100
        exchange.tokens = share
        exchange.ended_at = self.now
        if arrives:
            self._finish(exchange)

    @precondition(lambda self: self._ends_on_their_way())
    @rule(data=st.data())
    def late_end(self, data: st.DataObject) -> None:
        """An end arrives, whatever has happened to the exchange since."""
        self._finish(data.draw(st.sampled_from(self._ends_on_their_way())))

    @precondition(lambda self: self._standing())
    @rule(data=st.data())
    def end_again(self, data: st.DataObject) -> None:
        """An end that has arrived arrives once more."""
        exchange = data.draw(st.sampled_from(self._standing()))
        before = self._view()
        assume(before.entries[exchange.id].standing in (Standing.SPENT, Standing.TOMBSTONE))
        assume(exchange.end_arrived)
        self._finish(exchange)
        assert self._view() == before

    @rule()
    def renew(self) -> None:
        """The gateway renews what is in flight."""
        holds = [(ACCOUNT, exchange.id) for exchange in self._in_flight()]
        self._each(lambda store: store.renew(holds, LEASE_MS))

    # -- settlement ------------------------------------------------------------------------------------

    @precondition(lambda self: self._unposted())
    @rule(data=st.data(), told=st.booleans())
    def settle(self, data: st.DataObject, told: bool) -> None:  # noqa: FBT001 - drawn by name
        """A batch is committed; the store hears of it now or by a redelivery."""
        batch = data.draw(st.lists(st.sampled_from(self._unposted()), min_size=1, unique=True))
        self._settle(batch, told=told)

    @precondition(lambda self: self._in_flight())
    @rule(data=st.data(), cost=st.integers(0, 900), late=st.booleans())
    def settle_before_the_end(self, data: st.DataObject, cost: int, late: bool) -> None:  # noqa: FBT001
        """A process died; its exchange is settled, and its end may still be on its way."""
        exchange = data.draw(st.sampled_from(self._in_flight()))
        exchange.spent, exchange.ended_at, exchange.end_arrived = cost, self.now, not late
        self._settle([exchange], told=True)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def settle_again(self, data: st.DataObject) -> None:
        """A message is delivered once more, with the balance it had then."""
        news = data.draw(st.sampled_from(self.told))
        self._each(lambda store: store.settle([news]))

    # -- time and loss ---------------------------------------------------------------------------------

    @rule(milliseconds=st.sampled_from([1, 999, LEASE_MS - 1]))
    def wait(self, milliseconds: int) -> None:
        """Time passes."""
        self.now += milliseconds
        self.bench.advance(milliseconds)

    @rule(milliseconds=st.sampled_from([LEASE_MS, 45_000, TOMBSTONE_MS]), sweep=st.booleans())
    def let_leases_end(self, milliseconds: int, sweep: bool) -> None:  # noqa: FBT001 - drawn by name
        """Leases end, or even the life of tombstones; the reaper may come by, now or later."""
        self.wait(milliseconds)
        if sweep:
            self.sweep()

    @rule()
    def sweep(self) -> None:
        """The reaper comes by."""
        self._each(lambda store: store.sweep())

    @rule()
    def lose_data(self) -> None:
        """The store comes back empty."""
        self.bench.lose_data()
        self.lost_data = True
        self.seeded = False
        for exchange in self.exchanges:
            # Whoever ended it saw the store go: nothing is on its way any more.
            exchange.end_arrived = exchange.end_arrived or exchange.ended_at is not None
            exchange.store_knows_end = False

    @precondition(lambda self: self.lost_data)
    @rule()
    def reput(self) -> None:
        """Gateways and the shipper put back what they know."""
        self._reput()

    # -- what always holds -----------------------------------------------------------------------------

    @invariant()
    def total_is_the_sum_of_what_counts(self) -> None:
        """The running total is what summing the entries would give."""
        view = self._view()
        assert view.total == sum(entry.amount for entry in view.entries.values())
        counted = {entry.standing for entry in view.entries.values() if entry.amount}
        assert counted <= {Standing.HELD, Standing.SPENT}

    @invariant()
    def gauges_count_what_is_open(self) -> None:
        """A gauge is filled by those whose end has not come."""
        view = self._view()
        open_ones = [e for e in view.entries.values() if e.standing in (Standing.HELD, Standing.EARLY)]
        assert view.gauges.get("a:now", 0) == len(open_ones)

    @invariant()
    def no_debt_is_forgotten(self) -> None:
        """What is spent counts until the ledger has it, however long that takes."""
        entries = self._view().entries
        for exchange in self._unposted():
            if exchange.store_knows_end and exchange.spent:
                assert entries[exchange.id] == EntryView(Standing.SPENT, exchange.spent)

    @invariant()
    def nothing_of_the_ledger_is_invented(self) -> None:
        """What the store believes posted is a balance the ledger had."""
        view = self._view()
        assert view.posted is None or (view.posted, view.sequence) in self.balances

    @invariant()
    def only_a_seed_makes_it_known(self) -> None:
        """A settlement on its way tells nothing of what others hold."""
        assert (self._view().posted is not None) == self.seeded

    def teardown(self) -> None:
        """When all is over and settled, available is what the ledger says."""
        if self.lost_data:
            self._reput()
        for exchange in self._in_flight():
            exchange.spent = exchange.need.amount // 2
            exchange.ended_at = self.now
        self._settle([exchange for exchange in self.exchanges if not exchange.store_knows_posted], told=True)
        for exchange in self._ends_on_their_way():
            self._finish(exchange)
        self.wait(LEASE_MS)
        self.sweep()
        self.seed()
        self._check_truth()
        self.wait(TOMBSTONE_MS)
        self.sweep()
        self.sweep()
        self._check_truth()

    # -- how ----------------------------------------------------------------------------------------------

    def _check_judgement(self, exchange: Exchange, taken: Taken, view: WalletView) -> None:
        need, gauge = exchange.need, view.gauges.get("a:now", 0)
        if taken.refused_by == -1:
            assert gauge <= IN_FLIGHT_LIMIT
            assert view.entries[need.exchange_id].amount == need.amount
            assert need.floor is None or (view.available or 0) >= need.floor
            return
        assert need.exchange_id not in view.entries
        if taken.refused_by == 1:
            assert gauge >= IN_FLIGHT_LIMIT
        elif taken.refused_by == len(need.meters):
            assert need.floor is not None
            assert view.available is not None
            assert view.available - need.amount < need.floor

    def _check_truth(self) -> None:
        view = self._view()
        assert view.total == 0
        assert not any(view.gauges.values())
        assert view.available == view.posted == self.balance
        assert {entry.standing for entry in view.entries.values()} <= {Standing.TOMBSTONE}

    def _take(self, exchange: Exchange) -> Taken | None:
        async def take(store: StateStore) -> Taken | None:
            try:
                return await store.take(exchange.need)
            except WalletUnknown:
                return None

        return self._each(take)

    def _finish(self, exchange: Exchange) -> None:
        async def finish(store: StateStore) -> None:
            store.finish(exchange.need, exchange.spent, (exchange.tokens - TAKEN_TOKENS, 0))

        exchange.end_arrived = exchange.store_knows_end = True
        self._each(finish)

    def _settle(self, batch: list[Exchange], *, told: bool) -> None:
        fresh = [exchange for exchange in batch if not exchange.posted]
        self._post(-sum(exchange.spent for exchange in fresh))
        for exchange in fresh:
            exchange.posted = True
        news = Settled(ACCOUNT, [exchange.id for exchange in batch], self.balance, self.sequence)
        self.told.append(news)
        if told:
            for exchange in batch:
                exchange.store_knows_posted = True
            self._each(lambda store: store.settle([news]))

    def _reput(self) -> None:
        gauges = (("a:now", 1),)
        held = [
            Entry(ACCOUNT, e.id, Standing.HELD, e.need.amount, LEASE_MS, gauges) for e in self._in_flight()
        ]
        spent = [Entry(ACCOUNT, e.id, Standing.SPENT, e.spent) for e in self._unposted()]
        self._each(lambda store: store.reput([*held, *spent]))
        self.lost_data = False

    def _post(self, amount: int) -> None:
        self.balance += amount
        self.sequence += 1
        self.balances.append((self.balance, self.sequence))

    def _in_flight(self) -> list[Exchange]:
        return [exchange for exchange in self.exchanges if exchange.ended_at is None]

    def _unposted(self) -> list[Exchange]:
        return [e for e in self.exchanges if e.ended_at is not None and not e.posted]

    def _ends_on_their_way(self) -> list[Exchange]:
        return [
            exchange
            for exchange in self.exchanges
            if exchange.ended_at is not None
            and not exchange.end_arrived
            and self.now - exchange.ended_at < ENDED_TOMBSTONE_MS
        ]

    def _standing(self) -> list[Exchange]:
        entries = self._view().entries
        return [exchange for exchange in self.exchanges if exchange.id in entries]

    def _view(self) -> WalletView:
        view = self._each(lambda store: store.wallet(ACCOUNT))
        return view or WalletView(None, 0, 0, {}, {})

    def _each(self, call: Callable[[StateStore], Awaitable[ResultT]]) -> ResultT:
        first, *others = [self.bench.run(call(store)) for store in self.bench.stores]
        for other in others:
            assert other == first
        return first
