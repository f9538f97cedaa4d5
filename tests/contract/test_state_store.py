"""What every state store does, whichever it is; `docs/wallet.md` is the specification."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

import pytest
from redis.asyncio import Redis

from oblivious.contracts.meters import Meter, MeterKind, Need, Reading, Taken
from oblivious.contracts.money import MAX_STORE_AMOUNT
from oblivious.infra.state.errors import WalletUnknown
from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.state.protocol import Entry, EntryView, Settled, Standing, StateStore, WalletView
from oblivious.infra.state.wallet import ENDED_TOMBSTONE_MS, TOMBSTONE_MS
from tests.fakes.clock import FakeClock
from tests.fakes.redis_clock import lose_data, set_clock, store_by

ACCOUNT = 7
LEASE_MS = 30_000
MINUTE_MS = 60_000
UNKNOWN = WalletView(None, 0, 0, {}, {})

HELD, SPENT, EARLY, TOMBSTONE = Standing.HELD, Standing.SPENT, Standing.EARLY, Standing.TOMBSTONE


class Rig(Protocol):
    """A store, the clock it goes by, and a way to lose its data."""

    store: StateStore

    async def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        ...

    async def lose_data(self) -> None:
        """Bring the store back empty."""
        ...


class MemoryRig:
    def __init__(self) -> None:
        self._clock = FakeClock()
        self.store: StateStore = MemoryStateStore(now=self._clock)

    async def advance(self, milliseconds: int) -> None:
        """Move the clock."""
        self._clock.advance(milliseconds)

    async def lose_data(self) -> None:
        """Start anew."""
        self.store = MemoryStateStore(now=self._clock)


class RedisRig:
    def __init__(self, redis: Redis, store: StateStore) -> None:
        self._clock = FakeClock()
        self._redis = redis
        self.store = store

    async def advance(self, milliseconds: int) -> None:
        """Move the clock that the server reads."""
        self._clock.advance(milliseconds)
        await set_clock(self._redis, self._clock())

    async def lose_data(self) -> None:
        """Empty the server."""
        await lose_data(self._redis, self._clock())


@pytest.fixture
async def memory_rig() -> Rig:
    return MemoryRig()


@pytest.fixture
async def redis_rig(redis_url: str) -> AsyncIterator[Rig]:
    store = store_by(redis_url)
    await store.open()
    async with Redis.from_url(redis_url) as redis:
        rig = RedisRig(redis, store)
        await rig.advance(0)
        yield rig
    await store.close()


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.services)])
def rig(request: pytest.FixtureRequest) -> Rig:
    made: Rig = request.getfixturevalue(f"{request.param}_rig")
    return made


@pytest.fixture
def store(rig: Rig) -> StateStore:
    return rig.store


def window(limit: int, cost: int = 1, key: str = "k1:rpm") -> Meter:
    return Meter(f"window {key}", key, MeterKind.WINDOW, limit, cost, MINUTE_MS)


def gauge(limit: int, cost: int = 1, key: str = "k1:now") -> Meter:
    return Meter(f"gauge {key}", key, MeterKind.GAUGE, limit, cost)


def need(
    exchange: str = "x", *meters: Meter, amount: int = 0, floor: int | None = None, account: int = ACCOUNT
) -> Need:
    return Need(exchange, account, amount, floor, meters, LEASE_MS)


async def wallet(store: StateStore) -> WalletView:
    return await store.wallet(ACCOUNT) or UNKNOWN


async def tell(store: StateStore, *exchanges: str, posted: int = 1_000, sequence: int = 1) -> None:
    await store.settle([Settled(ACCOUNT, exchanges, posted, sequence)])


class TestTake:
    @pytest.mark.parametrize(
        ("limited", "granted"),
        [
            pytest.param(need("", window(50)), 50, id="by a window"),
            pytest.param(need("", window(1_000, cost=10)), 100, id="by a window of larger costs"),
            pytest.param(need("", gauge(64)), 64, id="by a gauge"),
            pytest.param(need("", amount=10, floor=0), 100, id="by the wallet"),
            pytest.param(need("", amount=10, floor=-500), 150, id="by the wallet with an overdraft"),
            pytest.param(need("", window(90), gauge(80), amount=10, floor=0), 80, id="by the tightest"),
            pytest.param(need("", amount=10, floor=None), 200, id="by nothing"),
        ],
    )
    async def test_of_200_callers_exactly_the_limit_is_granted(
        self, store: StateStore, limited: Need, granted: int
    ) -> None:
        """Takes are atomic: never one above the limit, never one too few."""
        await store.seed(ACCOUNT, 1_000, 1)

        answers = await asyncio.gather(*[_take_as(store, limited, f"x{n}") for n in range(200)])

        assert sum(taken.refused_by == -1 for taken in answers) == granted
        assert (await wallet(store)).total == granted * limited.amount

    @pytest.mark.parametrize(
        ("wanted", "refused_by"),
        [
            pytest.param(
                need("y", window(1), gauge(9), window(9, key="a:rpm"), amount=1, floor=0), 0, id="first"
            ),
            pytest.param(
                need("y", window(9), gauge(1), window(9, key="a:rpm"), amount=1, floor=0), 1, id="middle"
            ),
            pytest.param(
                need("y", window(9), gauge(9), window(1, key="a:rpm"), amount=1, floor=0), 2, id="last"
            ),
            pytest.param(
                need("y", window(9), gauge(9), window(9, key="a:rpm"), amount=951, floor=0), 3, id="wallet"
            ),
            pytest.param(
                need("y", window(1), gauge(1), window(1, key="a:rpm"), amount=951, floor=0), 0, id="all"
            ),
        ],
    )
    async def test_a_refusal_names_the_first_meter_and_takes_nothing(
        self, store: StateStore, wanted: Need, refused_by: int
    ) -> None:
        """All or none: a refused exchange leaves no trace on any meter, and the readings say what is left."""
        await store.seed(ACCOUNT, 1_000, 1)
        before = need("x", window(9), gauge(9), window(9, key="a:rpm"), amount=50, floor=0)
        await store.take(before)
        standing = await wallet(store)

        taken = await store.take(wanted)

        assert taken.refused_by == refused_by
        assert await wallet(store) == standing
        assert [reading.remaining for reading in taken.readings] == [
            meter.limit - 1 for meter in wanted.meters
        ]
        again = await store.take(before)
        assert [reading.remaining for reading in again.readings] == [8, 8, 8]

    async def test_asked_again_it_grants_again_and_takes_nothing(self, store: StateStore) -> None:
        """A lost answer costs nothing: the repeat is granted even where there is no more room."""
        await store.seed(ACCOUNT, 100, 1)
        tight = need("x", window(1), gauge(1), amount=100, floor=0)

        answers = [await store.take(tight) for _ in range(3)]

        assert answers == [Taken(-1, 0, (Reading(0, answers[0].readings[0].reset_ms), Reading(0, 0)))] * 3
        assert (await wallet(store)).entries == {"x": EntryView(HELD, 100)}

    async def test_an_unknown_wallet_is_neither_empty_nor_unlimited(self, store: StateStore) -> None:
        """The caller is told to seed; until then nothing is taken."""
        wanted = need("x", window(5), gauge(5), amount=10, floor=0)

        with pytest.raises(WalletUnknown) as unknown:
            await store.take(wanted)

        assert unknown.value.account_id == ACCOUNT
        assert await store.wallet(ACCOUNT) is None
        assert not await store.knows(ACCOUNT)
        await store.seed(ACCOUNT, 10, 1)
        assert await store.knows(ACCOUNT)
        taken = await store.take(wanted)
        assert [reading.remaining for reading in taken.readings] == [4, 4]

    async def test_a_meter_refuses_before_an_unknown_wallet_is_missed(self, store: StateStore) -> None:
        """One who is too fast does not make the gateway ask the database."""
        assert (await store.take(need("x", gauge(0), amount=10, floor=0))).refused_by == 0

    async def test_without_a_floor_money_is_no_question(self, store: StateStore) -> None:
        """An unlimited account is metered, not refused, and need not be known."""
        assert (await store.take(need("x", amount=10**12))).refused_by == -1
        assert (await wallet(store)).total == 10**12

    async def test_accounts_do_not_share_meters(self, store: StateStore) -> None:
        """The same meter key of another account is another meter."""
        for account in (1, 2):
            assert (await store.take(need("x", window(1), gauge(1), account=account))).refused_by == -1

    async def test_the_largest_amounts_are_exact(self, store: StateStore) -> None:
        """The store counts to the nano-dollar up to its bound."""
        await store.seed(ACCOUNT, MAX_STORE_AMOUNT, 1)

        assert (await store.take(need("x", amount=MAX_STORE_AMOUNT - 1, floor=0))).refused_by == -1
        assert (await store.take(need("y", amount=2, floor=0))).refused_by == 0
        assert (await store.take(need("z", amount=1, floor=0))).refused_by == -1

        view = await wallet(store)
        assert (view.total, view.available) == (MAX_STORE_AMOUNT, 0)
        store.finish(need("x"), MAX_STORE_AMOUNT - 2, ())
        assert (await wallet(store)).available == 1


class TestWindow:
    """Two buckets, the older weighted. The clock starts 20 s into a minute's bucket."""

    @pytest.fixture(autouse=True)
    async def _twenty_seconds_in(self, rig: Rig) -> None:
        await rig.advance(20_000)

    async def test_it_slides(self, rig: Rig) -> None:
        """What was taken goes bit by bit while the next bucket passes."""
        await rig.store.take(need("a", window(100, cost=60)))

        seen: list[int] = []
        for step in (0, 39_999, 1, 15_000, 30_000, 15_000):
            await rig.advance(step)
            seen.append((await rig.store.take(need("a", window(100, cost=60)))).readings[0].remaining)

        assert seen == [40, 40, 40, 55, 85, 100]

    @pytest.mark.parametrize(
        ("first", "wanted", "retry_after_ms"),
        [
            # 40 s are left of this bucket; then 60 weigh less by the second.
            pytest.param(60, 70, 40_000 + 30_000, id="waits for half of the next bucket"),
            pytest.param(100, 100, 40_000 + 60_000, id="waits for all of it"),
            pytest.param(60, 41, 40_000 + 1_000, id="waits for a sixtieth"),
            pytest.param(60, 101, 0, id="never"),
        ],
    )
    async def test_retry_after_is_when_it_fits(
        self, rig: Rig, first: int, wanted: int, retry_after_ms: int
    ) -> None:
        """A millisecond before it is refused, then it is granted."""
        await rig.store.take(need("a", window(100, cost=first)))

        refused = await rig.store.take(need("b", window(100, cost=wanted)))

        assert (refused.refused_by, refused.retry_after_ms) == (0, retry_after_ms)
        if retry_after_ms:
            await rig.advance(retry_after_ms - 1)
            assert (await rig.store.take(need("b", window(100, cost=wanted)))).retry_after_ms == 1
            await rig.advance(1)
            assert (await rig.store.take(need("b", window(100, cost=wanted)))).refused_by == -1

    async def test_retry_after_within_a_bucket(self, rig: Rig) -> None:
        """Where the previous bucket is in the way, its weight is waited for."""
        await rig.store.take(need("a", window(60, cost=60)))
        await rig.advance(50_000)

        refused = await rig.store.take(need("b", window(60, cost=20)))

        assert (refused.refused_by, refused.retry_after_ms) == (0, 10_000)
        assert refused.readings == (Reading(10, 50_000),)

    async def test_reset_says_when_nothing_counts(self, rig: Rig) -> None:
        """From the taking: the rest of this bucket and the whole next one."""
        empty = await rig.store.take(need("a", window(10, cost=0)))
        taken = await rig.store.take(need("b", window(10)))
        await rig.advance(41_000)
        later = await rig.store.take(need("b", window(10)))

        assert [t.readings[0].reset_ms for t in (empty, taken, later)] == [0, 100_000, 59_000]

    @pytest.mark.parametrize(
        ("wait_ms", "delta", "remaining"),
        [
            pytest.param(1_000, -40, 80, id="too much, same bucket"),
            pytest.param(1_000, 25, 15, id="too little, same bucket"),
            pytest.param(1_000, 400, 0, id="far too little"),
            pytest.param(55_000, -40, 85, id="too much, next bucket: given back where it was taken"),
            pytest.param(55_000, 25, 30, id="too little, next bucket: counts now"),
            pytest.param(115_000, -40, 100, id="too much, long ago: nothing left to give back"),
            pytest.param(115_000, 25, 75, id="too little, long ago: counts now"),
        ],
    )
    async def test_the_end_corrects_it(self, rig: Rig, wait_ms: int, delta: int, remaining: int) -> None:
        """Tokens are estimated at admission and known at the end."""
        meters = (gauge(5), window(100, cost=60))
        await rig.store.take(need("a", *meters))
        await rig.advance(wait_ms)

        rig.store.finish(need("a", *meters), 1, (0, delta))

        seen = await rig.store.take(need("b", window(100, cost=0)))
        assert seen.readings[0].remaining == remaining

    async def test_an_exchange_ended_twice_is_corrected_once(self, store: StateStore) -> None:
        """The repeat of an end changes nothing."""
        await store.take(need("a", window(100, cost=60)))

        for _ in range(2):
            store.finish(need("a", window(100)), 1, (-40,))

        assert (await store.take(need("b", window(100, cost=0)))).readings[0].remaining == 80

    @pytest.mark.parametrize(("delta", "remaining"), [(-40, 140), (30, 110)], ids=["too much", "too little"])
    async def test_one_whose_lease_ended_is_only_charged_more(
        self, rig: Rig, delta: int, remaining: int
    ) -> None:
        """When it was taken is forgotten, so nothing can be given back."""
        await rig.store.take(need("a", window(200, cost=60)))
        await rig.advance(LEASE_MS)
        await rig.store.sweep()

        rig.store.finish(need("a", window(200)), 1, (delta,))

        seen = await rig.store.take(need("b", window(200, cost=0)))
        assert seen.readings[0].remaining == remaining


