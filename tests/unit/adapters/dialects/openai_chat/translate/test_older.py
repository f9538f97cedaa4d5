"""A client that knows `functions` and no tools, at an upstream that knows tools."""

import json
from typing import Any

import pytest
from openai.lib.streaming.chat import ChatCompletionStreamState
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from oblivious.adapters.chat.events import ChatEvent, Closed, Ended, Finished, Grown, Opened, Signed
from oblivious.adapters.chat.parts import Text, ToolCall, ToolResult
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT
from oblivious.adapters.dialects.openai_chat.face import OpenAIChat
from oblivious.adapters.dialects.openai_chat.translate.face import CHAT_CLIENT

FUNCTION: dict[str, Any] = {"name": "f", "parameters": {"type": "object", "properties": {}}}
TOOL: dict[str, Any] = {"type": "function", "function": FUNCTION}
STATE = State("gemini", "g")


def read(**members: Any) -> tuple[ChatRequest, ClientPlan]:
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "hi"}], **members}).encode()
    return CHAT_CLIENT.read_request(OpenAIChat().envelope(CHAT, body))


def answered(*calls: ToolCall, **members: Any) -> Any:
    """Return the choice of an answer with calls, to a request with these members."""
    response = ChatResponse((Choice(calls, Finish.TOOL_CALLS),))
    body = json.loads(CHAT_CLIENT.write_response(response, read(**members)[1]))
    ChatCompletion.model_validate(body, strict=True)
    return body["choices"][0]


def streamed(*events: ChatEvent) -> Any:
    """Return the choice that OpenAI's own SDK puts together."""
    encoder = CHAT_CLIENT.encoder(read(functions=[FUNCTION])[1])
    pieces = b"".join(encoder.feed(event) for event in events).split(b"\n\n")[:-2]
    state = ChatCompletionStreamState()
    for piece in pieces:
        chunk = json.loads(piece.removeprefix(b"data: "))
        state.handle_chunk(ChatCompletionChunk.model_validate(chunk, strict=True))
    return state.current_completion_snapshot.choices[0]


@pytest.mark.parametrize(
    ("members", "older"),
    [
        ({"functions": [FUNCTION]}, True),
        ({"functions": [FUNCTION], "tools": []}, True),
        ({"functions": [FUNCTION], "tools": [TOOL]}, False),
        ({"tools": [TOOL]}, False),
        ({"functions": []}, False),
        ({}, False),
    ],
    ids=["functions", "no tools", "both", "tools", "none", "nothing"],
)
def test_who_offers_functions_and_no_tools_looks_for_one(members: dict[str, Any], *, older: bool) -> None:
    """It is asked for one at a time."""
    request, plan = read(**members)

    assert plan.older_calls is older
    assert request.parallel_tools is (False if older else None)


def test_an_answer_has_the_first_call_where_the_client_looks() -> None:
    """There is room for one; the model can make the other one again."""
    first, second = ToolCall(id="a", name="f", arguments='{"x":1}'), ToolCall(id="b", name="g", state=STATE)
    choice = answered(first, second, functions=[FUNCTION])

    assert choice["finish_reason"] == "function_call"
    assert choice["message"]["function_call"] == {"name": "f", "arguments": '{"x":1}'}
    assert "tool_calls" not in choice["message"]


def test_without_calls_it_is_an_answer_like_others() -> None:
    """Nothing of it says function."""
    response = ChatResponse((Choice((Text(text="hi"),), Finish.STOP),))
    body = json.loads(CHAT_CLIENT.write_response(response, read(functions=[FUNCTION])[1]))

    assert body["choices"][0]["finish_reason"] == "stop"
    assert "function_call" not in body["choices"][0]["message"]


@pytest.mark.parametrize("pieces", [['{"x"', ":1}"], []], ids=["with arguments", "without any"])
def test_a_stream_has_it_piece_by_piece(pieces: list[str]) -> None:
    """Arguments that never came are an empty object; the second call and its state are left out."""
    choice = streamed(
        Opened(0, 0, ToolCall(id="a", name="f")),
        *(Grown(0, 0, piece) for piece in pieces),
        Closed(0, 0),
        Opened(0, 1, ToolCall(id="b", name="g")),
        Signed(0, 1, STATE),
        Grown(0, 1, "{}"),
        Closed(0, 1),
        Finished(0, Finish.TOOL_CALLS),
        Ended(),
    )

    assert choice.finish_reason == "function_call"
    called = choice.message.function_call
    assert (called.name, called.arguments) == ("f", "".join(pieces) or "{}")
    assert choice.message.tool_calls is None


def test_calls_of_a_history_have_ids_of_their_own() -> None:
    """Some upstreams refuse two calls with the same one; each result is that of the call before it."""
    turns = [
        {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}},
        {"role": "function", "name": "f", "content": "1"},
        {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}},
        {"role": "function", "name": "f", "content": "2"},
    ]
    request, _ = read(messages=turns, functions=[FUNCTION])
    parts = [part for turn in request.turns for part in turn.parts]

    assert [part.id for part in parts if isinstance(part, ToolCall)] == ["call_function_1", "call_function_2"]
    assert [part.call_id for part in parts if isinstance(part, ToolResult)] == [
        "call_function_1",
        "call_function_2",
    ]
