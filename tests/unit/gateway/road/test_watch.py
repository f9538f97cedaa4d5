"""What is done for all exchanges at once: who left, who is silent, what was delivered, what is still held."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from typing_extensions import override

from oblivious.contracts.events import Progress
from oblivious.contracts.meters import Need
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.relay import relay
from oblivious.gateway.road.watch import keep_leases, watch
from oblivious.infra.state.draws import Draw
from oblivious.infra.state.memory_draws import MemoryDraws
from tests.fakes.clients import FakeClient
from tests.fakes.events import chunk, data
from tests.fakes.road import ACCOUNT, FakeRoad, chat, exchange
from tests.fakes.upstreams import streamed, whole
from tests.fakes.waiting import until
from tests.unit.gateway.road.answers import ANSWER

TEXT = data(chunk({"content": "word " * 80}))
REST = data(chunk({"content": "end"}), chunk({}, "stop"), "[DONE]")
PING = b": ping\n\n"


@asynccontextmanager
async def watched(fake: FakeRoad) -> AsyncIterator[None]:
    """Watch over the road."""
    task = asyncio.create_task(watch(fake.road))
    yield
    assert not task.done()
    task.cancel()


def begin(fake: FakeRoad, client: FakeClient) -> Exchange:
    """Send an exchange along the road, without waiting for it."""
    going = exchange(client)
    going.task = asyncio.create_task(relay(fake.road, going))
    return going


async def end_of(going: Exchange) -> None:
    assert going.task is not None
    async with asyncio.timeout(5):
        await going.task


class TestDisconnect:
    async def test_a_client_that_leaves_stops_its_exchange(self) -> None:
        """The upstream need not say the rest to nobody."""
        fake, client = FakeRoad().plays(streamed(TEXT, asyncio.Event())), FakeClient(chat(stream=True))

        async with watched(fake):
            going = begin(fake, client)
            await client.got.wait()
            client.leave()
            await end_of(going)

        assert (fake.ended.http_status, fake.ended.reason) == (499, "client_gone")
        assert fake.upstream.played[0].closed
        assert await fake.leftovers() == []

    async def test_late_parts_of_its_request_are_not_taken_for_that(self) -> None:
        """Only a disconnect is one."""
        more = asyncio.Event()
        fake, client = FakeRoad().plays(streamed(TEXT, more, REST)), FakeClient(chat(stream=True))

        async with watched(fake):
            going = begin(fake, client)
            await client.got.wait()
            client.say({"type": "http.request", "body": b"", "more_body": False})
            await until(lambda: client.unread == 0)
            more.set()
            await end_of(going)

        assert fake.ended.http_status == 200

    async def test_one_that_leaves_after_its_answer_stops_nothing(self) -> None:
        """The books are closed."""
        fake, client = FakeRoad().plays(streamed(TEXT, REST)), FakeClient(chat(stream=True))
        client.reading.clear()

        async with watched(fake):
            going = begin(fake, client)
            await until(lambda: going.watched)
            client.reading.set()
            await end_of(going)
            client.leave()
            await until(lambda: client.unread == 0)

        assert fake.ended.http_status == 200


class TestPings:
    async def test_a_silent_stream_gets_them_at_event_ends(self) -> None:
        """The line stays alive while the upstream thinks, and the stream stays whole."""
        more = asyncio.Event()
        fake, client = FakeRoad(ping_ms=1).plays(streamed(TEXT, more, REST)), FakeClient(chat(stream=True))

        async with watched(fake):
            going = begin(fake, client)
            await until(lambda: client.pieces.count(PING) >= 2)
            more.set()
            await end_of(going)

        assert client.body.replace(PING, b"") == TEXT + REST
        assert client.body.endswith(data("[DONE]"))

    async def test_one_that_speaks_gets_none(self) -> None:
        """Fifteen seconds of silence are needed."""
        more = asyncio.Event()
        fake, client = FakeRoad().plays(streamed(TEXT, more, REST)), FakeClient(chat(stream=True))

        async with watched(fake):
            going = begin(fake, client)
            await until(lambda: going.watched)
            more.set()
            await end_of(going)

        assert PING not in client.body

    async def test_nothing_goes_out_before_the_commit(self) -> None:
        """Until then another channel may still have to answer."""
        fake, client = FakeRoad(ping_ms=0).plays(asyncio.Event()), FakeClient(chat(stream=True))

        async with watched(fake):
            going = begin(fake, client)
            await until(lambda: going.watched)
            client.leave()
            await end_of(going)

        assert client.sent == []

    async def test_a_whole_answer_gets_none(self) -> None:
        """It has no place for one."""
        more = asyncio.Event()
        fake, client = FakeRoad(ping_ms=0).plays(whole(more, ANSWER)), FakeClient(chat())

        async with watched(fake):
            going = begin(fake, client)
            await until(lambda: going.watched)
            more.set()
            await end_of(going)

        assert client.body == ANSWER

    async def test_a_client_that_does_not_read_gets_one_at_most(self) -> None:
        """It would find them all at once; the last piece waits behind it."""
        more = asyncio.Event()
        fake, client = FakeRoad(ping_ms=1).plays(streamed(TEXT, more, REST)), FakeClient(chat(stream=True))

        async with watched(fake):
            going = begin(fake, client)
            await client.got.wait()
            await until(lambda: not going.sending and going.streaming)
            client.reading.clear()
            await until(lambda: PING in client.pieces)
            more.set()
            await until(lambda: going.ended)
            assert not client.finished
            client.reading.set()
            await end_of(going)

        assert client.pieces == [TEXT, PING, REST]


class TestProgress:
    async def test_what_streams_have_delivered_is_written_down_once_a_second(self) -> None:
        """If this process dies, they pay for no more than that."""
        fake = FakeRoad().plays(streamed(TEXT, asyncio.Event()), asyncio.Event())
        stream, silent = FakeClient(chat(stream=True)), FakeClient(chat())

        async with watched(fake):
            going = [begin(fake, client) for client in (stream, silent)]
            await until(lambda: bool(fake.journal.of(Progress)))
            for client in (stream, silent):
                client.leave()
            for one in going:
                await end_of(one)

        (progress, *_) = fake.journal.of(Progress)
        assert [(one.exchange_id, one.output_tokens) for one in progress.streams] == [(going[0].id, 100)]
        assert fake.count("oblivious_in_flight") == {(): 2}
        assert fake.count("oblivious_journal_room_bytes") == {(): 1_000_000}
        assert fake.count("oblivious_channel_limits_lost") == {(): 0}


class TestLeases:
    async def test_what_is_held_is_renewed_and_an_absent_store_is_asked_again(self) -> None:
        """A hold outlives its lease only while somebody keeps it."""
        fake = FakeRoad(lease_ms=30)
        fake.plays(*(asyncio.Event() for _ in range(3)))
        keeping = asyncio.create_task(keep_leases(fake.road))
        clients = [FakeClient(chat()) for _ in range(3)]
        going = [begin(fake, client) for client in clients]
        await until(lambda: len(fake.road.live) == 3)
        fake.store.away = True
        await fake.store.unheard.wait()
        fake.store.away = False
        fake.store.renewed.clear()

        await until(lambda: len(fake.store.renewed) >= 3)

        assert {name for _, name in fake.store.renewed} == {one.id for one in going}
        assert {account for account, _ in fake.store.renewed} == {ACCOUNT}
        assert not keeping.done()
        keeping.cancel()
        for one in going:
            assert one.task is not None
            one.task.cancel()
        await asyncio.gather(*(one.task for one in going if one.task), return_exceptions=True)

    async def test_many_are_renewed_in_batches(self) -> None:
        """No call to the store is without bounds."""
        fake, many = FakeRoad(lease_ms=30), 1_200
        need = Need("x", ACCOUNT, 1, None, (), 30)
        for number in range(many):
            going = exchange(FakeClient(b""))
            going.need = need
            fake.road.live[str(number)] = going
        keeping = asyncio.create_task(keep_leases(fake.road))

        await until(lambda: len(fake.store.renewed) >= many)

        keeping.cancel()
        assert max(fake.store.batches) <= 500

    async def test_what_is_drawn_from_the_limits_of_channels_is_renewed_too(self) -> None:
        """For each owner that granted a part; the store of wallets is asked for none of it."""
        fake, draws = FakeRoad(lease_ms=30), Renewing()
        fake.road.draws = draws
        for number in range(2):
            going = exchange(FakeClient(b""))
            going.share = (f"x{number}-1", [Draw("c1", ()), Draw("p:acme", ())])
            fake.road.live[str(number)] = going
        keeping = asyncio.create_task(keep_leases(fake.road))

        await until(lambda: len(draws.renewed) >= 4)

        keeping.cancel()
        assert set(draws.renewed) == {
            (owner, f"x{number}-1") for owner in ("c1", "p:acme") for number in range(2)
        }
        assert fake.store.renewed == []


class Renewing(MemoryDraws):
    """Limits that note what is renewed."""

    def __init__(self) -> None:
        super().__init__()
        self.renewed: list[tuple[str, str]] = []

    @override
    async def renew(self, holds: Sequence[tuple[str, str]], lease_ms: int) -> None:
        self.renewed.extend(holds)
        await super().renew(holds, lease_ms)