async def _take_as(store: StateStore, like: Need, exchange: str) -> Taken:
    return await store.take(need(exchange, *like.meters, amount=like.amount, floor=like.floor))


Event = Callable[[Rig], Awaitable[None]]
METERS = (gauge(5), window(100, cost=10))


async def take(rig: Rig) -> None:
    await rig.store.take(need("x", *METERS, amount=100, floor=0))


async def take_again(rig: Rig) -> None:
    assert (await rig.store.take(need("x", *METERS, amount=100, floor=0))).refused_by == -1


async def finish(rig: Rig) -> None:
    rig.store.finish(need("x", *METERS), 60, (0, -5))


async def finish_for_nothing(rig: Rig) -> None:
    rig.store.finish(need("x", *METERS), 0, (0, -10))


async def lease_ends(rig: Rig) -> None:
    await rig.advance(LEASE_MS)
    await rig.store.sweep()


async def a_minute_passes(rig: Rig) -> None:
    await rig.advance(ENDED_TOMBSTONE_MS)
    await rig.store.sweep()


async def ten_minutes_pass(rig: Rig) -> None:
    await rig.advance(TOMBSTONE_MS)
    await rig.store.sweep()


async def renew(rig: Rig) -> None:
    await rig.store.renew([(ACCOUNT, "x")], 2 * LEASE_MS)


