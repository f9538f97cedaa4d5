"""Several choices from upstreams that give one a call."""

import json
from typing import Any

import pytest

from oblivious.contracts.events import Attempt, Opened
from tests.fakes.clients import FakeClient
from tests.fakes.road import CALLER, MODEL, FakeRoad, channel, chat
from tests.fakes.upstreams import ScriptedResponse, streamed, whole
from tests.unit.gateway.road.choosing import (
    ALLOWED,
    CLAUDE,
    EACH,
    asked,
    claude,
    message,
    telling,
)


class TestWholeAnswers:
    async def test_each_call_is_a_choice(self) -> None:
        """In the order of the calls; the answer is one of the client's dialect."""
        client = await asked(claude().plays(message("one"), message("two"), message("three")))

        answer = json.loads(client.body)
        assert client.status == 200
        assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
        assert [choice["message"]["content"] for choice in answer["choices"]] == ["one", "two", "three"]
        assert answer["model"] == MODEL

    async def test_each_call_has_an_attempt_of_its_own(self) -> None:
        """Written down before its first byte, and named by its own id upstream; none asks for more."""
        fake = claude().plays(message("one"), message("two"), message("three"))

        await asked(fake)

        ids = [attempt.attempt_id for attempt in fake.journal.of(Attempt)]
        assert len(set(ids)) == 3
        assert [call.header(b"x-request-id") for call in fake.asked] == ids
        assert all("n" not in json.loads(call.body) for call in fake.asked)
        for call, name in zip(fake.asked, ids, strict=True):
            assert name in {record.attempt_id for record in call.written if isinstance(record, Attempt)}
        assert fake.ended.attempt_id in ids

    async def test_what_all_calls_used_is_told_and_billed(self) -> None:
        """The input counts as often as it was sent."""
        fake = claude().plays(message("one"), message("two"), message("three"))

        client = await asked(fake)

        usage = json.loads(client.body)["usage"]
        assert (usage["prompt_tokens"], usage["completion_tokens"]) == (3 * 29, 3 * 15)
        assert (fake.ended.usage.calls, fake.ended.amount) == (3, 3 * EACH)
        assert fake.count("oblivious_failovers") == {}
        assert await fake.leftovers() == []

    async def test_where_one_does_not_say_all_is_estimated(self) -> None:
        """As many inputs as there were calls, and what was delivered."""
        fake = claude().plays(message("one" * 40), message("two" * 40, usage=None), message("six" * 40))

        await asked(fake)

        usage = fake.ended.usage
        assert (usage.estimated, usage.input_tokens) == (True, 3 * fake.journal.of(Opened)[0].estimate // 3)
        assert usage.output_tokens >= 3 * 30

    async def test_streams_that_nobody_asked_for_are_gathered(self) -> None:
        """One of them is enough to tell."""
        client = await asked(claude().plays(message("one"), streamed(*telling("two")), message("six")))

        choices = json.loads(client.body)["choices"]
        assert [choice["message"]["content"] for choice in choices] == ["one", "two", "six"]

    async def test_a_vendor_of_chat_that_lacks_it(self) -> None:
        """Its dialect could say it, its row says that it can't."""
        body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}}]}
        answers = [whole(json.dumps(body).encode()) for _ in range(2)]
        fake = FakeRoad(channel(1, provider="groq"), caller=ALLOWED).plays(*answers)

        client = await asked(fake, n=2)

        assert [choice["index"] for choice in json.loads(client.body)["choices"]] == [0, 1]
        assert ["n" in json.loads(call.body) for call in fake.asked] == [False, False]


class TestWhatIsRefused:
    async def test_groups_that_do_not_say_so(self) -> None:
        """The field is named, and nobody is asked."""
        fake = FakeRoad(channel(1, **CLAUDE))

        client = await asked(fake)

        assert (client.status, json.loads(client.body)["error"]["param"]) == (400, "n")
        assert fake.asked == []

    async def test_more_calls_than_are_made(self) -> None:
        """However much the account could pay."""
        fake = claude()

        client = await asked(fake, n=9)

        error = json.loads(client.body)["error"]
        assert (client.status, error["param"]) == (400, "n")
        assert "at most 8" in error["message"]
        assert (fake.asked, fake.ended.amount) == ([], 0)


class TestOneCall:
    @pytest.mark.parametrize("n", [1, 3])
    async def test_who_can_say_it_is_asked_once(self, n: int) -> None:
        """The group's wish is for those who cannot."""
        body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}}]}
        fake = FakeRoad(caller=ALLOWED).plays(whole(json.dumps(body).encode()))

        await asked(fake, n=n)

        assert [json.loads(call.body)["n"] for call in fake.asked] == [n]
        assert fake.ended.usage.calls == 1


class TestWhatIsHeld:
    @pytest.mark.parametrize(("caller", "inputs"), [(CALLER, 1), (ALLOWED, 3)], ids=["one call", "by calls"])
    async def test_the_input_of_every_call(self, caller: Any, inputs: int) -> None:
        """The output was always held for every choice."""
        fake = FakeRoad(channel(1, **CLAUDE), caller=caller).plays(message("a"), message("b"), message("c"))

        await asked(fake, max_tokens=100)

        (opened,) = fake.journal.of(Opened)
        one = opened.estimate // inputs
        assert opened.hold == inputs * one * 1_000 + 3 * 100 * 2_000

    async def test_what_is_billed_if_the_end_stays_unknown(self) -> None:
        """No more inputs than every candidate would have taken."""
        fake = claude(channel(1, **CLAUDE), channel(2, priority=9))
        fake.plays(whole(b'{"choices": [{"index": 0, "message": {"content": "hi"}}]}'))

        await asked(fake, max_tokens=100)

        (opened,) = fake.journal.of(Opened)
        assert opened.hold == 3 * opened.estimate * 1_000 + 3 * 100 * 2_000

    async def test_one_choice_is_remembered_as_one_answer(self) -> None:
        """What is held for the next exchange is as many answers of that length as it asks for."""
        fake = claude()
        for _ in range(64):
            await asked(fake.plays(message("a"), message("b")), n=2)

        assert fake.road.history.p99(MODEL) == 15


class TestThoughts:
    async def test_those_of_every_choice_are_kept(self) -> None:
        """A client that cannot give them back may go on with any of the answers."""

        def calling(place: str) -> ScriptedResponse:
            call = {"type": "tool_use", "id": f"toolu_{place}", "name": "weather", "input": {"city": place}}
            thought = {"type": "thinking", "thinking": f"of {place}", "signature": f"sig-{place}"}
            return message("", content=[thought, call], stop_reason="tool_use")

        fake = claude().plays(calling("oslo"), calling("rome"), message("back"))
        answer = json.loads((await asked(fake, n=2)).body)
        second = answer["choices"][1]["message"]
        call = second["tool_calls"][0]
        back = {"role": "assistant", "content": None, "tool_calls": [call]}
        result = {"role": "tool", "tool_call_id": call["id"], "content": "sunny"}
        client = FakeClient(chat(messages=[{"role": "user", "content": "hi"}, back, result]))
        await fake.asked_by(client)

        turns = json.loads(fake.asked[-1].body)["messages"]
        assert "sig-rome" in json.dumps(turns)
        assert "sig-oslo" not in json.dumps(turns)
