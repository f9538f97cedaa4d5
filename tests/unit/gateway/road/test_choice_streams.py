"""Several choices by calls, as one stream."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT
from oblivious.adapters.dialects.gemini.endpoints import ACTIONS
from oblivious.adapters.registry import array_face
from oblivious.gateway.road.relay import relay
from oblivious.infra.upstream import BrokeOff, IdleTimedOut
from tests.fakes.clients import FakeClient
from tests.fakes.events import chunk, data, named, parsed
from tests.fakes.road import MODEL, FakeRoad, channel, chat, exchange
from tests.fakes.upstreams import Piece, streamed
from tests.fakes.waiting import until
from tests.unit.gateway.road.choosing import (
    ALLOWED,
    EACH,
    asked,
    begin,
    chunks,
    claude,
    finish,
    message,
    said,
    telling,
    words,
)


class TestStreams:
    @pytest.mark.parametrize(
        ("provider", "dialect", "tell"),
        [
            ("anthropic", ANTHROPIC, telling),
            (
                "groq",
                OPENAI_CHAT,
                lambda text: [data(chunk({"content": text})), data(chunk({}, "stop")), data("[DONE]")],
            ),
        ],
        ids=["another dialect", "a vendor of chat"],
    )
    async def test_one_stream_with_every_choice(self, provider: str, dialect: str, tell: Any) -> None:
        """Each chunk names its choice, each choice finishes, and the stream ends once."""
        fake = FakeRoad(channel(1, provider=provider, dialect=dialect), caller=ALLOWED)

        client = await asked(
            fake.plays(*(streamed(*tell(text)) for text in ("one", "two", "six"))), stream=True
        )

        ends = [
            c["index"] for each in chunks(client) for c in each["choices"] if c["finish_reason"] == "stop"
        ]
        assert said(client) == ["one", "two", "six"]
        assert sorted(ends) == [0, 1, 2]
        assert client.body.count(b"[DONE]") == 1
        assert client.body.endswith(b"data: [DONE]\n\n")
        assert await fake.leftovers() == []

    async def test_the_usage_of_all_comes_once(self) -> None:
        """It is the last word before the end, and the bill."""
        fake = claude().plays(*(streamed(*telling(text)) for text in ("one", "two", "six")))

        client = await asked(fake, stream=True, stream_options={"include_usage": True})

        told = [each["usage"] for each in chunks(client) if each["usage"]]
        assert [(usage["prompt_tokens"], usage["completion_tokens"]) for usage in told] == [(3 * 29, 3 * 15)]
        assert (fake.ended.usage.calls, fake.ended.amount) == (3, 3 * EACH)

    async def test_they_are_told_as_they_come(self) -> None:
        """Nobody waits for the slowest once all have begun."""
        stalled = asyncio.Event()
        fake = claude().plays(
            streamed(begin(), words("a"), stalled, finish()),
            streamed(*telling("bcd")),
            streamed(*telling("efg")),
        )
        client = FakeClient(chat(stream=True, n=3))
        going = asyncio.create_task(fake.asked_by(client))

        await until(lambda: b'"index":1' in client.body and b"g" in client.body)
        before = said(client)
        stalled.set()
        await going

        assert before == ["a", "bcd", "efg"]
        assert not b"".join(client.pieces[:-1]).count(b"[DONE]")
        assert client.body.count(b"[DONE]") == 1

    async def test_nothing_goes_out_before_all_have_begun(self) -> None:
        """Until then the exchange may still move on."""
        waiting = asyncio.Event()
        fake = claude().plays(streamed(*telling("a")), streamed(begin(), waiting, words("b"), finish()))
        client = FakeClient(chat(stream=True, n=2))
        going = asyncio.create_task(fake.asked_by(client))
        await until(lambda: len(fake.upstream.played[0].left) == 1 if fake.upstream.played else False)

        before = client.status
        waiting.set()
        await going

        assert (before, said(client)) == (0, ["a", "b"])

    async def test_a_slow_client_slows_all_of_them_down(self) -> None:
        """Of each stream a piece or two is read ahead, not what may come."""
        fake = claude().plays(streamed(*telling("a" * 50)), streamed(*telling("b" * 50)))
        client = FakeClient(chat(stream=True, n=2))
        client.reading.clear()
        going = asyncio.create_task(fake.asked_by(client))
        await until(lambda: bool(client.sent))
        for _ in range(100):
            await asyncio.sleep(0)

        left = [len(response.left) for response in fake.upstream.played]
        client.reading.set()
        await going

        assert min(left) > 45
        assert said(client) == ["a" * 50, "b" * 50]

    async def test_whole_answers_where_streams_were_asked_for(self) -> None:
        """They are told as the streams that they might have been."""
        client = await asked(claude().plays(message("one"), streamed(*telling("two"))), n=2, stream=True)

        assert said(client) == ["one", "two"]
        assert client.body.count(b"[DONE]") == 1

    @pytest.mark.parametrize(
        ("piece", "code"),
        [
            (
                named({"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}),
                "overloaded",
            ),
            (BrokeOff("cut"), "broke_off"),
            (IdleTimedOut("silent"), "timeout"),
            (b"", "broke_off"),
        ],
        ids=["an error", "a cut", "silence", "an end too early"],
    )
    async def test_one_that_fails_ends_all(self, piece: Piece, code: str) -> None:
        """With the dialect's error and no sign of success; what all of them used is owed."""
        waiting, never = asyncio.Event(), asyncio.Event()
        rest = [piece] if piece else []
        fake = claude().plays(
            streamed(begin(), words("one"), never, finish()),
            streamed(begin(), words("two"), waiting, *rest),
        )
        client = FakeClient(chat(stream=True, n=2))
        going = asyncio.create_task(fake.asked_by(client))
        await until(lambda: said(client) == ["one", "two"] if client.status else False)

        waiting.set()
        await going

        assert b"[DONE]" not in client.body
        assert f"upstream_{code}" in fake.line.reason
        assert chunks(client)[-1]["error"]
        assert fake.ended.usage.input_tokens == 2 * 29
        assert await fake.leftovers() == []

    async def test_an_upstream_that_hangs_up_after_its_last_word(self) -> None:
        """Without the formal end, while the other one is still speaking."""
        waiting = asyncio.Event()
        fake = claude().plays(
            streamed(*telling("one"), BrokeOff("cut")), streamed(begin(), words("two"), waiting, finish())
        )
        client = FakeClient(chat(stream=True, n=2))
        going = asyncio.create_task(fake.asked_by(client))
        await until(lambda: fake.upstream.played[0].complete if fake.upstream.played else False)
        waiting.set()
        await going

        assert said(client) == ["one", "two"]
        assert client.body.endswith(b"data: [DONE]\n\n")

    @pytest.mark.parametrize("array", [False, True], ids=["events", "array"])
    async def test_a_client_of_gemini(self, *, array: bool) -> None:
        """Its candidates are numbered, and an array is one array."""
        endpoint = ACTIONS["streamGenerateContent"].endpoint
        fake = claude().plays(streamed(*telling("one")), streamed(*telling("two")))
        body = {"contents": [{"parts": [{"text": "hi"}]}], "generationConfig": {"candidateCount": 2}}
        client = FakeClient(json.dumps(body).encode())
        going = exchange(client, endpoint)
        going.named = (MODEL, True)
        if array:
            going.face = array_face(endpoint)

        await relay(fake.road, going)

        pieces = json.loads(client.body) if array else [json.loads(text) for _, text in parsed(client.body)]
        assert _candidates(pieces) == {0: "one", 1: "two"}
        assert pieces[-1]["usageMetadata"]["promptTokenCount"] == 2 * 29


def _candidates(pieces: Sequence[dict[str, Any]]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for candidate in (each for piece in pieces for each in piece["candidates"]):
        text = "".join(part["text"] for part in candidate["content"]["parts"])
        texts[candidate["index"]] = texts.get(candidate["index"], "") + text
    return texts