async def settle(rig: Rig) -> None:
    await tell(rig.store, "x", posted=940, sequence=2)


async def reput_held(rig: Rig) -> None:
    await rig.store.reput([Entry(ACCOUNT, "x", HELD, 100, LEASE_MS, (("k1:now", 1),))])


async def reput_spent(rig: Rig) -> None:
    await rig.store.reput([Entry(ACCOUNT, "x", SPENT, 60)])


async def lose(rig: Rig) -> None:
    await rig.lose_data()


ABSENT = (None, 0, 0)
HELD_100 = (HELD, 100, 1)
SPENT_60 = (SPENT, 60, 0)
STILL_OPEN = (EARLY, 0, 1)
BURIED = (TOMBSTONE, 0, 0)

TRANSITIONS: list[tuple[str, list[Event], tuple[Standing | None, int, int]]] = [
    ("taken", [take], HELD_100),
    ("taken twice", [take, take_again], HELD_100),
    ("held, ended", [take, finish], SPENT_60),
    ("held, ended for nothing", [take, finish_for_nothing], ABSENT),
    ("held, its lease ended", [take, lease_ends], ABSENT),
    ("held, renewed", [take, renew, lease_ends], HELD_100),
    ("held, renewed, and the new lease ended", [take, renew, lease_ends, lease_ends], ABSENT),
    ("held, settled", [take, settle], STILL_OPEN),
    ("held, reput", [take, reput_held], HELD_100),
    ("held, reput as spent", [take, reput_spent], SPENT_60),
    ("spent, taken again", [take, finish, take_again], SPENT_60),
    ("spent, ended again", [take, finish, finish], SPENT_60),
    ("spent, ended again for nothing", [take, finish, finish_for_nothing], SPENT_60),
    ("spent, long ago", [take, finish, ten_minutes_pass, ten_minutes_pass], SPENT_60),
    ("spent, renewed", [take, finish, renew, ten_minutes_pass], SPENT_60),
    ("spent, settled", [take, finish, settle], BURIED),
    ("spent, reput as held", [take, finish, reput_held], SPENT_60),
    ("spent, reput", [take, finish, reput_spent], SPENT_60),
    ("early, taken again", [take, settle, take_again], STILL_OPEN),
    ("early, settled again", [take, settle, settle], STILL_OPEN),
    ("early, ended", [take, settle, finish], BURIED),
    ("early, ended for nothing", [take, settle, finish_for_nothing], BURIED),
    ("early, its lease ended", [take, settle, lease_ends], BURIED),
    ("early, renewed", [take, settle, renew, lease_ends], STILL_OPEN),
    (
        "early, its lease ended, then its end came",
        [take, settle, lease_ends, a_minute_passes, finish],
        BURIED,
    ),
    ("early, reput", [take, settle, reput_held], STILL_OPEN),
    ("early, reput as spent", [take, settle, reput_spent], STILL_OPEN),
    ("tombstone, taken again", [take, finish, settle, take_again], BURIED),
    ("tombstone, ended again", [take, finish, settle, finish], BURIED),
    ("tombstone, settled again", [take, finish, settle, settle], BURIED),
    ("tombstone, reput", [take, finish, settle, reput_held], BURIED),
    ("tombstone, reput as spent", [take, finish, settle, reput_spent], BURIED),
    ("tombstone of one that ended, after a minute", [take, finish, settle, a_minute_passes], ABSENT),
    ("tombstone of one that may end, after a minute", [settle, a_minute_passes], BURIED),
    ("tombstone of one that may end, after ten", [settle, ten_minutes_pass], ABSENT),
    ("absent, ended late", [take, lease_ends, finish], SPENT_60),
    ("absent, ended late, settled", [take, lease_ends, finish, settle], BURIED),
    ("absent, ended late for nothing", [take, lease_ends, finish_for_nothing], ABSENT),
    ("absent, settled", [take, lease_ends, settle], BURIED),
    ("absent, settled, then its end came", [take, lease_ends, settle, finish], BURIED),
    ("absent, renewed", [take, lease_ends, renew], ABSENT),
    ("lost, reput as held", [take, lose, reput_held], HELD_100),
    ("lost, reput, ended", [take, lose, reput_held, finish], SPENT_60),
    ("lost, reput, its lease ended", [take, lose, reput_held, lease_ends], ABSENT),
    ("lost, reput as spent", [take, finish, lose, reput_spent], SPENT_60),
    ("lost, settled, reput as spent", [take, finish, lose, settle, reput_spent], BURIED),
    ("lost, ended", [take, lose, finish], SPENT_60),
]


