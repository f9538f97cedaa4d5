import asyncio

import pytest

from oblivious.infra.upstream import BrokeOff, Client, ConnectFailed, Deadlines, Limits, PoolExhausted
from tests.fakes.raw_upstream import Link, always, answer, raw_upstream
from tests.fakes.waiting import until
from tests.integration.upstream.asking import ask, fetch

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST = b"0\r\n\r\n"


class Held:
    """An upstream that answers with the number of the connection, and ends each answer when told to."""

    def __init__(self) -> None:
        self.ends: dict[int, asyncio.Event] = {}
        self.asked = 0
        self.gone = 0

    async def __call__(self, link: Link) -> None:
        """Serve one connection."""
        while await link.request():
            self.asked += 1
            self.ends[link.number] = asyncio.Event()
            link.send(CHUNKED + b"1\r\n%d\r\n" % link.number)
            await self.ends[link.number].wait()
            link.send(LAST)
        self.gone += 1


class TestReuse:
    async def test_a_finished_connection_serves_the_next_request(self, client: Client) -> None:
        """One connection for requests in a row."""
        async with raw_upstream(always(answer(b"ok"))) as upstream:
            reused = [(await ask(client, upstream.origin)).reused for _ in range(3)]

            assert (reused, len(upstream.links)) == ([False, True, True], 1)

    async def test_the_connection_used_last_is_taken_first(self, client: Client) -> None:
        """So that the others can expire."""
        serve = Held()
        async with raw_upstream(serve) as upstream:
            responses = [await ask(client, upstream.origin) for _ in range(3)]
            for number in (2, 3, 1):
                serve.ends[number].set()
                await responses[number - 1].read_all(1)

            taken = []
            for _ in range(3):
                responses.append(await ask(client, upstream.origin))
                taken.append(await responses[-1].read())

            assert taken == [b"1", b"3", b"2"]

    @pytest.mark.parametrize(
        "raw",
        [
            pytest.param(answer(b"ok", b"Connection: close"), id="asked to close"),
            pytest.param(answer(b"ok") + answer(b"EVIL"), id="a second response"),
            pytest.param(answer(b"ok") + b"x", id="surplus"),
            pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", id="HTTP/1.0"),
        ],
    )
    async def test_some_connections_are_not_used_again(self, client: Client, raw: bytes) -> None:
        """And what was too much is never an answer."""
        async with raw_upstream(always(raw)) as upstream:
            assert [await fetch(client, upstream.origin) for _ in range(3)] == [b"ok"] * 3
            assert len(upstream.links) == 3

    async def test_bytes_that_nobody_asked_for_spoil_an_idle_connection(self, client: Client) -> None:
        """They come after the response, in a read of their own."""

        async def serve(link: Link) -> None:
            await link.request()
            link.send(answer(b"ok"))
            await read.wait()
            link.send(answer(b"EVIL"))
            await link.gone()
            spoilt.set()

        read, spoilt = asyncio.Event(), asyncio.Event()
        async with raw_upstream(serve) as upstream:
            await fetch(client, upstream.origin)
            read.set()
            await asyncio.wait_for(spoilt.wait(), 5)

            assert await fetch(client, upstream.origin) == b"ok"
            assert len(upstream.links) == 2


