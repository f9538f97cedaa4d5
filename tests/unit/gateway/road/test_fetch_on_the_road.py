"""An exchange whose images are elsewhere, from its client to its upstream."""

import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any

from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES
from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OPENAI_CHAT
from oblivious.gateway.road.relay import relay
from oblivious.infra.fetch import Fetched, FetchFault, TooSlow
from tests.fakes.clients import FakeClient
from tests.fakes.road import MODEL, FakeRoad, channel, chat, exchange
from tests.fakes.upstreams import ScriptedResponse, whole
from tests.fakes.waiting import until

URL = "https://pictures.test/a/dot.png"
PNG = Fetched(b"dot", "image/png")
DATA = base64.b64encode(b"dot").decode()


def asks(*urls: str) -> FakeClient:
    images = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return FakeClient(chat(messages=[{"role": "user", "content": images}]))


def serving(served: Mapping[str, Fetched | FetchFault], *dialects: str) -> FakeRoad:
    """A road with a channel for each dialect, in this order."""
    fake = FakeRoad(
        *(
            channel(number, dialect=dialect, provider=PROVIDERS[dialect], priority=-number)
            for number, dialect in enumerate(dialects)
        )
    )
    fake.fetcher.served.update(served)
    return fake


PROVIDERS = {GEMINI: "gemini", OPENAI_CHAT: "openai", ANTHROPIC: "anthropic"}
SAID = {
    "candidates": [{"content": {"parts": [{"text": "a dot"}]}, "finishReason": "STOP"}],
    "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 2},
}


def answer() -> ScriptedResponse:
    return whole(json.dumps(SAID).encode())


def images_in(body: bytes) -> list[Any]:
    return [part for content in json.loads(body)["contents"] for part in content["parts"]]


class TestOnTheRoad:
    async def test_the_upstream_gets_the_bytes(self) -> None:
        """And the client its answer."""
        fake, client = serving({URL: PNG}, GEMINI).plays(answer()), asks(URL)

        await fake.asked_by(client)

        assert client.status == 200
        assert images_in(fake.asked[0].body) == [{"inlineData": {"mimeType": "image/png", "data": DATA}}]

    async def test_a_failover_does_not_fetch_again(self) -> None:
        """What is here is here."""
        fake, client = (
            serving({URL: PNG}, GEMINI, GEMINI).plays(whole(b"{}", status=500), answer()),
            asks(URL),
        )

        await fake.asked_by(client)

        assert (client.status, fake.fetcher.asked) == (200, [URL])
        assert images_in(fake.asked[0].body) == images_in(fake.asked[1].body)

    async def test_what_cannot_be_fetched_costs_nothing(self) -> None:
        """Nobody was asked."""
        fake, client = serving({URL: TooSlow("it did not come")}, GEMINI, GEMINI), asks(URL)

        await fake.asked_by(client)

        error = json.loads(client.body)["error"]
        assert (client.status, error["param"]) == (400, "messages")
        assert error["message"].endswith("the image at pictures.test could not be fetched: it did not come")
        assert (fake.asked, fake.ended.amount, fake.fetcher.asked) == ([], 0, [URL])
        assert await fake.leftovers() == []

    async def test_a_provider_that_fetches_is_asked_instead(self) -> None:
        """It may reach what we do not."""
        said = {"type": "message", "content": [{"type": "text", "text": "a dot"}], "stop_reason": "end_turn"}
        fake = serving({}, GEMINI, ANTHROPIC).plays(whole(json.dumps(said).encode()))
        client = asks(URL)

        await fake.asked_by(client)

        (source,) = [part["source"] for part in json.loads(fake.asked[0].body)["messages"][0]["content"]]
        assert (client.status, source) == (200, {"type": "url", "url": URL})

    async def test_nothing_is_fetched_where_the_dialect_stays(self) -> None:
        """The URL is the provider's affair."""
        fake = serving({URL: PNG}, OPENAI_CHAT).plays(whole(b"{}"))

        await fake.asked_by(asks(URL))

        assert fake.fetcher.asked == []

    async def test_a_client_that_leaves_ends_the_fetch(self) -> None:
        """And owes nothing."""
        fake = serving({URL: PNG}, GEMINI)
        fake.fetcher.going.clear()
        going = exchange(asks(URL))
        going.task = asyncio.create_task(relay(fake.road, going))
        await until(lambda: bool(fake.fetcher.asked))

        going.gone = True
        going.task.cancel()
        await going.task

        assert (fake.asked, fake.ended.amount, fake.line.status) == ([], 0, 499)
        assert await fake.leftovers() == []


async def test_claude_on_bedrock_fetches_nothing() -> None:
    """Though at home it would."""
    said = {"type": "message", "content": [{"type": "text", "text": "a dot"}], "stop_reason": "end_turn"}
    fake = FakeRoad(channel(1, provider="bedrock", dialect=ANTHROPIC))
    fake.fetcher.served[URL] = PNG
    fake.plays(whole(json.dumps(said).encode()))

    await fake.asked_by(asks(URL))

    (block,) = json.loads(fake.asked[0].body)["messages"][0]["content"]
    assert block["source"] == {"type": "base64", "media_type": "image/png", "data": DATA}


async def test_nor_does_it_for_a_client_of_its_own_dialect() -> None:
    """What is elsewhere is fetched; what is no medium stays as it was said."""
    said = {"type": "message", "content": [{"type": "text", "text": "a dot"}], "stop_reason": "end_turn"}
    fake = FakeRoad(channel(1, provider="bedrock", dialect=ANTHROPIC))
    fake.fetcher.served[URL] = PNG
    fake.plays(whole(json.dumps(said).encode()))
    image = {"type": "image", "source": {"type": "url", "url": URL}}
    client = FakeClient(
        json.dumps(
            {"model": MODEL, "max_tokens": 9, "messages": [{"role": "user", "content": [image]}]}
        ).encode()
    )

    await fake.asked_by(client, MESSAGES)

    body = json.loads(fake.asked[0].body)
    (block,) = body["messages"][0]["content"]
    assert client.status == 200
    assert block["source"] == {"type": "base64", "media_type": "image/png", "data": DATA}
    assert body["anthropic_version"]