class TestTransitions:
    @pytest.mark.parametrize(
        ("events", "expected"), [pytest.param(e, x, id=title) for title, e, x in TRANSITIONS]
    )
    async def test_each_event_in_each_state(
        self, rig: Rig, events: list[Event], expected: tuple[Standing | None, int, int]
    ) -> None:
        """The table of docs/wallet.md, cell by cell: standing, total, gauge."""
        await rig.store.seed(ACCOUNT, 1_000, 1)

        for event in events:
            await event(rig)

        view = await wallet(rig.store)
        entry = view.entries.get("x")
        assert (entry and entry.standing, view.total, view.gauges.get("k1:now", 0)) == expected
        assert view.total == sum(e.amount for e in view.entries.values())


class TestLease:
    async def test_what_a_dead_gateway_held_is_taken_over(self, rig: Rig) -> None:
        """Nobody need sweep: whoever would be refused clears what is due first."""
        await rig.store.seed(ACCOUNT, 100, 1)
        dead, alive = (need(x, gauge(1), amount=100, floor=0) for x in ("dead", "alive"))
        await rig.store.take(dead)
        assert (await rig.store.take(alive)).refused_by == 0
        await rig.advance(LEASE_MS - 1)
        assert (await rig.store.take(alive)).refused_by == 0

        await rig.advance(1)

        assert (await rig.store.take(alive)).refused_by == -1
        assert (await wallet(rig.store)).entries == {"alive": EntryView(HELD, 100)}

    async def test_a_renewal_is_never_shorter(self, rig: Rig) -> None:
        """Renewing for less than what is left changes nothing."""
        await rig.store.take(need("x", amount=5))
        await rig.store.renew([(ACCOUNT, "x"), (ACCOUNT, "nobody"), (99, "nobody")], 1)

        await rig.advance(LEASE_MS - 1)

        assert await rig.store.sweep() == 0

    async def test_a_sweep_takes_a_bite(self, rig: Rig) -> None:
        """It is bounded, and comes back for the rest."""
        for start in range(0, 2_500, 250):
            await asyncio.gather(*[rig.store.take(need(f"x{start + n}", amount=1)) for n in range(250)])
        await rig.advance(LEASE_MS)

        swept = [await rig.store.sweep() for _ in range(4)]

        assert swept == [1_000, 1_000, 500, 0]
        assert (await wallet(rig.store)).total == 0

    async def test_settlements_clear_more_than_they_make(self, rig: Rig) -> None:
        """Tombstones do not pile up where nobody sweeps."""
        for day in range(5):
            await tell(rig.store, *[f"{day}-{n}" for n in range(100)])
            await rig.advance(TOMBSTONE_MS)

        assert len((await wallet(rig.store)).entries) == 100


