"""What exchanges of one account ask for at once is done one after the other, in the order they asked."""

import asyncio

from oblivious.infra.state.protocol import EntryView, Standing, StateStore
from tests.contract.state_rigs import ACCOUNT, gauge, need, tell, wallet, window

SPENT, TOMBSTONE = Standing.SPENT, Standing.TOMBSTONE


class TestTurn:
    async def test_the_first_ones_are_granted(self, store: StateStore) -> None:
        """Each sees what those before it have left."""
        await store.seed(ACCOUNT, 1_000, 1)

        told = await asyncio.gather(*[store.take(need(f"x{n}", window(20), gauge(12))) for n in range(30)])

        assert [taken.refused_by for taken in told] == [-1] * 12 + [1] * 18
        assert [taken.readings[1].remaining for taken in told] == [*range(11, -1, -1), *[0] * 18]

    async def test_an_end_makes_room_for_who_comes_after_it(self, store: StateStore) -> None:
        """And for nobody before it."""
        await store.seed(ACCOUNT, 1_000, 1)
        first = need("x", gauge(1), amount=10, floor=0)
        await store.take(first)

        early = asyncio.ensure_future(store.take(need("y", gauge(1))))
        await asyncio.sleep(0)
        store.finish(first, 7, ())
        late = asyncio.ensure_future(store.take(need("z", gauge(1))))

        assert [(await early).refused_by, (await late).refused_by] == [0, -1]
        assert (await wallet(store)).entries["x"] == EntryView(SPENT, 7)

    async def test_who_gives_up_at_once_holds_nothing(self, store: StateStore) -> None:
        """Its end comes right behind its take, and both are heard."""
        await store.seed(ACCOUNT, 1_000, 1)
        hasty = need("x", window(9), gauge(9), amount=10, floor=0)

        taken = asyncio.ensure_future(store.take(hasty))
        await asyncio.sleep(0)
        store.finish(hasty, 0, ())

        assert (await taken).refused_by == -1
        view = await wallet(store)
        assert (view.total, view.entries) == (0, {})
        assert not any(view.gauges.values())

    async def test_a_repeat_in_the_same_turn_changes_nothing(self, store: StateStore) -> None:
        """Neither of a take nor of an end."""
        await store.seed(ACCOUNT, 1_000, 1)
        one = need("x", gauge(1), amount=10, floor=0)

        told = await asyncio.gather(store.take(one), store.take(one))
        store.finish(one, 7, ())
        store.finish(one, 9, ())

        assert [taken.refused_by for taken in told] == [-1, -1]
        view = await wallet(store)
        assert (view.total, view.entries) == (7, {"x": EntryView(SPENT, 7)})
        assert not any(view.gauges.values())

    async def test_another_command_does_not_overtake_it(self, store: StateStore) -> None:
        """A settlement finds the end that came before it."""
        await store.seed(ACCOUNT, 1_000, 1)
        one = need("x", amount=10, floor=0)
        await store.take(one)

        store.finish(one, 7, ())
        await tell(store, "x", posted=993, sequence=2)

        view = await wallet(store)
        assert (view.posted, view.total, view.entries["x"].standing) == (993, 0, TOMBSTONE)
