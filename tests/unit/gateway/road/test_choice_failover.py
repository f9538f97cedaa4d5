"""Calls that fail before the client has anything, and who is asked then."""

import json

import pytest

from oblivious.contracts.events import Attempt, Opened
from oblivious.infra.upstream import BrokeOff
from tests.fakes.road import channel
from tests.fakes.upstreams import streamed, whole
from tests.unit.gateway.road.choosing import (
    CLAUDE,
    EACH,
    OVERLOADED,
    asked,
    begin,
    claude,
    message,
    said,
    telling,
)


class TestFailover:
    @pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
    async def test_one_that_is_not_accepted_fails_all(self, *, stream: bool) -> None:
        """The others are given up, the next channel is asked for all, and only that is billed."""
        fake = claude(channel(1, priority=9, **CLAUDE), channel(2, **CLAUDE))
        answers = [streamed(*telling("ok")) if stream else message("ok") for _ in range(5)]
        fake.plays(answers[0], answers[1], whole(OVERLOADED, status=529), *answers[2:])

        client = await asked(fake, stream=stream)

        found = [attempt.channel_id for attempt in fake.journal.of(Attempt)]
        assert (client.status, found) == (200, [1, 1, 1, 2, 2, 2])
        assert (fake.ended.usage.calls, fake.ended.amount) == (3, 3 * EACH)
        assert fake.count("oblivious_failovers") == {(): 1}
        assert await fake.leftovers() == []

    async def test_a_stream_that_fails_before_it_says_anything(self) -> None:
        """The others have spoken, but nobody has heard them."""
        fake = claude(channel(1, priority=9, **CLAUDE), channel(2, **CLAUDE))
        fake.plays(
            streamed(*telling("lost")),
            streamed(begin(), BrokeOff("cut")),
            *(streamed(*telling("ok")) for _ in range(2)),
        )

        client = await asked(fake, stream=True, n=2)

        assert said(client) == ["ok", "ok"]
        assert fake.ended.amount == 2 * EACH

    async def test_the_next_one_may_need_one_call_only(self) -> None:
        """Each candidate is asked in its own way."""
        body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}}], "usage": None}
        fake = claude(channel(1, priority=9, **CLAUDE), channel(2)).plays(
            whole(OVERLOADED, status=529), message("two"), whole(json.dumps(body).encode())
        )

        await asked(fake, n=2)

        assert [attempt.channel_id for attempt in fake.journal.of(Attempt)] == [1, 1, 2]
        assert (fake.ended.usage.calls, fake.ended.usage.input_tokens) == (
            1,
            fake.journal.of(Opened)[0].estimate,
        )

    async def test_calls_that_cannot_be_written_down_are_not_made(self) -> None:
        """The disk is full: none of them leaves."""
        fake = claude()
        fake.journal.broken = OSError("full")

        client = await asked(fake)

        assert (client.status, fake.asked, fake.ended.amount) == (503, [], 0)
        assert await fake.leftovers() == []
