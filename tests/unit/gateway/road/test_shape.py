"""What a channel changes, seen by its upstream."""

import json
from typing import Any

import msgspec
import pytest

from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES
from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT, EMBEDDINGS
from oblivious.channels.candidate import Candidate
from oblivious.channels.shaping.applied import Applied
from oblivious.channels.shaping.check import read_shaping
from oblivious.demo.dialects.bedrock.signature import signed_with
from oblivious.demo.wire.request import RequestReader
from oblivious.gateway.road.shape import timed
from oblivious.infra.upstream import Deadlines
from tests.fakes.clients import FakeClient
from tests.fakes.road import MODEL, FakeRoad, channel, chat
from tests.fakes.upstreams import Asked, whole

ANSWERS = {
    OPENAI_CHAT: {"choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}}]},
    ANTHROPIC: {"type": "message", "content": [{"type": "text", "text": "hi"}], "stop_reason": "end_turn"},
}
EVERYTHING = {
    "headers": {"x-title": "{model} of {group}"},
    "operations": [{"op": "set", "path": "temperature", "value": 0}],
    "system": {"text": "be kind to {user_id}"},
}


def shaping_channel(number: int, given: dict[str, Any], **changes: Any) -> Candidate:
    return msgspec.structs.replace(channel(number, **changes), shaping=read_shaping(given))


def answer(dialect: str = OPENAI_CHAT) -> Any:
    return whole(json.dumps(ANSWERS[dialect]).encode())


async def test_header_operation_and_instructions_reach_the_upstream() -> None:
    """And the exchange knows of them."""
    fake = FakeRoad(shaping_channel(1, EVERYTHING)).plays(answer())

    exchange = await fake.asked_by(FakeClient(chat()))

    (asked,) = fake.asked
    body = json.loads(asked.body)
    assert asked.header(b"x-title") == f"{MODEL} of default"
    assert body["temperature"] == 0
    assert body["messages"][0] == {"role": "system", "content": "be kind to 1"}
    assert exchange.shaped == (
        Applied("headers", "set", "x-title"),
        Applied("system", "prepended", "messages"),
        Applied("operations[0]", "set", "temperature"),
    )


async def test_instructions_are_said_as_the_upstreams_dialect_says_them() -> None:
    shaping = {"system": {"text": "be kind"}}
    fake = FakeRoad(shaping_channel(1, shaping, provider="anthropic", dialect=ANTHROPIC))
    fake.plays(answer(ANTHROPIC))

    await fake.asked_by(FakeClient(chat()), CHAT)

    assert json.loads(fake.asked[0].body)["system"] == "be kind"


async def test_what_is_no_conversation_goes_up_as_it_came() -> None:
    fake = FakeRoad(shaping_channel(1, EVERYTHING)).plays(whole(b'{"data":[]}'))
    body = json.dumps({"model": MODEL, "input": "hi"}).encode()

    await fake.asked_by(FakeClient(body), EMBEDDINGS)

    assert fake.asked[0].body == body
    assert fake.asked[0].header(b"x-title")


@pytest.mark.parametrize("size", [150_000, 600_000], ids=["spooled", "in a thread"])
async def test_a_large_body_is_shaped_all_the_same(size: int) -> None:
    fake = FakeRoad(shaping_channel(1, EVERYTHING)).plays(answer())
    messages = [{"role": "user", "content": "x" * size}]

    await fake.asked_by(FakeClient(chat(messages=messages)))

    body = json.loads(fake.asked[0].body)
    assert body["temperature"] == 0
    assert body["messages"][1:] == messages


async def test_a_large_body_stays_on_disk_where_only_its_head_is_shaped() -> None:
    fake = FakeRoad(shaping_channel(1, {"headers": {"x-a": "b"}})).plays(answer())
    body = chat(messages=[{"role": "user", "content": "x" * 150_000}])

    await fake.asked_by(FakeClient(body))

    assert fake.asked[0].body == body
    assert fake.asked[0].header(b"x-a") == "b"


async def test_what_is_signed_is_what_goes_up() -> None:
    shaped = shaping_channel(1, EVERYTHING, provider="bedrock", dialect=ANTHROPIC)
    keys = tuple(msgspec.structs.replace(key, secret="AKIAX:secret") for key in shaped.keys)
    fake = FakeRoad(shaped.with_keys(keys)).plays(answer(ANTHROPIC))
    body = {"model": MODEL, "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}

    await fake.asked_by(FakeClient(json.dumps(body).encode()), MESSAGES)

    (asked,) = fake.asked
    assert json.loads(asked.body)["system"] == "be kind to 1"
    assert signer(asked) == "AKIAX:secret"


def signer(asked: Asked) -> str:
    reader = RequestReader()
    reader.feed(asked.head + asked.body)
    request = reader.next_request()
    assert request is not None
    return signed_with(request, ["AKIAX:secret"])


async def test_the_next_channel_is_not_shaped_by_the_last_ones_rules() -> None:
    fake = FakeRoad(shaping_channel(1, EVERYTHING, priority=2), channel(2, priority=1))
    fake.plays(whole(b"{}", status=500), answer())

    exchange = await fake.asked_by(FakeClient(chat()))

    assert [asked.header(b"x-title") for asked in fake.asked] == [f"{MODEL} of default", ""]
    assert fake.asked[1].body == chat()
    assert exchange.shaped == ()


async def test_a_status_is_taken_for_another_one() -> None:
    """A 400 would go to the client; as a 503 another channel is tried."""
    first = shaping_channel(1, {"statuses": {"400": 503}}, priority=2)
    fake = FakeRoad(first, shaping_channel(2, {"statuses": {"401": 503}}, priority=1))
    fake.plays(whole(b'{"error":{"message":"busy"}}', status=400), answer())
    client = FakeClient(chat())

    await fake.asked_by(client)

    assert client.status == 200
    assert len(fake.asked) == 2


async def test_the_exchange_knows_what_a_status_was_taken_for() -> None:
    fake = FakeRoad(shaping_channel(1, {"statuses": {"400": 503}}))
    fake.plays(whole(b'{"error":{"message":"busy"}}', status=400))

    exchange = await fake.asked_by(FakeClient(chat()))

    assert exchange.shaped == (Applied("statuses", "taken for 503", "400"),)


async def test_a_channel_has_its_own_deadlines() -> None:
    fake = FakeRoad(shaping_channel(1, {"timeouts": {"idle_ms": 7, "total_ms": 500}})).plays(answer())

    await fake.asked_by(FakeClient(chat()))

    limits = fake.road.limits.deadlines
    assert fake.asked[0].deadlines == Deadlines(limits.connect_ms, limits.first_byte_ms, 7, 500)


@pytest.mark.parametrize(
    ("timeouts", "after"),
    [
        (None, Deadlines(1, 2, 3, 400)),
        ({}, Deadlines(1, 2, 3, 400)),
        ({"connect_ms": 9, "first_byte_ms": 8}, Deadlines(9, 8, 3, 400)),
        ({"total_ms": 399}, Deadlines(1, 2, 3, 399)),
        ({"total_ms": 500}, Deadlines(1, 2, 3, 400)),
    ],
    ids=str,
)
def test_the_total_can_only_become_shorter(timeouts: dict[str, int] | None, after: Deadlines) -> None:
    given = {} if timeouts is None else {"timeouts": timeouts}

    assert timed(read_shaping(given), Deadlines(1, 2, 3, 400)) == after
