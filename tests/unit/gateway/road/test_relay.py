"""The whole road, with everything at its sides made of fakes."""

import asyncio
import json

import msgspec
import pytest
from structlog.testing import capture_logs

from oblivious.adapters.dialects.anthropic.endpoints import COUNT_TOKENS
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.openai_chat.endpoints import EMBEDDINGS
from oblivious.contracts.events import Ended
from oblivious.contracts.usage import Usage
from tests.fakes.clients import FakeClient
from tests.fakes.events import CHAT as STREAM
from tests.fakes.events import USAGE, chunk, data
from tests.fakes.road import ACCOUNT, FUNDS, FakeRoad, channel, chat
from tests.fakes.upstreams import streamed, whole
from tests.unit.gateway.road.answers import ANSWER, COST


class TestAnAnswer:
    async def test_it_comes_back_byte_by_byte(self) -> None:
        """Nobody asked us to improve it."""
        client = FakeClient(chat())

        await FakeRoad().plays(whole(ANSWER)).asked_by(client)

        assert (client.status, client.body) == (200, ANSWER)
        assert client.headers["content-length"] == str(len(ANSWER))

    async def test_it_leaves_one_record_of_each_kind_and_nothing_else(self) -> None:
        """Opened, Attempt, Ended: what settlement is made of."""
        fake = FakeRoad().plays(whole(ANSWER))

        await fake.asked_by(FakeClient(chat()))

        assert fake.journal.kinds == ["Opened", "Attempt", "Ended"]
        assert await fake.leftovers() == []

    async def test_opened_and_attempt_are_on_disk_before_the_first_byte_leaves(self) -> None:
        """What a provider has seen is never unknown to us, whatever dies."""
        fake = FakeRoad().plays(whole(ANSWER))

        await fake.asked_by(FakeClient(chat()))

        assert [type(record).__name__ for record in fake.asked[0].written] == ["Opened", "Attempt"]

    async def test_the_books_are_closed_before_the_last_byte_leaves(self) -> None:
        """A client that has its answer finds it in the books."""
        fake, client = FakeRoad().plays(whole(ANSWER)), FakeClient(chat())
        client.reading.clear()

        going = asyncio.create_task(fake.asked_by(client))
        await client.got.wait()

        assert fake.journal.kinds[-1] == "Ended"
        client.reading.set()
        await going

    async def test_it_costs_what_the_upstream_counted(self) -> None:
        """By the frozen card, to the nano-dollar, in journal and wallet alike."""
        fake = FakeRoad().plays(whole(ANSWER))

        await fake.asked_by(FakeClient(chat()))

        wallet = await fake.store.wallet(ACCOUNT)
        assert (fake.ended.amount, fake.ended.usage) == (COST, Usage(11, 7))
        assert wallet is not None
        assert wallet.available == FUNDS - COST

    async def test_without_usage_the_length_is_billed_and_marked(self) -> None:
        """Never free, never dressed up as counted."""
        told = msgspec.json.decode(ANSWER)
        del told["usage"]
        fake = FakeRoad().plays(whole(json.dumps(told).encode()))

        await fake.asked_by(FakeClient(chat()))

        assert fake.ended.usage.estimated
        assert fake.ended.usage.output_tokens == 2
        assert fake.ended.usage.input_tokens > 0

    @pytest.mark.parametrize(
        ("prompt", "completion", "billed"),
        [
            pytest.param(0, 7, (True, 7, True), id="no input"),
            pytest.param(11, 0, (True, 2, True), id="no output"),
            pytest.param(0, 0, (False, 0, False), id="nothing at all"),
        ],
    )
    async def test_half_a_usage_is_completed_by_length(
        self, prompt: int, completion: int, billed: tuple[bool, int, bool]
    ) -> None:
        """Some imitators count one half only; who says that nothing was used is believed."""
        told = msgspec.json.decode(ANSWER)
        told["usage"] = {"prompt_tokens": prompt, "completion_tokens": completion}
        fake = FakeRoad().plays(whole(json.dumps(told).encode()))

        await fake.asked_by(FakeClient(chat()))

        usage = fake.ended.usage
        assert (usage.input_tokens > 0, usage.output_tokens, usage.estimated) == billed

    async def test_a_free_endpoint_costs_nothing_and_holds_nothing(self) -> None:
        """Counting tokens is not billed, whatever its answer says."""
        fake = FakeRoad(channel(1, provider="anthropic", dialect=ANTHROPIC), posted=0)
        fake.plays(whole(b'{"input_tokens": 2095}'))

        await fake.asked_by(FakeClient(chat()), COUNT_TOKENS)

        assert (fake.ended.amount, fake.ended.usage) == (0, Usage())
        assert fake.store.finished[0][0].amount == 0

    async def test_embeddings_travel_the_same_road(self) -> None:
        """Their usage has no output."""
        answer = json.dumps({"data": [{}], "usage": {"prompt_tokens": 5, "total_tokens": 5}}).encode()
        body = json.dumps({"model": "gpt", "input": "hi"}).encode()
        fake = FakeRoad().plays(whole(answer))

        await fake.asked_by(FakeClient(body), EMBEDDINGS)

        assert fake.ended.amount == 5_000


