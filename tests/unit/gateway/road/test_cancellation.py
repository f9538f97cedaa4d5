"""Wherever an exchange is stopped, its end is reached, once, and nothing stays behind."""

import asyncio
from collections.abc import Callable

import msgspec
import pytest
from typing_extensions import override

from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI
from oblivious.contracts.events import Ended, Opened
from oblivious.gateway.road.exchange import Message
from oblivious.gateway.road.relay import relay
from oblivious.infra.fetch import Fetched
from tests.fakes.clients import FakeClient
from tests.fakes.events import CHAT as STREAM
from tests.fakes.events import MESSAGES, chunk, data
from tests.fakes.road import CALLER, FakeRoad, channel, chat, exchange
from tests.fakes.upstreams import ScriptedResponse, streamed, whole
from tests.fakes.waiting import until
from tests.unit.gateway.road.answers import ANSWER

MOST_TURNS = 400
LIMITED = msgspec.structs.replace(CALLER, rpm=10, tpm=100_000, concurrency=2)


def failing() -> ScriptedResponse:
    return ScriptedResponse(500, [], [b"{}"])


def events() -> list[bytes]:
    return [event + b"\n\n" for event in STREAM.split(b"\n\n") if event]


def fetching() -> tuple[FakeRoad, bytes]:
    """An image is fetched for the first channel, which fails, and is there for the second."""
    gemini = {"provider": "gemini", "dialect": GEMINI}
    fake = FakeRoad(channel(1, priority=9, **gemini), channel(2, **gemini), caller=LIMITED)
    fake.fetcher.served["https://a.test/b"] = Fetched(b"." * 500, "image/png")
    image = {"type": "image_url", "image_url": {"url": "https://a.test/b"}}
    answer = b'{"candidates": [{"content": {"parts": [{"text": "a dot"}]}, "finishReason": "STOP"}]}'
    return fake.plays(failing(), whole(answer)), chat(messages=[{"role": "user", "content": [image]}])


def choosing(*replies: ScriptedResponse) -> FakeRoad:
    """Two channels of a dialect that gives one choice a call."""
    claude = {"provider": "anthropic", "dialect": ANTHROPIC}
    caller = msgspec.structs.replace(LIMITED, calls_per_choice=True)
    return FakeRoad(channel(1, priority=9, **claude), channel(2, **claude), caller=caller).plays(*replies)


CHOICES = chat(stream=True, n=3)

SCENES: dict[str, Callable[[], tuple[FakeRoad, bytes]]] = {
    "an answer": lambda: (FakeRoad(caller=LIMITED).plays(whole(ANSWER)), chat()),
    "a stream": lambda: (FakeRoad(caller=LIMITED).plays(streamed(*events())), chat(stream=True)),
    "a broken stream": lambda: (FakeRoad().plays(streamed(*events()[:3])), chat(stream=True)),
    "a failover": lambda: (
        FakeRoad(channel(1, priority=9), channel(2), caller=LIMITED).plays(failing(), whole(ANSWER)),
        chat(),
    ),
    "choices by calls": lambda: (
        choosing(*(streamed(MESSAGES[:400], MESSAGES[400:]) for _ in range(3))),
        CHOICES,
    ),
    "choices, one of which fails": lambda: (
        choosing(streamed(MESSAGES), failing(), streamed(MESSAGES), failing(), failing(), failing()),
        CHOICES,
    ),
    "a refusal": lambda: (FakeRoad(posted=0), chat()),
    "a wrong request": lambda: (FakeRoad(), b"[]"),
    "a body on disk": lambda: (FakeRoad(spool_bytes=10).plays(whole(ANSWER)), chat()),
    "an image by URL": fetching,
}


async def stopped_after(turns: int, fake: FakeRoad, body: bytes, *, gone: bool) -> bool:
    """Run an exchange and stop it after so many turns of the loop; return whether it was over by then."""
    client = FakeClient(body, pieces=3)
    going = exchange(client)

    async def run() -> None:
        going.task = asyncio.current_task()
        await relay(fake.road, going)

    task = asyncio.create_task(run())
    for _ in range(turns):
        if task.done():
            break
        await asyncio.sleep(0)
    over = task.done()
    if not over:
        going.gone = gone and not going.ended
        task.cancel()
    (stopped,) = await asyncio.gather(task, return_exceptions=True)
    assert stopped is None or isinstance(stopped, asyncio.CancelledError)
    assert stopped is None or not going.gone
    return over


class TestStoppedAnywhere:
    @pytest.mark.parametrize("gone", [True, False], ids=["its client left", "somebody stopped it"])
    @pytest.mark.parametrize("scene", SCENES)
    async def test_nothing_stays_behind(self, scene: str, *, gone: bool) -> None:
        """Tried at every turn of the loop until the exchange is faster than we are."""
        for turns in range(1, MOST_TURNS):
            fake, body = SCENES[scene]()
            over = await stopped_after(turns, fake, body, gone=gone)
            await asyncio.gather(*fake.road.chores)
            assert await fake.leftovers() == [], f"after {turns} turns"
            if over:
                return
        pytest.fail("it never came to its end")

    async def test_a_client_that_leaves_pays_for_what_it_was_sent(self) -> None:
        """By length, since the upstream's numbers come last."""
        more = asyncio.Event()
        text = data(chunk({"content": "word " * 80}))
        fake = FakeRoad().plays(streamed(text, more))
        client = FakeClient(chat(stream=True))
        going = exchange(client)
        going.task = asyncio.create_task(relay(fake.road, going))
        await client.got.wait()
        await asyncio.sleep(0)

        going.gone = True
        going.task.cancel()
        await going.task

        assert (fake.ended.http_status, fake.ended.reason) == (499, "client_gone")
        assert fake.ended.usage.output_tokens == 100
        assert fake.ended.amount > 200_000

    async def test_one_that_leaves_before_there_is_a_connection_pays_nothing(self) -> None:
        """No provider has seen a byte of it."""
        fake = FakeRoad().plays(whole(ANSWER))
        fake.upstream.connecting.clear()
        going = exchange(FakeClient(chat()))
        going.task = asyncio.create_task(relay(fake.road, going))
        await until(lambda: bool(fake.journal.of(Opened)))
        await asyncio.sleep(0)

        going.gone = True
        going.task.cancel()
        await going.task

        assert fake.ended.amount == 0

    async def test_one_that_leaves_while_the_upstream_thinks_pays_for_its_question(self) -> None:
        """The provider has it, and bills it."""
        fake = FakeRoad().plays(asyncio.Event())
        going = exchange(FakeClient(chat()))
        going.task = asyncio.create_task(relay(fake.road, going))
        await until(lambda: bool(fake.asked))

        going.gone = True
        going.task.cancel()
        await going.task

        assert fake.ended.usage.output_tokens == 0
        assert fake.ended.amount == fake.ended.usage.input_tokens * 1_000 > 0

    async def test_one_that_leaves_while_it_still_sends_is_no_fault_of_ours(self) -> None:
        """The road takes note and goes on."""
        fake, client = FakeRoad(), LeavingClient()

        await fake.asked_by(client)

        assert fake.line.status == 499
        assert fake.journal.of(Ended) == []
        assert client.sent == []


class LeavingClient(FakeClient):
    """Hangs up in the middle of its body."""

    def __init__(self) -> None:
        super().__init__(b"")
        self.parts: list[Message] = [
            {"type": "http.request", "body": b"{", "more_body": True},
            {"type": "http.disconnect"},
        ]

    @override
    async def receive(self) -> Message:
        return self.parts.pop(0)
