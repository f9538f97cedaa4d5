"""How a body is read, whole or in parts, light or heavy, packed or plain."""

import gzip
import json
from random import Random

import pytest
import zstandard

from oblivious.adapters.dialects.openai_chat.endpoints import CHAT
from oblivious.contracts.errors import BodyTooLarge, InvalidRequest
from oblivious.gateway.road.accept import accept
from oblivious.gateway.road.exchange import ClientLeft, Exchange
from oblivious.gateway.road.spool import Spooled
from tests.fakes.clients import FakeClient
from tests.fakes.road import FakeRoad, channel, chat, exchange
from tests.fakes.upstreams import ScriptedResponse, whole
from tests.unit.gateway.road.answers import ANSWER

LIMITS = FakeRoad(max_body_bytes=4_000, spool_bytes=1_000).road.limits
HEAVY = chat(user="x" * 2_000)
HUGE = chat(user="x" * 5_000)


async def accepted(client: FakeClient, **headers: str) -> Exchange:
    going = exchange(client, CHAT, **headers)
    await accept(going, LIMITS)
    return going


async def whole_body(going: Exchange) -> bytes:
    """Return the body as it would go up, and close it."""
    body = going.body
    if isinstance(body, bytes):
        return body
    read = b"".join([chunk async for chunk in body.chunks()])
    body.close()
    return read


class TestReading:
    @pytest.mark.parametrize("pieces", [1, 2, 7])
    @pytest.mark.parametrize("body", [chat(), HEAVY], ids=["light", "heavy"])
    async def test_it_is_the_same_however_it_comes(self, body: bytes, pieces: int) -> None:
        """In one part or in many, with or without its length."""
        for headers in ({}, {"content_length": str(len(body))}):
            going = await accepted(FakeClient(body, pieces=pieces), **headers)

            assert going.envelope.model == "gpt"
            assert isinstance(going.body, Spooled) == (len(body) > LIMITS.spool_bytes)
            assert await whole_body(going) == body

    async def test_it_waits_for_no_part_beyond_its_length(self) -> None:
        """Some servers say only later that there is nothing more."""
        client = FakeClient(b"")
        await client.receive()
        client.say({"type": "http.request", "body": chat(), "more_body": True})

        going = await accepted(client, content_length=str(len(chat())))

        assert going.body == chat()

    async def test_a_client_that_leaves_meanwhile_has_left(self) -> None:
        """There is nobody to answer."""
        client = FakeClient(b"")
        await client.receive()
        client.leave()

        with pytest.raises(ClientLeft):
            await accepted(client)


class TestTooLarge:
    @pytest.mark.parametrize("pieces", [1, 3])
    @pytest.mark.parametrize("told", [True, False], ids=["said before", "found out"])
    async def test_it_is_refused_and_the_rest_is_taken(self, pieces: int, *, told: bool) -> None:
        """A client that can't write on would never read our answer."""
        client = FakeClient(HUGE, pieces=pieces)
        going = exchange(client, CHAT, **({"content_length": str(len(HUGE))} if told else {}))

        with pytest.raises(BodyTooLarge):
            await accept(going, LIMITS)

        if isinstance(going.body, Spooled):
            going.body.close()
        assert client.unread == 0

    async def test_a_client_that_asked_first_sends_nothing_more(self) -> None:
        """It waits for our word with `Expect: 100-continue`."""
        client = FakeClient(HUGE, pieces=3)

        with pytest.raises(BodyTooLarge):
            await accepted(client, content_length=str(len(HUGE)), expect="100-continue")

        assert client.unread == 3

    async def test_nor_does_it_grow_when_it_is_unpacked(self) -> None:
        """A small parcel may hold a large body."""
        with pytest.raises(BodyTooLarge):
            await accepted(FakeClient(gzip.compress(HUGE)), content_encoding="gzip")


class TestUnpacking:
    @pytest.mark.parametrize("body", [chat(), HEAVY], ids=["light", "heavy"])
    async def test_what_was_packed_goes_up_plain(self, body: bytes) -> None:
        """Providers take nothing else."""
        going = await accepted(FakeClient(gzip.compress(body)), content_encoding="gzip")

        assert going.envelope.model == "gpt"
        assert await whole_body(going) == body

    async def test_a_heavy_parcel_gives_its_disk_back(self) -> None:
        """Its file is closed when the plain body is there."""
        noise = json.dumps(
            {"model": "gpt", "messages": [{}], "user": Random(1).randbytes(2_000).hex()}
        ).encode()
        limits = FakeRoad(max_body_bytes=100_000, spool_bytes=1_000).road.limits
        going = exchange(FakeClient(zstandard.compress(noise), pieces=3), content_encoding="zstd")

        await accept(going, limits)

        assert await whole_body(going) == noise

    @pytest.mark.parametrize(
        ("body", "headers"),
        [
            pytest.param(b"no gzip", {"content_encoding": "gzip"}, id="not what it says"),
            pytest.param(chat(), {"content_encoding": "lzma"}, id="unheard of"),
            pytest.param(chat(), {"content_length": "many"}, id="a length in words"),
            pytest.param(b"", {}, id="empty"),
            pytest.param(b"[]", {}, id="no object"),
        ],
    )
    async def test_what_is_wrong_is_named(self, body: bytes, headers: dict[str, str]) -> None:
        """Each is the client's to mend."""
        with pytest.raises(InvalidRequest):
            await accepted(FakeClient(body), **headers)


class TestOnTheRoad:
    async def test_a_body_on_disk_is_sent_again_by_a_failover(self) -> None:
        """It is read from its start, with the edits of each channel."""
        fake = FakeRoad(spool_bytes=1_000, max_body_bytes=10_000)
        fake.offer(channel(1, priority=9).to("other"), channel(2))
        fake.plays(ScriptedResponse(500, [], [b"{}"]), whole(ANSWER))

        await fake.asked_by(FakeClient(HEAVY, pieces=3))

        first, second = (asked.body for asked in fake.asked)
        assert second == HEAVY
        assert json.loads(first) == json.loads(HEAVY) | {"model": "other"}
