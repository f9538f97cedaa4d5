"""Draws from several owners when Redis answers some of them, or none."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from oblivious.contracts.meters import Meter, MeterKind
from oblivious.infra.state.draws import Draw, Drawn
from oblivious.infra.state.errors import StateStoreError, StoreFault, StoreUnreachable
from oblivious.infra.state.redis.store import RedisStateStore
from tests.fakes.scripted_redis import ScriptedRedis, scripted_redis
from tests.fakes.waiting import until

RPM = Meter("requests per minute", "rpm", MeterKind.WINDOW, 9, 2, 60_000)
CHANNEL, POOL = Draw("c1", (RPM,)), Draw("p:acme", (RPM,))
GRANTED, REFUSED, FAULT = b"*2\r\n:-1\r\n:0\r\n", b"*2\r\n:0\r\n:70\r\n", b"-ERR no\r\n"


@pytest.fixture
async def server() -> AsyncIterator[ScriptedRedis]:
    async with scripted_redis() as running:
        yield running


@pytest.fixture
async def store(server: ScriptedRedis) -> AsyncIterator[RedisStateStore]:
    made = RedisStateStore(server.url)
    await made.open()
    yield made
    await made.close()


def answering(server: ScriptedRedis, channel: bytes, pool: bytes) -> list[tuple[bytes, ...]]:
    """Have the owners' draws answered so; return the list that ends will come to: key, hold, corrections."""
    replies = {b"ob:{d:c1}:meters": channel, b"ob:{d:p:acme}:meters": pool}
    ends: list[tuple[bytes, ...]] = []

    def reply(words: list[bytes]) -> bytes:
        if words[0] != b"EVALSHA":
            return b"+PONG\r\n"
        drawing = words[6] == b"30000"
        if not drawing:
            ends.append((words[3], *words[5:]))
        return replies[words[3]] if drawing else b"$-1\r\n"

    server.reply = reply
    return ends


class TestDraw:
    @pytest.mark.parametrize(
        ("answers", "outcome", "undone"),
        [
            pytest.param((GRANTED, GRANTED), Drawn(None, 0), [], id="both grant"),
            pytest.param((GRANTED, REFUSED), Drawn((1, 0), 70), ["c1"], id="the second refuses"),
            pytest.param((REFUSED, GRANTED), Drawn((0, 0), 70), ["p:acme"], id="the first refuses"),
            pytest.param((REFUSED, REFUSED), Drawn((0, 0), 70), [], id="both refuse"),
            pytest.param((GRANTED, FAULT), StoreFault, ["c1", "p:acme"], id="one fails: it may have taken"),
            pytest.param((REFUSED, FAULT), StoreFault, ["p:acme"], id="one fails, one refuses"),
        ],
    )
    async def test_what_may_have_been_taken_in_vain_is_undone(
        self,
        server: ScriptedRedis,
        store: RedisStateStore,
        answers: tuple[bytes, bytes],
        outcome: Drawn | type[StateStoreError],
        undone: list[str],
    ) -> None:
        """Exactly that, and before the caller hears of it."""
        ends = answering(server, *answers)

        (drawn,) = await asyncio.gather(
            store.draws().draw("x", [CHANNEL, POOL], 30_000), return_exceptions=True
        )
        await store.epoch()

        assert drawn == outcome or type(drawn) is outcome
        assert ends == [
            (f"ob:{{d:{owner}}}:meters".encode(), b"x", b"#60000:rpm", b"-2", b"60000") for owner in undone
        ]

    async def test_all_owners_are_asked_in_one_write(
        self, server: ScriptedRedis, store: RedisStateStore
    ) -> None:
        """A draw from many costs one round trip."""
        answering(server, GRANTED, GRANTED)
        server.chunks.clear()

        await store.draws().draw("x", [CHANNEL, POOL], 30_000)

        assert [len(chunk) for chunk in server.chunks] == [2]

    async def test_a_connection_that_breaks_fails_it(
        self, server: ScriptedRedis, store: RedisStateStore
    ) -> None:
        """The caller is told, whichever owner had answered."""
        answering(server, GRANTED, b"")
        asking = store.draws().draw("x", [CHANNEL, POOL], 30_000)
        await until(lambda: len(server.chunks[-1]) == 2)

        server.hang_up()

        with pytest.raises(StoreUnreachable):
            await asking


async def test_without_a_server_draws_fail_at_once_and_ends_are_counted() -> None:
    """One for each owner that did not hear of it; what was never asked for has no end."""
    store = RedisStateStore("redis://127.0.0.1:1")
    await store.open()
    draws = store.draws()

    with pytest.raises(StoreUnreachable):
        await draws.draw("x", [CHANNEL, POOL], 30_000)
    with pytest.raises(StoreUnreachable):
        await draws.readings([CHANNEL])
    with pytest.raises(StoreUnreachable):
        await draws.renew([("c1", "x")], 30_000)
    draws.give_back("x", [CHANNEL, POOL])

    assert draws.lost_ends == 2
    await store.close()
