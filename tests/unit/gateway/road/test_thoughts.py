"""What a model thought comes back to it although its client gives nothing back."""

import json
from typing import Any

import msgspec
import pytest

from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES
from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OPENAI_RESPONSES
from tests.fakes.clients import FakeClient
from tests.fakes.road import CALLER, MODEL, FakeRoad, channel
from tests.fakes.upstreams import ScriptedResponse, streamed, whole

THINKING = {"type": "thinking", "thinking": "hm", "signature": "c2VjcmV0"}
REDACTED = {"type": "redacted_thinking", "data": "eHl6"}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Paris"}}
ASKING = {"role": "user", "content": "What is the weather?"}
USED = {"input_tokens": 1, "output_tokens": 1}
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}


def message(*content: dict[str, Any]) -> ScriptedResponse:
    answer = {"id": "msg_1", "type": "message", "content": content, "stop_reason": "tool_use"}
    return whole(json.dumps({**answer, "usage": USED}).encode())


def events(*content: dict[str, Any]) -> ScriptedResponse:
    told: list[dict[str, Any]] = [{"type": "message_start", "message": {"id": "msg_1"}}]
    for index, block in enumerate(content):
        told.append({"type": "content_block_start", "index": index, "content_block": block})
        told.append({"type": "content_block_stop", "index": index})
    told.append({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": USED})
    told.append({"type": "message_stop"})
    return streamed(b"".join(b"data: %b\n\n" % json.dumps(event).encode() for event in told))


def candidate(part: dict[str, Any]) -> ScriptedResponse:
    told = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}
    return whole(json.dumps({"candidates": [told]}).encode())


def wants(*turns: dict[str, Any], stream: bool = False) -> FakeClient:
    body = {"model": MODEL, "messages": [ASKING, *turns], "tools": [TOOL], "reasoning_effort": "low"}
    return FakeClient(json.dumps({**body, "stream": stream}).encode())


def gives_back(call_id: str = "toolu_1", arguments: str = '{"city": "Paris"}') -> tuple[dict[str, Any], ...]:
    """Return a turn as a client writes it that keeps no more than it must, and the result."""
    call = {"id": call_id, "type": "function", "function": {"name": "get_weather", "arguments": arguments}}
    said = {"role": "assistant", "content": None, "tool_calls": [call]}
    return said, {"role": "tool", "tool_call_id": call_id, "content": "rain"}


def claude() -> FakeRoad:
    return FakeRoad(channel(1, provider="anthropic", dialect=ANTHROPIC))


def went_up(fake: FakeRoad) -> Any:
    """Return what the assistant has said, as the last request tells it."""
    (turn,) = (turn for turn in json.loads(fake.asked[-1].body)["messages"] if turn["role"] == "assistant")
    return turn["content"]


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
async def test_thoughts_go_back_up(*, stream: bool) -> None:
    """All that stood before the call, and the request still asks for thoughts."""
    first = events if stream else message
    fake = claude().plays(first(THINKING, REDACTED, CALL), message())
    await fake.asked_by(wants(stream=stream))
    await fake.asked_by(wants(*gives_back()))

    assert went_up(fake) == [THINKING, REDACTED, CALL]
    assert "thinking" in json.loads(fake.asked[-1].body)


async def test_a_signed_call_is_signed_again() -> None:
    """Gemini signs calls themselves."""
    call = {"id": "c1", "name": "get_weather", "args": {"city": "Paris"}}
    fake = FakeRoad(channel(1, provider="gemini", dialect=GEMINI))
    fake.plays(candidate({"functionCall": call, "thoughtSignature": "c2Vj"}), candidate({"text": "rain"}))
    await fake.asked_by(wants())
    await fake.asked_by(wants(*gives_back("c1")))
    (turn,) = (turn for turn in json.loads(fake.asked[-1].body)["contents"] if turn["role"] == "model")

    assert turn["parts"][0]["thoughtSignature"] == "c2Vj"


async def test_another_account_of_ours_finds_nothing() -> None:
    """An id is no secret."""
    fake = claude().plays(message(THINKING, CALL), message())
    await fake.asked_by(wants())
    fake.callers.caller = msgspec.structs.replace(CALLER, account_id=99)
    await fake.asked_by(wants(*gives_back()))

    assert went_up(fake) == [CALL]


async def test_another_call_finds_nothing() -> None:
    """Though it has the same id."""
    fake = claude().plays(message(THINKING, CALL), message())
    await fake.asked_by(wants())
    await fake.asked_by(wants(*gives_back(arguments="{}")))

    assert went_up(fake) == [{**CALL, "input": {}}]


async def test_an_upstream_of_another_dialect_is_told_nothing() -> None:
    """Nobody else reads it."""
    fake = claude().plays(message(THINKING, CALL), candidate({"text": "rain"}))
    await fake.asked_by(wants())
    fake.offer(channel(2, provider="gemini", dialect=GEMINI))
    await fake.asked_by(wants(*gives_back()))

    assert THINKING["signature"].encode() not in fake.asked[-1].body


async def test_where_nothing_can_be_noted_the_answer_is_an_answer() -> None:
    """And the next turn goes on without."""
    fake, client = claude().plays(message(THINKING, CALL), message()), wants()
    fake.store.mute = True
    await fake.asked_by(client)
    await fake.asked_by(wants(*gives_back()))

    assert client.status == 200
    assert went_up(fake) == [CALL]


async def test_where_nothing_can_be_looked_up_the_turn_goes_on() -> None:
    """Admission may be told to let it; thoughts are no reason to refuse."""
    fake = FakeRoad(channel(1, provider="anthropic", dialect=ANTHROPIC), allow_without_state=True)
    await fake.plays(message(THINKING, CALL), message()).asked_by(wants())
    fake.store.away = True
    client = wants(*gives_back())
    await fake.asked_by(client)

    assert client.status == 200
    assert went_up(fake) == [CALL]


async def test_what_cannot_be_read_is_left() -> None:
    """Another version may have written it."""
    fake = claude().plays(message(THINKING, CALL), message())
    await fake.asked_by(wants())
    for key in list(fake.store._values._small._kept):
        await fake.store.put(key, b'{"new":1}', 60_000)
    await fake.asked_by(wants(*gives_back()))

    assert went_up(fake) == [CALL]


async def test_a_client_of_the_same_dialect_pays_nothing() -> None:
    """Its thoughts are its own affair."""
    fake = claude().plays(message(THINKING, CALL))
    body = {"model": MODEL, "max_tokens": 9, "messages": [ASKING]}
    going = await fake.asked_by(FakeClient(json.dumps(body).encode()), MESSAGES)

    assert (going.listener, going.recalled, fake.store._values._small._kept) == (None, False, {})


def responses(*keys: int) -> FakeRoad:
    return FakeRoad(*(channel(number, provider="openai", dialect=OPENAI_RESPONSES) for number in keys))


REASONED = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "secret"}
CALLED = {
    "type": "function_call",
    "call_id": "call_1",
    "name": "get_weather",
    "arguments": '{"city":"Paris"}',
}


def response(*output: dict[str, Any]) -> ScriptedResponse:
    return whole(json.dumps({"id": "resp_1", "status": "completed", "output": output}).encode())


async def test_encrypted_reasoning_goes_back_to_the_account_that_made_it() -> None:
    """No other one can read it, and would refuse it."""
    fake = responses(1).plays(response(REASONED, CALLED), response(), response())
    await fake.asked_by(wants())
    await fake.asked_by(wants(*gives_back("call_1")))
    fake.offer(channel(2, provider="openai", dialect=OPENAI_RESPONSES))
    await fake.asked_by(wants(*gives_back("call_1")))
    _, second, third = ([item["type"] for item in json.loads(asked.body)["input"]] for asked in fake.asked)

    assert second == ["message", "reasoning", "function_call", "function_call_output"]
    assert third == ["message", "function_call", "function_call_output"]
