"""Thoughts that nobody signed come back to an Ollama, whatever its client speaks."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from oblivious.adapters.chat.parts import Reasoning
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OLLAMA, OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.dialects.translate import Outgoing
from oblivious.adapters.registry import CLIENTS, UPSTREAMS
from tests.contract.translation.cells import target
from tests.contract.translation.features import CALL, ask, say
from tests.contract.translation.peers.table import envelope

Json = dict[str, Any]

THOUGHT = say(Reasoning(text="hm"), CALL, finish=Finish.TOOL_CALLS)
HELLO: Json = {"role": "user", "content": "hello"}


def _chat(answer: Json) -> Json:
    result = {"role": "tool", "tool_call_id": CALL.id, "content": "rain"}
    return {"model": "m", "messages": [HELLO, answer["choices"][0]["message"], result]}


def _responses(answer: Json) -> Json:
    result = {"type": "function_call_output", "call_id": CALL.id, "output": "rain"}
    return {"model": "m", "input": [HELLO, *answer["output"], result]}


def _messages(answer: Json) -> Json:
    result = {"type": "tool_result", "tool_use_id": CALL.id, "content": "rain"}
    said = {"role": "assistant", "content": answer["content"]}
    return {"model": "m", "max_tokens": 9, "messages": [HELLO, said, {"role": "user", "content": [result]}]}


def _contents(answer: Json) -> Json:
    result = {"functionResponse": {"id": CALL.id, "name": CALL.name, "response": {"output": "rain"}}}
    hello = {"role": "user", "parts": [{"text": "hello"}]}
    return {"contents": [hello, answer["candidates"][0]["content"], {"role": "user", "parts": [result]}]}


GOING_ON: dict[str, Callable[[Json], Json]] = {
    OPENAI_CHAT: _chat,
    OPENAI_RESPONSES: _responses,
    ANTHROPIC: _messages,
    GEMINI: _contents,
}
"""By dialect: how its clients give an answer back, with what came of the call in it."""


@pytest.mark.parametrize("client", CLIENTS)
def test_they_come_back_in_a_tool_loop(client: str) -> None:
    """As its models wrote them."""
    plan = ClientPlan(request=ask(), exchange_id="x")
    answer = json.loads(CLIENTS[client].write_response(THOUGHT, plan))
    body = json.dumps(GOING_ON[client](answer)).encode()
    read, _ = CLIENTS[client].read_request(envelope(client, Outgoing("", body, UpstreamPlan()), ask()))
    written = json.loads(UPSTREAMS[OLLAMA].write_request(read, target(OLLAMA)).body)

    assert [(message["role"], message.get("thinking")) for message in written["messages"]] == [
        ("user", None),
        ("assistant", "hm"),
        ("tool", None),
    ]