class TestPosted:
    @pytest.mark.parametrize(
        ("news", "believed"),
        [
            pytest.param((500, 6), (500, 6), id="newer"),
            pytest.param((500, 5), (1_000, 5), id="the same number"),
            pytest.param((500, 4), (1_000, 5), id="older"),
        ],
    )
    async def test_only_news_is_believed(
        self, store: StateStore, news: tuple[int, int], believed: tuple[int, int]
    ) -> None:
        """Seeds and settlements come late and twice; the ledger's number decides."""
        for tell_it in (store.seed, lambda a, p, s: store.settle([Settled(a, (), p, s)])):
            await store.seed(ACCOUNT, 1_000, 5)
            await tell_it(ACCOUNT, *news)

            view = await wallet(store)
            assert (view.posted, view.sequence) == believed

    async def test_a_negative_balance_is_a_balance(self, store: StateStore) -> None:
        """An account may have overrun; then it gets nothing above its floor."""
        await store.seed(ACCOUNT, -300, 1)

        assert (await store.take(need("x", amount=1, floor=0))).refused_by == 0
        assert (await store.take(need("y", amount=200, floor=-500))).refused_by == -1

    async def test_an_old_settlement_still_buries(self, store: StateStore) -> None:
        """Batches of an account may be told in any order: its exchanges are settled all the same."""
        await store.seed(ACCOUNT, 1_000, 9)
        await store.take(need("x", amount=100, floor=0))
        store.finish(need("x"), 60, ())

        await tell(store, "x", posted=2_000, sequence=3)

        view = await wallet(store)
        assert (view.posted, view.total, view.entries["x"].standing) == (1_000, 0, TOMBSTONE)

    async def test_many_accounts_and_exchanges_at_once(self, store: StateStore) -> None:
        """A batch may be large, and may name an exchange twice."""
        ids = [f"x{n}" for n in range(1_200)]
        for exchange in ids:
            store.finish(need(exchange), 1, ())
        store.finish(need("other", account=8), 1, ())

        await store.settle([Settled(ACCOUNT, ids * 2, 0, 1), Settled(8, ["other"], 5, 1)])

        assert (await wallet(store)).total == 0
        assert (await store.wallet(8) or UNKNOWN).available == 5


