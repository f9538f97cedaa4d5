"""How a stream ends, well or badly, and what is billed of it."""

import asyncio
import json

import pytest

from oblivious.contracts.usage import Usage
from oblivious.infra.upstream import BrokeOff, IdleTimedOut
from tests.fakes.clients import FakeClient
from tests.fakes.events import CHAT as STREAM
from tests.fakes.events import USAGE, chunk, data, parsed
from tests.fakes.road import FakeRoad, chat
from tests.fakes.upstreams import Piece, streamed
from tests.unit.gateway.road.answers import COST

ROLE, HEL = data(chunk({"role": "assistant"})), data(chunk({"content": "Hel"}))
TOLD = data({**chunk(), "choices": [], "usage": USAGE})
DONE = data("[DONE]")
ERROR = data({"error": {"message": "boom", "type": "server_error", "code": None}})


class TestABrokenStream:
    @pytest.mark.parametrize(
        ("end", "code"),
        [
            pytest.param([], "upstream_broke_off", id="it just ends"),
            pytest.param([BrokeOff("cut")], "upstream_broke_off", id="it is cut"),
            pytest.param([IdleTimedOut("late")], "upstream_timeout", id="it falls silent"),
            pytest.param([ERROR], "upstream_overloaded", id="it says so"),
            pytest.param([ERROR, DONE], "upstream_overloaded", id="it says so, and that all is well"),
            pytest.param([ERROR[:-2], BrokeOff("cut")], "upstream_overloaded", id="it says so, and is cut"),
            pytest.param([b"data: {half an ev"], "upstream_broke_off", id="half an event"),
        ],
    )
    async def test_it_ends_with_an_error_and_no_marker_of_success(self, end: list[Piece], code: str) -> None:
        """A stream that broke off is never dressed up as complete."""
        fake, client = FakeRoad().plays(streamed(ROLE, HEL, *end)), FakeClient(chat(stream=True))

        await fake.asked_by(client)

        *events, last = parsed(client.body)
        assert len(events) == 2
        assert json.loads(last[1])["error"]["code"] == code
        assert "[DONE]" not in str(client.body)
        assert client.finished

    async def test_what_was_delivered_is_billed_by_its_length(self) -> None:
        """The upstream gave no numbers: ours are marked."""
        fake = FakeRoad().plays(streamed(ROLE, HEL * 100))

        await fake.asked_by(FakeClient(chat(stream=True)))

        assert fake.ended.usage.estimated
        assert fake.ended.usage.output_tokens == 75
        assert fake.ended.amount == fake.ended.usage.input_tokens * 1_000 + 75 * 2_000

    async def test_numbers_that_came_before_the_break_count(self) -> None:
        """Whatever else is missing."""
        fake = FakeRoad().plays(streamed(ROLE, HEL, TOLD))

        await fake.asked_by(FakeClient(chat(stream=True)))

        assert fake.ended.usage == Usage(11, 7)
        assert fake.ended.reason == "upstream_broke_off"

    async def test_the_upstream_connection_is_dropped(self) -> None:
        """Nobody reads the rest of it."""
        fake = FakeRoad().plays(streamed(ROLE, HEL, ERROR, HEL))

        await fake.asked_by(FakeClient(chat(stream=True)))

        assert fake.upstream.played[0].closed


class TestAWholeStream:
    async def test_it_says_so_only_when_the_books_are_closed(self) -> None:
        """The terminator and the end of the body are one message, the last."""
        fake, client = (
            FakeRoad().plays(streamed(*STREAM.splitlines(keepends=True))),
            FakeClient(chat(stream=True)),
        )

        await fake.asked_by(client)

        assert client.pieces[-1] == DONE
        assert fake.ended.amount == COST

    async def test_what_follows_the_terminator_is_not_for_the_client(self) -> None:
        """Some vendors go on talking."""
        client = FakeClient(chat(stream=True))

        await FakeRoad().plays(streamed(STREAM, HEL)).asked_by(client)

        assert client.body.endswith(DONE)

    @pytest.mark.parametrize("end", [BrokeOff("cut"), IdleTimedOut("late")], ids=["it is cut", "silence"])
    async def test_what_fails_after_the_last_word_has_failed_too_late(self, end: Piece) -> None:
        """The choice has said why it ended: the client has all there is."""
        stop = data(chunk({}, "stop"))
        fake, client = FakeRoad().plays(streamed(ROLE, HEL, stop, end)), FakeClient(chat(stream=True))

        await fake.asked_by(client)

        assert client.body == ROLE + HEL + stop + DONE
        assert fake.ended.reason == ""

    async def test_a_connection_that_never_ends_is_given_up_not_waited_for(self) -> None:
        """The client has its answer; the connection is all we lose."""
        fake, client = FakeRoad().plays(streamed(STREAM, asyncio.Event())), FakeClient(chat(stream=True))

        async with asyncio.timeout(5):
            await fake.asked_by(client)

        assert client.finished
        assert await fake.leftovers() == []

    async def test_a_slow_reader_is_waited_for(self) -> None:
        """Nothing more is read from the upstream than the client takes."""
        fake, client = FakeRoad().plays(streamed(ROLE, HEL, HEL, DONE)), FakeClient(chat(stream=True))
        client.reading.clear()

        going = asyncio.create_task(fake.asked_by(client))
        await client.got.wait()
        for _ in range(10):
            await asyncio.sleep(0)

        assert len(fake.upstream.played[0].left) == 2
        client.reading.set()
        await going
        assert client.finished

    async def test_the_answer_begins_when_the_first_part_is_there(self) -> None:
        """Its time is in the journal and in the metrics."""
        fake = FakeRoad().plays(streamed(STREAM))

        await fake.asked_by(FakeClient(chat(stream=True)))

        assert fake.ended.total_ms >= fake.ended.first_byte_ms >= 0
        assert fake.line.first_byte_ms > 0
