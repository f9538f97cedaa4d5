"""A turn's takes and ends, told to Redis at once, are what they are one after the other."""

import asyncio
from collections.abc import Sequence
from typing import Literal, NamedTuple

import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from oblivious.contracts.meters import Taken
from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.state.protocol import StateStore, WalletView
from tests.contract.state_rigs import ACCOUNT, MINUTE_MS, gauge, need, wallet, window
from tests.fakes.clock import FakeClock
from tests.fakes.redis_clock import lose_data, set_clock, store_by

BALANCE = 60


class Ask(NamedTuple):
    """One exchange asks: a take of an amount, or an end that spent it."""

    what: Literal["take", "finish"]
    exchange: str
    amount: int
    correction: int


asks = st.builds(
    Ask, st.sampled_from(["take", "finish"]), st.sampled_from("abcde"), st.integers(0, 40), st.integers(-3, 3)
)
turns = st.lists(st.lists(asks, max_size=12), max_size=4)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=turns)
def test_a_turn_is_its_steps(redis_url: str, turns: list[list[Ask]]) -> None:
    """Whatever is taken, refused, repeated or ended in it."""
    uvloop.run(_same_in_both(redis_url, turns))


async def _same_in_both(url: str, turns: list[list[Ask]]) -> None:
    clock = FakeClock()
    model, store = MemoryStateStore(now=clock), store_by(url)
    await store.open()
    redis = Redis.from_url(url)
    await lose_data(redis, clock())
    for one in (model, store):
        await one.seed(ACCOUNT, BALANCE, 1)
    for turn in turns:
        assert await _asked(store, turn) == await _asked(model, turn)
        assert _seen(await wallet(store)) == _seen(await wallet(model))
        clock.advance(MINUTE_MS // 2)
        await set_clock(redis, clock())
    await store.close()
    await redis.aclose()


async def _asked(store: StateStore, turn: Sequence[Ask]) -> list[Taken]:
    """Ask for all without waiting in between; a coroutine takes when its turn comes, so each is begun."""
    takes: list[asyncio.Future[Taken]] = []
    for ask in turn:
        wanted = need(ask.exchange, window(6, key="k1:rpm"), gauge(3), amount=ask.amount, floor=0)
        if ask.what == "finish":
            store.finish(wanted, ask.amount, (ask.correction, 0))
            continue
        takes.append(asyncio.ensure_future(store.take(wanted)))
        if isinstance(store, MemoryStateStore):
            await asyncio.sleep(0)
    return await asyncio.gather(*takes)


def _seen(view: WalletView) -> tuple[object, ...]:
    return view.available, view.entries, {key: level for key, level in view.gauges.items() if level}