class TestAStream:
    async def test_it_passes_as_it_comes_and_the_usage_nobody_asked_for_is_kept_back(self) -> None:
        """The client gets every event but the one that we asked for."""
        client, fake = FakeClient(chat(stream=True)), FakeRoad().plays(streamed(STREAM))

        await fake.asked_by(client)

        usage = data({**chunk(), "choices": [], "usage": USAGE})
        assert client.body == STREAM.replace(usage, b"")
        assert fake.ended.amount == COST
        assert b'"include_usage":true' in fake.asked[0].body.replace(b" ", b"")
        assert await fake.leftovers() == []

    async def test_it_keeps_the_usage_that_was_asked_for(self) -> None:
        """Then nothing is rewritten at all."""
        client = FakeClient(chat(stream=True, stream_options={"include_usage": True}))

        await FakeRoad().plays(streamed(STREAM)).asked_by(client)

        assert client.body == STREAM

    async def test_no_proxy_may_keep_it_back(self) -> None:
        """The headers say so."""
        client = FakeClient(chat(stream=True))

        await FakeRoad().plays(streamed(STREAM)).asked_by(client)

        assert client.headers["x-accel-buffering"] == "no"
        assert client.headers["cache-control"] == "no-cache"
        assert "content-length" not in client.headers

    async def test_its_connection_is_read_to_the_end(self) -> None:
        """So that it serves the next exchange."""
        fake = FakeRoad().plays(streamed(STREAM, b"\n"))

        await fake.asked_by(FakeClient(chat(stream=True)))

        assert fake.upstream.played[0].complete


class TestWhatIsOurBug:
    async def test_it_is_a_500_that_tells_nothing(self) -> None:
        """The log has it; the client learns only that it was not its fault."""
        fake, client = FakeRoad(), FakeClient(chat())  # without a script the fake itself breaks

        with capture_logs() as logs:
            await fake.asked_by(client)

        assert client.status == 500
        assert b"deque" not in client.body
        assert [(line["event"], line["log_level"]) for line in logs] == [("bug_on_the_road", "error")]
        assert await fake.leftovers() == []

    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    async def test_an_end_that_cannot_be_written_keeps_nothing(self, *, stream: bool) -> None:
        """The hold goes back; the journal's open exchange is settled by its recovery."""
        fake = FakeRoad().plays(streamed(STREAM) if stream else whole(ANSWER))
        client = FakeClient(chat(stream=stream))

        with capture_logs():
            fake.journal.refused = Ended
            await fake.asked_by(client)

        assert await fake.leftovers() == ["the journal has ['Opened', 'Attempt']"]
        assert client.finished
        assert b"[DONE]" not in client.body