class TestCaps:
    async def test_who_finds_no_room_waits_in_line(self) -> None:
        """First come, first served, with the connection that becomes free."""
        client, serve = Client(limits=Limits(connections_per_origin=1)), Held()
        async with raw_upstream(serve) as upstream:
            first = await ask(client, upstream.origin)
            order: list[str] = []

            async def wait(name: str) -> None:
                response = await ask(client, upstream.origin)
                order.append(name)
                serve.ends[1].set()
                await response.read_all(1)

            async with asyncio.TaskGroup() as group:
                for name in ("a", "b", "c"):
                    group.create_task(wait(name))
                    await asyncio.sleep(0)
                serve.ends[1].set()
                await first.read_all(1)

            assert (order, len(upstream.links)) == (["a", "b", "c"], 1)
        await client.close()

    async def test_a_lost_connection_leaves_its_slot_to_the_next(self) -> None:
        """The first in line opens a new one."""
        client, serve = Client(limits=Limits(connections_per_origin=1)), Held()
        async with raw_upstream(serve) as upstream:
            first = await ask(client, upstream.origin)
            waiting = asyncio.create_task(ask(client, upstream.origin))
            await asyncio.sleep(0)
            first.close()

            assert await (await waiting).read() == b"2"
        await client.close()

    async def test_waiting_ends_with_the_connect_deadline(self) -> None:
        """And who gave up does not get a connection that would then be lost."""
        client, serve = Client(limits=Limits(connections_per_origin=1)), Held()
        async with raw_upstream(serve) as upstream:
            first = await ask(client, upstream.origin)
            with pytest.raises(PoolExhausted):
                await ask(client, upstream.origin, deadlines=Deadlines(connect_ms=20))
            serve.ends[1].set()
            await first.read_all(1)

            assert await (await ask(client, upstream.origin)).read() == b"1"
        await client.close()

    async def test_a_closing_client_sends_the_line_home(self) -> None:
        """Nobody waits for a connection that will never come."""
        client, serve = Client(limits=Limits(connections_per_origin=1)), Held()
        async with raw_upstream(serve) as upstream:
            await ask(client, upstream.origin)
            waiting = asyncio.create_task(ask(client, upstream.origin))
            await asyncio.sleep(0)
            await client.close()

            with pytest.raises(ConnectFailed):
                await waiting

    async def test_connections_that_close_at_once_leave_their_slots(self) -> None:
        """Whether the close is seen before or after the request has left."""
        client = Client(limits=Limits(connections_per_origin=1))

        async def serve(link: Link) -> None:
            link.cut()

        async with raw_upstream(serve) as upstream:
            for _ in range(20):
                with pytest.raises((BrokeOff, ConnectFailed)):
                    await ask(client, upstream.origin, deadlines=Deadlines(connect_ms=2000))
        await client.close()

    async def test_no_more_than_the_cap_stay_idle(self) -> None:
        """The others are closed when they are done."""
        client, serve = Client(limits=Limits(idle_per_origin=1)), Held()
        async with raw_upstream(serve) as upstream:
            for response in [await ask(client, upstream.origin) for _ in range(3)]:
                serve.ends[int(await response.read())].set()
                await response.read_all(0)

            await until(lambda: serve.gone == 2)
        await client.close()

    async def test_an_idle_connection_expires(self) -> None:
        """After its time, although nothing else happens."""
        client, serve = Client(limits=Limits(idle_ms=50)), Held()
        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin)
            serve.ends[1].set()
            assert await response.read_all(1) == b"1"

            await until(lambda: serve.gone == 1)
        await client.close()


class Stale:
    """An upstream that answers `good` requests of its first connection and then closes it on the next one."""

    def __init__(self, *, good: int, parting: bytes = b"", every: bool = False) -> None:
        self._good = good
        self._parting = parting
        self._every = every
        self.asked: list[bytes] = []

    async def __call__(self, link: Link) -> None:
        """Serve one connection."""
        good = self._good if link.number == 1 or self._every else 1_000_000
        while request := await link.request():
            self.asked.append(request)
            if not good:
                link.send(self._parting)
                await link.close()
                return
            good -= 1
            link.send(answer(b"ok"))