class TestLoss:
    async def test_the_epoch_stays_until_the_data_goes(self, rig: Rig) -> None:
        """It changes when, and only when, wallets are lost."""
        before = await rig.store.epoch()
        await take_and_sweep(rig)
        assert await rig.store.epoch() == before

        await rig.lose_data()

        assert await rig.store.epoch() not in ("", before)
        assert await rig.store.wallet(ACCOUNT) is None

    async def test_all_is_known_again_after_seed_and_reput(self, rig: Rig) -> None:
        """Gateways bring what is in flight, the journals what is owed, the database the balance."""
        await rig.lose_data()
        await rig.store.reput(
            [Entry(ACCOUNT, f"h{n}", HELD, 2, LEASE_MS, (("k1:now", 1),)) for n in range(600)]
            + [Entry(ACCOUNT, f"s{n}", SPENT, 3) for n in range(600)]
        )
        await rig.store.seed(ACCOUNT, 10_000, 4)

        view = await wallet(rig.store)
        assert (view.available, view.gauges) == (10_000 - 3_000, {"k1:now": 600})


async def take_and_sweep(rig: Rig) -> None:
    await rig.store.seed(ACCOUNT, 1_000, 1)
    await take(rig)
    await rig.store.sweep()


class TestValues:
    async def test_kept_until_forgotten(self, store: StateStore) -> None:
        """Any bytes, under any key; the last put counts."""
        await store.put("caller:a b", b"\x00\xff", 60_000)
        await store.put("caller:a b", b"\x01\xff", 60_000)
        await store.put("other", b"", 60_000)

        assert [await store.get("caller:a b"), await store.get("other")] == [b"\x01\xff", b""]
        await store.forget("caller:a b", "other", "never there")
        assert [await store.get("caller:a b"), await store.get("other")] == [None, None]
