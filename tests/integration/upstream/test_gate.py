import asyncio
from collections.abc import Callable

import pytest

from oblivious.infra.upstream import BrokeOff, Client, Deadlines, TotalTimedOut
from tests.fakes.raw_upstream import Link, always, answer, raw_upstream
from tests.integration.upstream.asking import GET, ask, fetch

Go = Callable[[BaseException | None], None]


class Gate:
    """A gate that keeps who asks waiting until the test says so."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.times = 0

    def __call__(self, go: Go) -> None:
        """Note who asks."""
        self.go = go
        self.times += 1
        self.asked.set()


class Upstream:
    """Answers, and counts what it was asked; closes its first connection when told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.close = asyncio.Event()
        self.gone = asyncio.Event()

    async def __call__(self, link: Link) -> None:
        """Serve one connection."""
        if link.number == 1:
            await self._answer(link)
            closing = asyncio.create_task(self.close.wait())
            going_on = asyncio.create_task(self._answer_all(link))
            await asyncio.wait([closing, going_on], return_when=asyncio.FIRST_COMPLETED)
            closing.cancel()
            going_on.cancel()
            self.gone.set()
        else:
            await self._answer_all(link)

    async def _answer_all(self, link: Link) -> None:
        while await self._answer(link):
            pass

    async def _answer(self, link: Link) -> bool:
        if not await link.request():
            return False
        self.asked += 1
        link.send(answer(b"ok"))
        return True


class TestGate:
    async def test_an_open_gate_costs_no_wait(self, client: Client) -> None:
        """It may open while it is being asked."""
        async with raw_upstream(always(answer(b"ok"))) as upstream:
            response = await ask(client, upstream.origin, gate=lambda go: go(None))
            assert await response.read_all(2) == b"ok"

    async def test_nothing_leaves_before_it_opens(self, client: Client) -> None:
        """And it is asked only when there is a connection."""
        gate, serve = Gate(), Upstream()
        async with raw_upstream(serve) as upstream:
            sending = asyncio.create_task(ask(client, upstream.origin, gate=gate))
            await gate.asked.wait()
            assert (len(upstream.links) <= 1, serve.asked) == (True, 0)
            gate.go(None)

            assert await (await sending).read() == b"ok"

    async def test_a_refusal_is_raised_and_the_connection_kept(self, client: Client) -> None:
        """It was not used, so that the next request can have it."""
        refusal, serve = OSError("no room in the journal"), Upstream()
        async with raw_upstream(serve) as upstream:
            with pytest.raises(OSError, match="no room"):
                await ask(client, upstream.origin, gate=lambda go: go(refusal))
            assert await fetch(client, upstream.origin) == b"ok"
            assert (len(upstream.links), serve.asked) == (1, 1)

    async def test_only_its_first_word_counts(self, client: Client) -> None:
        """A second one sends nothing twice, nor does one for a request that was given up."""
        gate, serve = Gate(), Upstream()
        async with raw_upstream(serve) as upstream:
            sending = asyncio.create_task(ask(client, upstream.origin, gate=gate))
            await gate.asked.wait()
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            gate.go(None)
            late = gate.go

            assert await fetch(client, upstream.origin) == b"ok"
            late(None)
            assert await fetch(client, upstream.origin) == b"ok"
            assert (len(upstream.links), serve.asked) == (1, 2)

    async def test_it_is_not_asked_again_for_a_stale_connection(self, client: Client) -> None:
        """One that closed while the gate was shut: the request goes out on another."""
        gate, serve = Gate(), Upstream()
        async with raw_upstream(serve) as upstream:
            await fetch(client, upstream.origin)
            sending = asyncio.create_task(ask(client, upstream.origin, gate=gate))
            await gate.asked.wait()
            serve.close.set()
            await serve.gone.wait()
            gate.go(None)

            assert await (await sending).read() == b"ok"
            assert (gate.times, serve.asked, len(upstream.links)) == (1, 2, 2)

    async def test_the_total_deadline_passes_at_a_shut_gate_too(self, client: Client) -> None:
        """Nothing of ours waits for ever."""
        async with raw_upstream(always(answer(b"ok"))) as upstream:
            with pytest.raises(TotalTimedOut) as raised:
                await ask(client, upstream.origin, gate=Gate(), deadlines=Deadlines(total_ms=50))
            assert not raised.value.bytes_received

    async def test_a_gate_that_fails_gives_the_connection_back(self, client: Client) -> None:
        """Its error comes out of `send`."""

        def broken(go: Go) -> None:
            raise BrokeOff("the gate itself")

        async with raw_upstream(always(answer(b"ok"))) as upstream:
            with pytest.raises(BrokeOff, match="the gate itself"):
                await ask(client, upstream.origin, gate=broken)
            await fetch(client, upstream.origin, GET)
            assert len(upstream.links) == 1