class TestStaleConnections:
    async def test_a_request_that_meets_a_stale_connection_is_sent_again(self, client: Client) -> None:
        """Once, on a fresh one; the caller sees nothing of it but `reused`."""
        serve = Stale(good=1)
        async with raw_upstream(serve) as upstream:
            await fetch(client, upstream.origin)
            response = await ask(client, upstream.origin)

            assert (response.status, response.reused, len(serve.asked)) == (200, False, 3)

    async def test_the_second_attempt_is_the_last(self, client: Client) -> None:
        """A fresh connection that closes is not stale."""
        serve = Stale(good=0, every=True)

        async def once_good(link: Link) -> None:
            if link.number == 1:
                await link.request()
                link.send(answer(b"ok"))
            await serve(link)

        async with raw_upstream(once_good) as upstream:
            await fetch(client, upstream.origin)
            with pytest.raises(BrokeOff) as raised:
                await ask(client, upstream.origin)

            assert (raised.value.bytes_received, len(serve.asked), len(upstream.links)) == (False, 2, 2)

    async def test_a_fresh_connection_that_closes_is_not_tried_again(self, client: Client) -> None:
        """The upstream may have been at work."""
        serve = Stale(good=0)
        async with raw_upstream(serve) as upstream:
            with pytest.raises(BrokeOff):
                await ask(client, upstream.origin)
            assert len(serve.asked) == 1

    async def test_one_byte_of_an_answer_forbids_a_second_attempt(self, client: Client) -> None:
        """Also if it is not even a whole status line."""
        serve = Stale(good=1, parting=b"H")
        async with raw_upstream(serve) as upstream:
            await fetch(client, upstream.origin)
            with pytest.raises(BrokeOff) as raised:
                await ask(client, upstream.origin)
            assert (raised.value.bytes_received, len(serve.asked)) == (True, 2)

    async def test_a_connection_that_closes_late_was_not_stale(self) -> None:
        """After that time the upstream must have seen the request."""
        client, serve = Client(limits=Limits(stale_ms=0)), Stale(good=1)
        async with raw_upstream(serve) as upstream:
            await fetch(client, upstream.origin)
            with pytest.raises(BrokeOff):
                await ask(client, upstream.origin)
            assert len(serve.asked) == 2
        await client.close()

    async def test_a_second_attempt_finds_room_under_a_full_cap(self) -> None:
        """An idle connection, as doubtful as the one that failed, makes way."""
        client, serve = Client(limits=Limits(connections_per_origin=2)), Held()

        async def closing(link: Link) -> None:
            if link.number < 3:
                await link.request()
                link.send(answer(b"ok"))
                await link.request()
                await link.close()
            else:
                await serve(link)

        async with raw_upstream(closing) as upstream:
            await asyncio.gather(fetch(client, upstream.origin), fetch(client, upstream.origin))
            assert await (await ask(client, upstream.origin)).read() == b"3"
        await client.close()

    async def test_a_closed_idle_connection_is_not_even_tried(self) -> None:
        """Its end is noticed while it idles: here a second attempt would not be allowed."""
        client, serve = Client(limits=Limits(stale_ms=0)), Held()

        async def closing(link: Link) -> None:
            if link.number == 1:
                await link.request()
                link.send(answer(b"ok"))
                await link.close()
                closed.set()
            else:
                await serve(link)

        closed = asyncio.Event()
        async with raw_upstream(closing) as upstream:
            await fetch(client, upstream.origin)
            await closed.wait()
            for _ in range(9):  # the close is in the socket, and the loop only has to look
                await asyncio.sleep(0)
            response = await ask(client, upstream.origin)
            assert (await response.read(), response.reused, serve.asked) == (b"2", False, 1)
        await client.close()


class TestCancelling:
    @pytest.mark.parametrize("phase", ["in line", "connecting", "at the gate", "before the head"])
    async def test_a_cancelled_send_leaves_nothing_behind(self, phase: str) -> None:
        """Whatever it waited for, the only slot is free afterwards."""
        resolving, go_on = asyncio.Event(), asyncio.Event()

        async def resolve(host: str, port: int) -> list[str]:
            resolving.set()
            if phase == "connecting":
                await go_on.wait()
            return [host]

        async def serve(link: Link) -> None:
            await link.request()
            asked.set()
            if phase != "before the head" or link.number > 1:
                link.send(answer(b"ok"))
            await link.gone()

        asked, at_gate = asyncio.Event(), asyncio.Event()
        client = Client(limits=Limits(connections_per_origin=1), resolve=resolve)
        async with raw_upstream(serve) as upstream:
            holder = asyncio.create_task(ask(client, upstream.origin, gate=lambda _: at_gate.set()))
            await (resolving if phase == "connecting" else at_gate).wait()
            tasks = [holder]
            if phase == "in line":
                tasks.insert(0, asyncio.create_task(ask(client, upstream.origin)))
                await asyncio.sleep(0)
            elif phase == "before the head":
                holder.cancel()
                await asyncio.gather(holder, return_exceptions=True)
                tasks = [asyncio.create_task(ask(client, upstream.origin))]
                await asked.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            go_on.set()

            assert all(task.cancelled() for task in tasks)
            assert await asyncio.wait_for(fetch(client, upstream.origin), 5) == b"ok"
        await client.close()

    async def test_a_cancelled_read_can_be_followed_by_another(self, client: Client) -> None:
        """Nothing is lost; only `close` gives the response up."""
        serve = Held()
        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin)
            await response.read()
            reading = asyncio.create_task(response.read())
            await asyncio.sleep(0)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            serve.ends[1].set()

            assert await response.read() == b""
