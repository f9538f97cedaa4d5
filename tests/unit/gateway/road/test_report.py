"""One exchange, one line, and the numbers it changes."""

from datetime import UTC, datetime

import msgspec
import pytest

from tests.fakes.clients import FakeClient
from tests.fakes.events import CHAT as STREAM
from tests.fakes.road import FUNDS, KEY, FakeRoad, channel, chat
from tests.fakes.upstreams import ScriptedResponse, streamed, whole
from tests.unit.gateway.road.answers import ANSWER, COST


def failing() -> ScriptedResponse:
    return ScriptedResponse(500, [], [b"{}"])


class TestTheLine:
    async def test_it_carries_what_an_operator_asks_for(self) -> None:
        """Who, what, by which channel, how long, how much."""
        fake = FakeRoad(channel(1, priority=9), channel(2)).plays(failing(), streamed(STREAM))

        exchange = await fake.asked_by(FakeClient(chat(stream=True)))

        line = fake.line
        assert (line.exchange_id, line.attempt_id, line.attempts) == (exchange.id, f"{exchange.id}-2", 2)
        assert (line.endpoint, line.model, line.stream) == ("chat_completions", "gpt", True)
        assert (line.channel, line.key_id, line.user_id) == ("channel-2", 7, 1)
        assert (line.status, line.reason, line.level) == (200, "", "info")
        assert (line.input_tokens, line.output_tokens, line.amount) == (11, 7, COST)
        assert line.total_ms >= line.first_byte_ms > 0

    async def test_a_refusal_says_why(self) -> None:
        """In the words of the answer."""
        fake = FakeRoad(posted=0)

        await fake.asked_by(FakeClient(chat()))

        assert (fake.line.status, fake.line.reason) == (429, "insufficient_quota")
        assert "balance" in fake.line.message

    async def test_a_request_that_nobody_could_read_has_a_line_too(self) -> None:
        """What is not known of it is empty."""
        fake = FakeRoad()

        await fake.asked_by(FakeClient(b"no JSON"))

        assert (fake.line.status, fake.line.model, fake.line.key_id) == (400, "", 0)

    @pytest.mark.parametrize(
        ("posted", "level"),
        [
            pytest.param(0, "info", id="the caller's affair"),
            pytest.param(FUNDS, "warning", id="ours or the provider's"),
        ],
    )
    async def test_what_the_operator_should_look_at_is_a_warning(self, posted: int, level: str) -> None:
        """A caller without money is none of it."""
        fake = FakeRoad(posted=posted).plays(failing())

        await fake.asked_by(FakeClient(chat()))

        assert fake.line.level == level

    async def test_no_secret_is_in_it(self) -> None:
        """Neither the caller's key nor the channel's."""
        fake = FakeRoad().plays(failing())

        await fake.asked_by(FakeClient(chat()))

        line = msgspec.json.encode(fake.line).decode()
        assert KEY not in line
        assert "key-1-0" not in line

    async def test_its_time_is_utc(self) -> None:
        """Lines of all workers sort together."""
        fake = FakeRoad(posted=0)
        before = datetime.now(UTC)

        await fake.asked_by(FakeClient(chat()))

        assert before <= datetime.fromisoformat(fake.line.timestamp) <= datetime.now(UTC)


class TestTheNumbers:
    async def test_an_exchange_counts_once_everywhere(self) -> None:
        """By its kind."""
        fake = FakeRoad().plays(whole(ANSWER), whole(ANSWER))

        await fake.asked_by(FakeClient(chat()))
        await fake.asked_by(FakeClient(chat()))

        assert fake.count("oblivious_requests") == {("chat_completions", "gpt", "200", ""): 2}
        tokens = fake.count("oblivious_tokens")
        assert (tokens["gpt", "input"], tokens["gpt", "output"]) == (22, 14)
        assert fake.count("oblivious_amount_nano_usd") == {("gpt",): 2 * COST}
        assert list(fake.count("oblivious_first_byte_milliseconds")) == [("chat_completions", "no")]

    async def test_names_that_nobody_serves_make_no_series(self) -> None:
        """Or a client could fill the memory with them."""
        fake = FakeRoad()

        for number in range(3):
            await fake.asked_by(FakeClient(chat(model=f"made-up-{number}")))

        assert fake.count("oblivious_requests") == {("chat_completions", "", "404", "model_not_found"): 3}
