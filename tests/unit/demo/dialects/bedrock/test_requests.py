"""What the demo refuses, as Bedrock would: by its model of a request, and by what its guide says."""

import json
from typing import Any

import pytest

from oblivious.demo.behaviour import PLAIN
from oblivious.demo.dialects.bedrock import converse, endpoints, invoke
from oblivious.demo.dialects.bedrock.frames import event_frame
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Refusal, Reply
from oblivious.demo.wire.request import Request

TEXT: Any = {"text": "hello"}
CALL: Any = {"toolUse": {"toolUseId": "1", "name": "f", "input": {}}}
DOCUMENT: Any = {"document": {"name": "a", "format": "pdf", "source": {"bytes": "eA=="}}}
FOREIGN: Any = {"reasoningContent": {"reasoningText": {"text": "a", "signature": "demo-0000-x"}}}
MESSAGE: Any = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 9,
    "messages": [{"role": "user", "content": "hi"}],
}


def sent(action: str, body: Any) -> Request:
    return Request("POST", f"/model/anthropic.claude-x/{action}", {}, json.dumps(body).encode())


def conversed(*blocks: Any, **members: Any) -> Reply:
    messages = [{"role": "user", "content": list(blocks)}]
    return converse.reply(sent("converse", {"messages": messages, **members}), PLAIN, Mint())


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([], id="nothing said"),
        pytest.param([{"text": " "}], id="blank"),
        pytest.param([CALL], id="a call, and no tools"),
        pytest.param([DOCUMENT], id="a document without words"),
        pytest.param([TEXT, DOCUMENT, DOCUMENT], id="documents of one name"),
        pytest.param([FOREIGN], id="another demo's thought"),
        pytest.param([{"text": 7}], id="no text"),
    ],
)
def test_a_conversation_that_is_refused(blocks: list[Any]) -> None:
    """With 400."""
    with pytest.raises(Refusal) as caught:
        conversed(*blocks)

    assert caught.value.failure.status == 400


def test_a_schema_is_followed() -> None:
    """It comes as a text."""
    schema = json.dumps({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]})
    wanted = {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"schema": schema}}}}
    answer = json.loads(conversed(TEXT, outputConfig=wanted).body)

    assert json.loads(answer["output"]["message"]["content"][0]["text"]).keys() == {"a"}


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "x"},
        {"stream": True},
        {"anthropic_version": "2023-06-01"},
        {"anthropic_beta": ["claude-code-20250219"]},
    ],
    ids=["model", "stream", "version", "beta"],
)
def test_a_body_that_is_refused(changes: dict[str, Any]) -> None:
    """It is Claude's own, but not as its own vendor takes it."""
    with pytest.raises(Refusal) as caught:
        invoke.reply(sent("invoke", MESSAGE | changes), PLAIN, Mint())

    assert caught.value.failure.status == 400


def test_only_its_own_paths_are_bedrocks() -> None:
    """What it does not know there is refused in its words."""
    unknown = endpoints.find(sent("dream", {}))

    assert endpoints.means(sent("converse", {}))
    assert not endpoints.means(Request("POST", "/v1/models/x:generateContent", {}))
    with pytest.raises(Refusal):
        unknown.reply(sent("dream", {}), PLAIN, Mint())


def test_the_bytes_of_a_message() -> None:
    """Sizes, checksums, headers and payload, as the specification puts them."""
    frame = event_frame("metadata", {})

    assert int.from_bytes(frame[:4], "big") == len(frame)
    assert frame[12:28] == b"\x0b:event-type\x07\x00\x08m"
    assert frame[-6:-4] == b"{}"
