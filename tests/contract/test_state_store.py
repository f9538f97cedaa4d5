"""What every state store does, whichever it is; `docs/wallet.md` is the specification."""

import asyncio

import pytest

from oblivious.contracts.meters import Need, Reading, Taken
from oblivious.contracts.money import MAX_STORE_AMOUNT
from oblivious.infra.state.errors import WalletUnknown
from oblivious.infra.state.protocol import Entry, EntryView, Settled, Standing, StateStore
from oblivious.infra.state.wallet import SWEPT_ENTRIES, TOMBSTONE_MS
from tests.contract.state_rigs import ACCOUNT, LEASE_MS, UNKNOWN, Rig, gauge, need, tell, wallet, window

HELD, SPENT, TOMBSTONE = Standing.HELD, Standing.SPENT, Standing.TOMBSTONE


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


async def _take_as(store: StateStore, like: Need, exchange: str) -> Taken:
    return await store.take(need(exchange, *like.meters, amount=like.amount, floor=like.floor))


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
        await asyncio.gather(
            *[rig.store.take(need(f"x{n}", amount=1)) for n in range(5 * SWEPT_ENTRIES // 2)]
        )
        await rig.advance(LEASE_MS)

        swept = [await rig.store.sweep() for _ in range(4)]

        assert swept == [SWEPT_ENTRIES, SWEPT_ENTRIES, SWEPT_ENTRIES // 2, 0]
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

    async def test_a_settlement_does_not_make_a_wallet_known(self, store: StateStore) -> None:
        """Nobody has seen to it that what others hold is here; it buries its exchanges all the same."""
        store.finish(need("x"), 60, ())
        await tell(store, "x", posted=940, sequence=2)

        view = await wallet(store)
        assert (view.posted, view.total, view.entries["x"].standing) == (None, 0, TOMBSTONE)
        with pytest.raises(WalletUnknown):
            await store.take(need("y", amount=1, floor=0))

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
        await store.seed(8, 6, 0)

        await store.settle([Settled(ACCOUNT, ids * 2, 0, 1), Settled(8, ["other"], 5, 1)])

        assert (await wallet(store)).total == 0
        assert (await store.wallet(8) or UNKNOWN).available == 5

    async def test_what_is_not_settled_is_named_piece_by_piece(self, store: StateStore) -> None:
        """Held and spent exchanges are named, however many; settled and early ones and meters are not."""
        spent = {f"x{n}" for n in range(1_200)}
        for exchange in (*spent, "settled"):
            store.finish(need(exchange), 1, ())
        await store.take(need("held", window(9), gauge(9), amount=3))
        await tell(store, "settled", "early")

        pieces = [piece async for piece in store.unsettled(ACCOUNT)]

        assert {exchange for piece in pieces for exchange in piece} == spent | {"held"}
        assert len(pieces) > 1
        assert [piece async for piece in store.unsettled(ACCOUNT + 1)] in ([], [[]])


class TestLoss:
    async def test_the_epoch_stays_until_the_data_goes(self, rig: Rig) -> None:
        """It changes when, and only when, wallets are lost."""
        before = await rig.store.epoch()
        await rig.store.take(need("x", amount=5))
        await rig.store.sweep()
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


class TestValues:
    async def test_kept_until_forgotten(self, store: StateStore) -> None:
        """Any bytes, under any key; the last put counts."""
        await store.put("caller:a b", b"\x00\xff", 60_000)
        await store.put("caller:a b", b"\x01\xff", 60_000)
        await store.put("other", b"", 60_000)

        assert [await store.get("caller:a b"), await store.get("other")] == [b"\x01\xff", b""]
        await store.forget("caller:a b", "other", "never there")
        assert [await store.get("caller:a b"), await store.get("other")] == [None, None]

    async def test_many_at_once_come_in_the_order_of_their_keys(self, store: StateStore) -> None:
        """Those that are not there have their places; large values come whole."""
        large = bytes(range(256)) * 1_024
        await store.put("large", large, 60_000)
        await store.put("small", b"1", 60_000)

        assert await store.get_many(["small", "never there", "large"]) == [b"1", None, large]
        assert await store.get_many([]) == []

    async def test_a_value_may_grow_and_shrink(self, store: StateStore) -> None:
        """The last put counts, whatever the sizes."""
        for value in (b"1", b"." * 100_000, b"2"):
            await store.put("a", value, 60_000)
            assert await store.get("a") == value

        await store.forget("a")
        assert await store.get("a") is None
