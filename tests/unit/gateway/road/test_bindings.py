"""Ids that belong to one upstream account lead back to it, or to a clear error."""

import json

import msgspec
import pytest

from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.endpoints import RESPONSES
from tests.fakes.clients import FakeClient
from tests.fakes.road import CALLER, FakeRoad, channel
from tests.fakes.upstreams import ScriptedResponse, whole

FIRST = json.dumps(
    {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "model": "gpt",
        "output": [],
        "usage": {"input_tokens": 9, "output_tokens": 5},
    }
).encode()


def asks(previous: str = "") -> FakeClient:
    body = {"model": "gpt", "input": "hi"} | ({"previous_response_id": previous} if previous else {})
    return FakeClient(json.dumps(body).encode())


def accounts(*priorities: int) -> FakeRoad:
    """A road with one channel for each priority, with two keys each."""
    return FakeRoad(
        *(
            channel(number, dialect=OPENAI_RESPONSES, priority=priority, keys=2)
            for number, priority in enumerate(priorities, 1)
        )
    )


def answer() -> ScriptedResponse:
    return whole(FIRST)


class TestBindings:
    async def test_a_second_turn_goes_to_the_key_that_made_the_first(self) -> None:
        """Whatever the dice say."""
        fake = accounts(5, 5, 5).plays(*(answer() for _ in range(9)))
        await fake.asked_by(asks(), RESPONSES)

        for _ in range(8):
            await fake.asked_by(asks("resp_1"), RESPONSES)

        assert len({asked.secret for asked in fake.asked}) == 1

    async def test_it_is_not_tried_elsewhere_when_that_key_fails(self) -> None:
        """Nobody else knows the response."""
        fake = accounts(5, 5).plays(answer(), ScriptedResponse(500, [], [b"{}"]))
        await fake.asked_by(asks(), RESPONSES)
        client = asks("resp_1")

        await fake.asked_by(client, RESPONSES)

        assert (client.status, len(fake.asked)) == (503, 2)

    @pytest.mark.parametrize("channels", [(5, 5), (5,)], ids=["two channels", "one channel, two keys"])
    async def test_an_id_that_nobody_made_is_a_clear_error(self, channels: tuple[int, ...]) -> None:
        """A guess would be another account's answer."""
        fake, client = accounts(*channels), asks("resp_unknown")

        await fake.asked_by(client, RESPONSES)

        assert client.status == 400
        assert json.loads(client.body)["error"]["code"] == "unknown_binding"
        assert await fake.leftovers() == []

    async def test_where_only_one_key_could_own_it_the_upstream_is_asked(self) -> None:
        """It knows best; we may have forgotten."""
        fake = FakeRoad(channel(1, dialect=OPENAI_RESPONSES)).plays(answer())
        client = asks("resp_unknown")

        await fake.asked_by(client, RESPONSES)

        assert client.status == 200

    async def test_another_account_of_ours_may_not_use_it(self) -> None:
        """An id is no secret: it opens only what its own account made."""
        fake = accounts(5, 5).plays(answer())
        await fake.asked_by(asks(), RESPONSES)
        fake.callers.caller = msgspec.structs.replace(CALLER, account_id=99)
        client = asks("resp_1")

        await fake.asked_by(client, RESPONSES)

        assert client.status == 400

    async def test_a_channel_that_is_gone_is_said_as_such(self) -> None:
        """Its account owned the id; nobody else does."""
        fake = accounts(5, 5).plays(answer())
        await fake.asked_by(asks(), RESPONSES)
        owner = fake.asked[0].secret[4]
        others = [channel(n, dialect=OPENAI_RESPONSES, keys=2) for n in (1, 2) if str(n) != owner]
        fake.offer(*others)
        client = asks("resp_1")

        await fake.asked_by(client, RESPONSES)

        assert client.status == 400

    async def test_without_the_store_nobody_guesses(self) -> None:
        """The client may try again."""
        fake, client = accounts(5, 5), asks("resp_1")
        fake.store.away = True

        await fake.asked_by(client, RESPONSES)

        assert client.status == 503

    async def test_an_answer_whose_ids_cannot_be_kept_is_an_answer(self) -> None:
        """The client waits for nothing; the log knows."""
        fake, client = accounts(5).plays(answer()), asks()
        fake.store.mute = True

        await fake.asked_by(client, RESPONSES)

        assert (client.status, client.body) == (200, FIRST)
