"""The table of docs/wallet.md, played on every state store."""

from collections.abc import Awaitable, Callable

import pytest

from oblivious.infra.state.protocol import Entry, Standing
from oblivious.infra.state.wallet import ENDED_TOMBSTONE_MS, TOMBSTONE_MS
from tests.contract.state_rigs import ACCOUNT, LEASE_MS, Rig, gauge, need, tell, wallet, window

HELD, SPENT, EARLY, TOMBSTONE = Standing.HELD, Standing.SPENT, Standing.EARLY, Standing.TOMBSTONE

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

    async def test_what_takes_nothing_of_a_gauge_gives_nothing_back(self, rig: Rig) -> None:
        """Its lease ends like any other."""
        await rig.store.seed(ACCOUNT, 1_000, 1)
        await rig.store.take(need("x", gauge(5, cost=0), amount=100, floor=0))

        await lease_ends(rig)

        view = await wallet(rig.store)
        assert (view.total, view.entries, view.gauges.get("k1:now", 0)) == (0, {}, 0)
