"""What is held back until the upstream means it, and what happens when it never does."""

import asyncio

import pytest

from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.face import NO_EDITS
from oblivious.adapters.dialects.ways import SameWay, TranslatedWay
from oblivious.adapters.registry import CLIENTS, FACES, UPSTREAMS
from oblivious.contracts.events import Attempt
from oblivious.gateway.road.commit import commit
from oblivious.infra.upstream import BrokeOff
from tests.fakes.clients import FakeClient
from tests.fakes.events import chunk, data
from tests.fakes.road import FakeRoad, channel, chat, exchange
from tests.fakes.upstreams import Piece, streamed

ROLE = data(chunk({"role": "assistant", "content": ""}))
HEL, LO = data(chunk({"content": "Hel"})), data(chunk({"content": "lo"}))
STOP = data(chunk({}, "stop"), "[DONE]")
ERROR = data({"error": {"message": "no", "type": "server_error", "code": None}})


def two_channels() -> FakeRoad:
    return FakeRoad(channel(1, priority=9), channel(2))


class TestUntilItIsMeant:
    @pytest.mark.parametrize(
        "pieces",
        [
            pytest.param([ERROR], id="an error at once"),
            pytest.param([ROLE, ERROR], id="an error after the preamble"),
            pytest.param([ROLE + ERROR], id="both in one piece"),
            pytest.param([ROLE], id="an end after the preamble"),
            pytest.param([], id="an end at once"),
            pytest.param([ROLE, BrokeOff("cut")], id="a cut after the preamble"),
            pytest.param([b"data: {broken\n\n"], id="no JSON"),
            pytest.param([ROLE[:20]], id="half an event"),
        ],
    )
    async def test_another_channel_serves_it_and_the_client_sees_nothing(self, pieces: list[Piece]) -> None:
        """An upstream that answers 200 and then fails is a failure we can hide."""
        fake = two_channels().plays(streamed(*pieces), streamed(ROLE, HEL, LO, STOP))
        client = FakeClient(chat(stream=True))

        await fake.asked_by(client)

        assert (client.status, client.body) == (200, ROLE + HEL + LO + STOP)
        assert [attempt.channel_id for attempt in fake.journal.of(Attempt)] == [1, 2]
        assert await fake.leftovers() == []

    async def test_the_preamble_goes_out_with_the_first_content(self) -> None:
        """One write for both."""
        client = FakeClient(chat(stream=True))

        await FakeRoad().plays(streamed(ROLE, HEL, LO, STOP)).asked_by(client)

        assert client.pieces[0] == ROLE + HEL


class TestAfterThat:
    @pytest.mark.parametrize(
        ("pieces", "code"),
        [
            pytest.param([ERROR], "upstream_overloaded", id="an error"),
            pytest.param([], "upstream_broke_off", id="an end without a terminator"),
            pytest.param([BrokeOff("cut")], "upstream_broke_off", id="a cut"),
        ],
    )
    async def test_nobody_else_is_asked(self, pieces: list[Piece], code: str) -> None:
        """A second answer would be glued to the first half of another."""
        fake = two_channels().plays(streamed(ROLE, HEL, *pieces))
        client = FakeClient(chat(stream=True))

        await fake.asked_by(client)

        assert len(fake.asked) == 1
        assert (fake.ended.http_status, fake.ended.reason) == (200, code)
        assert await fake.leftovers() == []

    @pytest.mark.parametrize("preamble", [[ROLE] * 1_000], ids=["more than 64 KiB"])
    async def test_a_long_preamble_is_taken_for_an_answer(self, preamble: list[bytes]) -> None:
        """Memory has an end; what has come goes out."""
        fake, client = two_channels().plays(streamed(*preamble, ERROR)), FakeClient(chat(stream=True))

        await fake.asked_by(client)

        assert len(fake.asked) == 1
        assert 64 * 1024 < len(client.pieces[0]) < 65 * 1024

    async def test_a_second_after_the_first_event_what_has_come_goes_out(self) -> None:
        """The upstream thinks, and its client sees that somebody is there; what follows is not lost."""
        more = asyncio.Event()
        client = FakeClient(chat(stream=True))
        going = exchange(client)
        going.envelope = going.face.envelope(going.endpoint, chat(stream=True))
        response = streamed(ROLE, more, HEL)
        loop = asyncio.get_running_loop()
        begun = loop.time()

        way = SameWay(going.face, going.envelope, NO_EDITS)
        accepted = await commit(response, way, way.stream())

        assert 0.9 < loop.time() - begun < 5
        assert accepted.held == ROLE
        more.set()
        assert await response.read() == HEL

    async def test_the_second_is_not_counted_before_the_first_event(self) -> None:
        """A slow start is for the deadlines to judge, and still has somewhere else to go."""
        more = asyncio.Event()
        going = exchange(FakeClient(b""))
        going.envelope = going.face.envelope(going.endpoint, chat(stream=True))
        asyncio.get_running_loop().call_later(1.1, more.set)

        way = SameWay(going.face, going.envelope, NO_EDITS)
        accepted = await commit(streamed(more, ROLE, HEL), way, way.stream())

        assert accepted.held == ROLE + HEL

    async def test_comments_alone_are_waited_out_for_longer(self) -> None:
        """Their upstream may still find nobody who answers; but a line that is silent for long is cut."""
        more = asyncio.Event()
        going = exchange(FakeClient(b""))
        going.envelope = going.face.envelope(going.endpoint, chat(stream=True))
        way = SameWay(going.face, going.envelope, NO_EDITS)

        accepted = await commit(streamed(b": hm\n\n", b": hm\n\n", more), way, way.stream(), commented_s=0.05)

        assert accepted.held == b": hm\n\n" * 2

    async def test_an_event_that_translates_to_nothing_counts_as_one(self) -> None:
        """The upstream thinks behind closed doors; pings must keep the line alive meanwhile."""
        begun = b'event: message_start\ndata: {"type":"message_start","message":{}}\n\n'
        more = asyncio.Event()
        client, upstream = CLIENTS["openai_chat"], UPSTREAMS["anthropic"]
        asked = ClientPlan(ChatRequest(origin="openai_chat", model="m", turns=()))
        way = TranslatedWay(FACES["openai_chat"], client, asked, upstream, UpstreamPlan())

        accepted = await commit(streamed(begun, more), way, way.stream())

        assert accepted.held == b""
        assert accepted.scanner is not None
        assert not accepted.scanner.committed
